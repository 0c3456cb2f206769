import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { setupMark } from '../../../engine/plan/model/marks';
import { markOf } from '../../../engine/plan/model/wanted';
import { inverseOf } from '../../../engine/plan/inverse';
import { plan } from '../../../engine/plan/plan';
import type { VmSpec } from '../../../engine/ports/host-driver';
import { eventually } from '../../support/eventually';
import { applied, bridgeIn, go, newSpec, newVnic, seenBridge, seenVm } from './fixtures';
import { type Bed, type HostKind, blockName } from './kind';
import { Viewer } from './screens';

/** Existing objects of a host: imported unchanged, and released. */
export function importTests(kind: HostKind): void {
  describe.skipIf(kind.missing !== null)(blockName('bridges that were there before', kind.missing), () => {
    let bed: Bed;
    beforeAll(async () => {
      bed = await kind.open();
      await bed.host.connect(go);
    });
    afterAll(() => bed.dispose());

    it('are imported and released by the plan, and nothing is done twice', async () => {
      const made = newSpec(bed);
      const spec = { ...made, kept: true, alias: markOf(bed.storeId, made.networkId, true) };
      await bed.outside.addForeignBridge(spec.bridge, "the owner's; $(reboot)");
      await bed.outside.addAddress(spec.bridge, '198.51.100.1/24');
      const was = await seenBridge(bed, spec.bridge);
      const wanted = { storeId: bed.storeId, bridges: [spec], taps: [], adopts: [spec.networkId] };
      const groups = async (of = wanted) => plan(of, await bed.host.observe(go)).groups;
      await applied(bed.host, ...(await groups()));
      expect(await seenBridge(bed, spec.bridge)).toMatchObject({
        ...{ owner: { storeId: bed.storeId, networkId: spec.networkId, kept: true }, mac: was?.mac, addresses: [] },
        ...{ sealIngress: 'ok', sealEgress: 'ok', ipv6Disabled: true, up: true, stp: false },
      });
      expect(await groups()).toEqual([]);
      const nothing = { ...wanted, bridges: [], adopts: [] };
      await applied(bed.host, ...(await groups(nothing)));
      expect(await seenBridge(bed, spec.bridge)).toMatchObject({
        ...{ alias: null, owner: null, mac: was?.mac, sealIngress: 'missing', sealEgress: 'missing' },
      });
      expect(await groups(nothing)).toEqual([]);
      expect((await bed.host.observe(go)).orphanSeals).not.toContain(spec.bridge);
    });

    it('are never deleted, and never released when they carry the mark of another store', async () => {
      const spec = newSpec(bed);
      const alias = markOf(bed.storeId, spec.networkId, true);
      await bed.outside.addForeignBridge(spec.bridge, alias);
      const remove = { kind: 'bridge.delete', spec: { ...spec, alias }, ports: [] } as const;
      const group = { networkId: spec.networkId, bridge: spec.bridge };
      if (kind.name !== 'simulated')
        expect(await bed.host.apply([{ ...group, changes: [remove] }], go)).toMatchObject([{ ok: false }]);
      const other = markOf(randomUUID(), spec.networkId, true);
      await bed.outside.setAlias(spec.bridge, other);
      const release = { kind: 'bridge.release', bridge: spec.bridge, alias } as const;
      expect(await bed.host.apply([{ ...group, changes: [release] }], go)).toMatchObject([{ ok: false }]);
      expect(bridgeIn(await bed.host.observe(go), spec.bridge)?.alias).toBe(other);
    });
  });

  describe.skipIf(kind.missing !== null)(blockName('bridges of a lost store', kind.missing), () => {
    let bed: Bed;
    beforeAll(async () => {
      bed = await kind.open();
      await bed.host.connect(go);
    });
    afterAll(() => bed.dispose());

    it("are marked by the plan as this store's where it may, and never else; an undo gives the old mark back", async () => {
      const [spec, lost] = [newSpec(bed), randomUUID()];
      const alias = markOf(lost, spec.networkId);
      await bed.outside.addForeignBridge(spec.bridge, alias);
      const wanted = { storeId: bed.storeId, bridges: [spec], taps: [] };
      const planned = async (takesOver: string) => plan({ ...wanted, takesOver }, await bed.host.observe(go));
      expect((await planned(randomUUID())).problems).toMatchObject([{ kind: 'other_store' }]);
      const { groups, problems } = await planned(lost);
      expect(problems).toEqual([]);
      const [first] = groups;
      if (!first) throw new Error('nothing is planned');
      // Somebody else has marked it since the plan was made.
      await bed.outside.setAlias(spec.bridge, markOf(randomUUID(), spec.networkId));
      expect(await bed.host.apply(groups, go)).toMatchObject([{ ok: false }]);
      await bed.outside.setAlias(spec.bridge, alias);
      await applied(bed.host, first);
      expect(await seenBridge(bed, spec.bridge)).toMatchObject({
        ...{ owner: { storeId: bed.storeId, networkId: spec.networkId }, sealIngress: 'ok', sealEgress: 'ok' },
      });
      expect((await planned(lost)).groups).toEqual([]);
      const back = inverseOf({ ...first, changes: first.changes.filter(({ kind: of }) => of === 'bridge.mark') }, 1);
      await applied(bed.host, back);
      expect((await seenBridge(bed, spec.bridge))?.alias).toBe(alias);
    });

    it('that have a NIC get another mark, and nothing else of them changes', async () => {
      const [{ bridge }, lost, networkId] = [newSpec(bed), randomUUID(), randomUUID()];
      await bed.outside.addForeignBridge(bridge, setupMark(lost, networkId));
      const was = await seenBridge(bed, bridge);
      const none = { kind: 'none' } as const;
      const spec = { networkId, name: bridge, bridge, mtu: 1500, nic: 'eth0', vlan: null, ipv4: none, ipv6: none };
      const alias = setupMark(bed.storeId, networkId);
      const setup = { bonds: [], networks: [{ ...spec, alias }] };
      const wanted = { storeId: bed.storeId, bridges: [], taps: [], setup };
      expect(plan(wanted, await bed.host.observe(go)).groups).toEqual([]);
      const { groups } = plan({ ...wanted, takesOver: lost }, await bed.host.observe(go));
      expect(groups.map(({ changes }) => changes.map(({ kind: of }) => of))).toEqual([['bridge.mark']]);
      await applied(bed.host, ...groups);
      expect(await seenBridge(bed, bridge)).toEqual({ ...was, alias });
    });

    it('are distinguished from those of one that is in use, and what it keeps there is removed only with its last mark', async () => {
      const [spec, lost] = [newSpec(bed), randomUUID()];
      expect(await bed.host.lastSeen(lost, go)).toBeNull();
      await bed.host.observe(go);
      expect(await bed.host.lastSeen(bed.storeId, go)).toBeLessThan(30);
      await bed.outside.addForeignBridge(spec.bridge, markOf(lost, spec.networkId));
      expect(await bed.host.retire(lost, go)).toBe(false);
      await bed.outside.deleteBridge(spec.bridge);
      expect(await bed.host.retire(lost, go)).toBe(true);
      expect(await bed.host.retire(lost, go)).toBe(true);
    });
  });

  describe.skipIf(kind.missingForVms !== null)(blockName('VMs that were there before', kind.missingForVms), () => {
    let bed: Bed;
    beforeAll(async () => {
      bed = await kind.open();
      await bed.host.connect(go);
      await bed.outside.addForeignBridge('cf-own', null);
    });
    afterAll(() => bed.dispose());

    it.each([true, false])('are adopted as they are, and released (running: %s)', async (running) => {
      const [id, nic] = [randomUUID(), newVnic('cf-own')];
      await bed.outside.addForeignVm({ id, name: `cf own ${running}` }, [{ mac: nic.mac, bridge: 'cf-own' }], {
        running,
      });
      const state = running ? 'up' : 'down';
      const was = await eventually('it to be seen', 10_000, async () => {
        const vm = await seenVm(bed.host, id);
        return vm?.state === state ? vm : undefined;
      });
      expect(was).toMatchObject({ ours: false, cpus: 1 });
      await bed.host.vms.adopt(id, [nic], go);
      await bed.host.vms.adopt(id, [nic], go);
      const noted = was.vnics.map((vnic) => ({ ...vnic, noted: true }));
      expect(await seenVm(bed.host, id)).toEqual({ ...was, ours: true, vnics: noted });
      expect(await bed.host.vms.remove(id, 'delete', go)).toEqual([]);
      expect(await seenVm(bed.host, id)).toEqual(was);
      await bed.host.vms.release(id, go);
    });

    it('show the console and the screen that their definitions have, and no other', async () => {
      const [id, blind] = [randomUUID(), randomUUID()];
      const lines = { console: true, screen: 'vnc' } as const;
      await bed.outside.addForeignVm({ id, name: 'cf-shown' }, [], { running: true, lines });
      const definition = { machine: expect.stringContaining('') as string, firmware: 'bios' };
      expect(await bed.host.vms.definition(id, go)).toMatchObject(definition);
      expect(await bed.host.vms.definition(randomUUID(), go)).toBeNull();
      await bed.outside.addForeignVm({ id: blind, name: 'cf-blind' }, [], {
        running: true,
        lines: { console: false, screen: 'none' },
      });
      const seen = await eventually('both to run', 10_000, async () => {
        const [vm, other] = [await seenVm(bed.host, id), await seenVm(bed.host, blind)];
        return vm?.state === 'up' && other?.state === 'up' ? vm : undefined;
      });
      expect(seen.lines).toEqual(lines);
      const viewer = new Viewer(await bed.host.vms.openScreen(id, go));
      const { width, height } = await viewer.greet();
      await eventually('something to be drawn', 20_000, async () => (await viewer.look(width, height)) || undefined);
      const console = await bed.host.vms.openConsole(id, go);
      await expect(bed.host.vms.openConsole(id, go)).rejects.toMatchObject({ code: 'CONFLICT' });
      let ended = false;
      console.onData(() => undefined);
      console.onClose(() => (ended = true));
      console.close();
      await eventually('the console to close', 2_000, () => ended || undefined);
      const again = await eventually('the terminal to be free', 5_000, async () => {
        return bed.host.vms.openConsole(id, go).catch(() => undefined);
      });
      again.onData(() => undefined);
      again.onClose(() => (ended = true));
      ended = false;
      await expect(bed.host.vms.openConsole(blind, go)).rejects.toMatchObject({ code: 'NOT_SUPPORTED' });
      await expect(bed.host.vms.openScreen(blind, go)).rejects.toMatchObject({ code: 'NOT_SUPPORTED' });
      await bed.host.vms.adopt(id, [], go);
      expect((await seenVm(bed.host, id))?.lines).toEqual(lines);
      await bed.host.vms.act(id, 'stop', go);
      await eventually('both to end with the VM', 5_000, () => (ended && viewer.closed) || undefined);
      await expect(bed.host.vms.openConsole(id, go)).rejects.toMatchObject({ code: 'STATE_ILLEGAL' });
      await expect(bed.host.vms.openScreen(id, go)).rejects.toMatchObject({ code: 'STATE_ILLEGAL' });
    });

    it('are suspended with our mark, and resumed with it', async () => {
      const id = randomUUID();
      await bed.outside.addForeignVm({ id, name: 'cf-saved' }, [], { running: true });
      await eventually('it to run', 10_000, async () =>
        (await seenVm(bed.host, id))?.state === 'up' ? true : undefined,
      );
      await bed.host.vms.adopt(id, [], go);
      await bed.host.vms.act(id, 'suspend', go);
      expect(await seenVm(bed.host, id)).toMatchObject({ ours: true, state: 'suspended' });
      await bed.host.vms.act(id, 'resume', go);
      expect(await seenVm(bed.host, id)).toMatchObject({ ours: true, state: 'up' });
      await bed.host.vms.release(id, go);
      expect(await seenVm(bed.host, id)).toMatchObject({ ours: false, state: 'up' });
      await bed.outside.killVm(id);
    });

    it('are redefined with our vNICs and nothing else changed, but never recreated', async () => {
      const [id, own, other, added] = [randomUUID(), newVnic('cf-own'), newVnic('cf-own'), newVnic(null)];
      const nics = [own, other].map(({ mac }) => ({ mac, bridge: 'cf-own' }));
      await bed.outside.addForeignVm({ id, name: 'cf-defined' }, nics, {});
      await bed.host.vms.adopt(id, [own], go);
      const boot = { kind: 'imported', others: [other.mac] } as const;
      const spec: VmSpec = { id, name: 'called otherwise', memoryMiB: 999, cpus: 7, boot, vnics: [own, added] };
      await bed.host.vms.define(spec, go);
      const seen = await seenVm(bed.host, id);
      expect(seen).toMatchObject({ name: 'cf-defined', cpus: 1, ours: true });
      expect(seen?.memoryMiB).not.toBe(999);
      expect(seen?.vnics.map(({ mac }) => mac).sort()).toEqual([own.mac, other.mac, added.mac].sort());
      await bed.host.vms.define({ ...spec, vnics: [own] }, go);
      expect((await seenVm(bed.host, id))?.vnics.map(({ mac }) => mac).sort()).toEqual([own.mac, other.mac].sort());
      await bed.host.vms.define({ ...spec, boot: { ...boot, others: [own.mac, other.mac] }, vnics: [] }, go);
      expect((await seenVm(bed.host, id))?.vnics.map(({ mac }) => mac).sort()).toEqual([own.mac, other.mac].sort());
      await expect(bed.host.vms.define({ ...spec, id: randomUUID() }, go)).rejects.toMatchObject({ code: 'NOT_FOUND' });
    });

    it.each([true, false])(
      "get this store's mark instead of a lost one's, and that one back (running: %s)",
      async (running) => {
        const [id, nic, lost] = [randomUUID(), newVnic('cf-own'), randomUUID()];
        const nics = [{ mac: nic.mac, bridge: 'cf-own' }];
        await bed.outside.addForeignVm({ id, name: `cf lost ${running}` }, nics, { running, owner: lost });
        const state = running ? 'up' : 'down';
        const was = await eventually('it to be seen', 10_000, async () => {
          const vm = await seenVm(bed.host, id);
          return vm?.state === state ? vm : undefined;
        });
        expect(was).toMatchObject({ ours: false, owner: lost });
        expect(await bed.host.retire(lost, go)).toBe(false);
        await expect(bed.host.vms.adopt(id, [nic], go, randomUUID())).rejects.toMatchObject({ code: 'CONFLICT' });
        expect(await bed.host.vms.whyNotAdopted(id, go)).toBeNull();
        await bed.host.vms.adopt(id, [nic], go, lost);
        await bed.host.vms.adopt(id, [nic], go, lost);
        const { owner: _, ...ours } = was;
        const noted = was.vnics.map((vnic) => ({ ...vnic, noted: true }));
        expect(await seenVm(bed.host, id)).toEqual({ ...ours, ours: true, vnics: noted });
        await bed.host.vms.release(id, go, lost);
        expect(await seenVm(bed.host, id)).toMatchObject({ ours: false, owner: lost, state });
      },
    );

    it('are left alone when they carry the mark of another store, or are gone', async () => {
      const id = randomUUID();
      await bed.outside.addForeignVm({ id, name: 'cf-theirs' }, [], { owner: randomUUID() });
      const was = await seenVm(bed.host, id);
      expect(was?.owner).toMatch(/^[0-9a-f-]{36}$/);
      await expect(bed.host.vms.adopt(id, [], go)).rejects.toMatchObject({ code: 'CONFLICT' });
      await bed.host.vms.release(id, go);
      expect(await seenVm(bed.host, id)).toEqual(was);
      await expect(bed.host.vms.adopt(randomUUID(), [], go)).rejects.toMatchObject({ code: 'NOT_FOUND' });
      await bed.host.vms.release(randomUUID(), go);
    });
  });
}
