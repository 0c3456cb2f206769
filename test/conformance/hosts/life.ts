import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { eventually } from '../../support/eventually';
import { creation, go, made, newSpec, newVnic, planFor, sealed, seenBridge, seenVm, tinyVm, watched } from './fixtures';
import { type Bed, type HostKind, blockName } from './kind';

/** The host outlives its driver; switched off it loses what a kernel loses; destroyed it leaves nothing. */
export function lifeTests(kind: HostKind): void {
  describe.skipIf(kind.missing !== null)(blockName('life', kind.missing), () => {
    let bed: Bed;
    beforeEach(async () => {
      bed = await kind.open();
    });
    afterEach(() => bed.dispose());

    it('fails before it is connected', async () => {
      await expect(bed.host.observe(go)).rejects.toMatchObject({ code: 'HOST_UNREACHABLE' });
      await expect(bed.host.apply([creation(newSpec(bed))], go)).rejects.toMatchObject({ code: 'HOST_UNREACHABLE' });
    });

    it('is the same for another driver, and for itself after close', async () => {
      await bed.host.connect(go);
      const [spec] = await made(bed);
      const bootId = (await bed.host.observe(go)).capabilities.bootId;
      await bed.host.close();
      const next = bed.again();
      await next.connect(go);
      const observed = await next.observe(go);
      expect(observed.capabilities.bootId).toBe(bootId);
      expect(observed.bridges.find((bridge) => bridge.name === spec!.bridge)).toEqual({
        ...sealed(bed, spec!),
        ports: [],
      });
      await next.close();
      await bed.host.connect(go);
      expect(await seenBridge(bed, spec!.bridge)).toEqual({ ...sealed(bed, spec!), ports: [] });
    });

    it('loses its bridges when it is switched off, notifies the watcher, and can be reconciled', async () => {
      await bed.host.connect(go);
      const [spec] = await made(bed);
      const watch = await watched(bed.host);
      await bed.powerOff();
      await eventually('the loss to be reported', 2_000, () => watch.notices.find((notice) => notice.kind === 'lost'));
      await expect(bed.host.observe(go)).rejects.toMatchObject({ code: 'HOST_UNREACHABLE' });
      await bed.powerOn();
      await bed.host.connect(go);
      const wanted = { storeId: bed.storeId, bridges: [spec!], taps: [] };
      const { groups } = await planFor(bed, wanted);
      expect(groups).toEqual([creation(spec!)]);
      await bed.host.apply(groups, go);
      expect(await seenBridge(bed, spec!.bridge)).toEqual({ ...sealed(bed, spec!), ports: [] });
    });

    it('leaves nothing when it is destroyed', async () => {
      await bed.host.connect(go);
      await made(bed, 3);
      expect(await bed.remains()).not.toEqual([]);
      await bed.host.destroy(go);
      expect(await bed.remains()).toEqual([]);
    });

    it.skipIf(kind.missingForVms !== null)(
      blockName(
        'keeps VMs running when its driver closes, and their definitions when it is switched off',
        kind.missingForVms,
      ),
      async () => {
        await bed.host.connect(go);
        const [net] = await made(bed);
        const spec = tinyVm('cf-outlives', [newVnic(net!.bridge)]);
        await bed.host.vms.define(spec, go);
        await bed.host.vms.act(spec.id, 'start', go);
        await bed.host.close();
        const next = bed.again();
        await next.connect(go);
        expect(['up', 'powering_up']).toContain((await seenVm(next, spec.id))?.state);
        await bed.powerOff();
        await bed.powerOn();
        await next.connect(go);
        expect(await seenVm(next, spec.id)).toMatchObject({
          ours: true,
          state: 'down',
          vnics: [{ mac: spec.vnics[0]!.mac, tap: null }],
        });
        await next.close();
      },
    );
  });
}
