import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { ConsoleLine, HostDriver, VmSpec } from '../../../engine/ports/host-driver';
import type { ObservedVm } from '../../../engine/ports/observed';
import { eventually } from '../../support/eventually';
import { applied, go, made, newVnic, seenBridge, seenVm, tinyVm, watched } from './fixtures';
import { type Bed, type HostKind, blockName } from './kind';
import { screenTests } from './screens';
import { diskTests } from './disks';
import { snapshotTests } from './snapshots';

/** Virtual machines: their lifecycle, links and consoles. */
export function vmTests(kind: HostKind): void {
  describe.skipIf(kind.missingForVms !== null)(blockName('virtual machines', kind.missingForVms), () => {
    let bed: Bed;
    const running: VmSpec[] = [];
    beforeAll(async () => {
      bed = await kind.open();
      await bed.host.connect(go);
    });
    afterEach(async () => {
      for (const spec of running.splice(0)) await ended(bed.host, spec.id);
    });
    afterAll(() => bed.dispose());

    const start = async (spec: VmSpec): Promise<ObservedVm> => {
      await bed.host.vms.define(spec, go);
      running.push(spec);
      await bed.host.vms.act(spec.id, 'start', go);
      return reaches(bed.host, spec.id, 'up', kind.patienceMs);
    };

    it('defines a VM without starting it, idempotently', async () => {
      const [net] = await made(bed);
      const spec = tinyVm('cf defined', [newVnic(net!.bridge)]);
      running.push(spec);
      await bed.host.vms.define(spec, go);
      await bed.host.vms.define({ ...spec, memoryMiB: 200 }, go);
      const vm = await seenVm(bed.host, spec.id);
      expect(vm).toMatchObject({ ours: true, state: 'down', memoryMiB: 200 });
      expect(vm?.vnics).toMatchObject([{ mac: spec.vnics[0]!.mac, tap: null, bridge: net!.bridge, linked: true }]);
      expect((await seenBridge(bed, net!.bridge))?.ports).toEqual([]);
    });

    it('starts a VM with its taps in its bridges, and stops it immediately', async () => {
      const [blue, green] = await made(bed, 2);
      const spec = tinyVm('cf-start', [newVnic(blue!.bridge), newVnic(green!.bridge), newVnic(null)]);
      const vm = await start(spec);
      expect(vm.vnics.map(({ mac, linked }) => ({ mac, linked }))).toEqual(
        spec.vnics.map(({ mac, linked }) => ({ mac, linked })),
      );
      for (const [index, net] of [blue!, green!].entries()) {
        const ports = (await seenBridge(bed, net.bridge))?.ports;
        expect(ports).toMatchObject([{ name: vm.vnics[index]!.tap, kind: 'tap', up: true, ipv6Disabled: true }]);
        expect(ports?.[0]?.receivesLinkLocal).toBeUndefined();
      }
      await expect(bed.host.vms.act(spec.id, 'start', go)).rejects.toMatchObject({ code: 'HOST_COMMAND_FAILED' });
      await bed.host.vms.act(spec.id, 'stop', go);
      expect(await seenVm(bed.host, spec.id)).toMatchObject({ state: 'down' });
      expect((await seenBridge(bed, blue!.bridge))?.ports).toEqual([]);
    });

    it('refuses to start a VM on a missing bridge, and leaves it down', async () => {
      const spec = tinyVm('cf-nowhere', [newVnic('cf-nowhere')]);
      await bed.host.vms.define(spec, go);
      running.push(spec);
      await expect(bed.host.vms.act(spec.id, 'start', go)).rejects.toMatchObject({ code: 'HOST_COMMAND_FAILED' });
      expect(await seenVm(bed.host, spec.id)).toMatchObject({ state: 'down' });
    });

    it('shuts down by the power button', async () => {
      const spec = tinyVm('cf-shutdown', []);
      await start(spec);
      await booted(bed.host, spec, kind.patienceMs);
      await bed.host.vms.act(spec.id, 'shutdown', go);
      expect(await reaches(bed.host, spec.id, 'down', kind.patienceMs)).toMatchObject({ why: 'shutdown' });
    });

    it('saves a running VM and resumes it, with its links', async () => {
      const [net] = await made(bed);
      const spec = tinyVm('cf-suspend', [newVnic(net!.bridge)]);
      await start(spec);
      await bed.host.vms.act(spec.id, 'suspend', go);
      expect(await seenVm(bed.host, spec.id)).toMatchObject({ state: 'suspended' });
      expect((await seenBridge(bed, net!.bridge))?.ports).toEqual([]);
      await bed.host.vms.act(spec.id, 'resume', go);
      await reaches(bed.host, spec.id, 'up', kind.patienceMs);
      expect((await seenBridge(bed, net!.bridge))?.ports).toHaveLength(1);
    });

    it('discards saved memory on stop', async () => {
      const spec = tinyVm('cf-discard', []);
      await start(spec);
      await bed.host.vms.act(spec.id, 'suspend', go);
      await bed.host.vms.act(spec.id, 'stop', go);
      expect(await seenVm(bed.host, spec.id)).toMatchObject({ state: 'down' });
    });

    it('comes up again after reset', async () => {
      const spec = tinyVm('cf-reset', []);
      await start(spec);
      await bed.host.vms.act(spec.id, 'reset', go);
      await reaches(bed.host, spec.id, 'up', kind.patienceMs);
    });

    it('reports a VM that was stopped outside Atoll', async () => {
      const spec = tinyVm('cf-killed', []);
      await start(spec);
      const watch = await watched(bed.host);
      await bed.outside.killVm(spec.id);
      await eventually('a notice about the VM', 2_000, () => watch.notices.find((notice) => notice.kind === 'vm'));
      watch.stop();
      await reaches(bed.host, spec.id, 'down', 2_000);
    });

    it('reports nothing of a guest without an agent, running or not', async () => {
      const spec = tinyVm('cf-silent', []);
      await start(spec);
      expect(await bed.host.vms.guest(spec.id, go)).toBeNull();
      await bed.host.vms.act(spec.id, 'stop', go);
      expect(await bed.host.vms.guest(spec.id, go)).toBeNull();
    });

    it('removes a VM, running or not, idempotently', async () => {
      const [net] = await made(bed);
      const spec = tinyVm('cf-removed', [newVnic(net!.bridge)]);
      await start(spec);
      await bed.host.vms.remove(spec.id, 'delete', go);
      expect(await seenVm(bed.host, spec.id)).toBeUndefined();
      expect((await seenBridge(bed, net!.bridge))?.ports).toEqual([]);
      await bed.host.vms.remove(spec.id, 'delete', go);
    });

    it('has nothing in the trash of a VM without disks of its own, and can empty it all the same', async () => {
      const spec = tinyVm('cf-trashed', []);
      await bed.host.vms.define(spec, go);
      expect(await bed.host.vms.remove(spec.id, 'trash', go)).toEqual([]);
      await expect(bed.host.vms.untrash(spec.id, go)).rejects.toMatchObject({ code: 'NOT_FOUND' });
      await bed.host.vms.emptyTrash([spec.id, randomUUID()], go);
    });

    it.each(['a;$(reboot)', '"><domain>', '-v', '../../etc', 'Insel 🏝', 'x'.repeat(256)])(
      'has the name %j',
      async (name) => {
        const spec = tinyVm(name, []);
        running.push(spec);
        await bed.host.vms.define(spec, go);
        expect(await seenVm(bed.host, spec.id)).toMatchObject({ id: spec.id, ours: true, state: 'down' });
      },
    );

    cableTests(kind, () => bed, start);
    consoleTests(() => bed, start, kind.patienceMs);
    screenTests(() => bed, start);
    snapshotTests(() => bed, start, kind.patienceMs);
    diskTests(kind, () => bed, start);
  });
}

type Start = (spec: VmSpec) => Promise<ObservedVm>;

/** Hotplug, and moving a vNIC while the VM runs. */
function cableTests(kind: HostKind, bed: () => Bed, start: Start): void {
  const { patienceMs } = kind;
  it('plugs a vNIC into a running VM, and unplugs it', async () => {
    const [net] = await made(bed());
    const spec = tinyVm('cf-plug', []);
    await start(spec);
    // Hotplug needs the guest too: a kernel that is not up yet does not release a device.
    await booted(bed().host, spec, patienceMs);
    const vnic = newVnic(net!.bridge);
    await bed().host.vms.plug(spec.id, vnic, go);
    await bed().host.vms.plug(spec.id, vnic, go);
    const plugged = await seenVm(bed().host, spec.id);
    expect(plugged?.vnics).toMatchObject([{ mac: vnic.mac, bridge: net!.bridge, linked: true }]);
    const ports = (await seenBridge(bed(), net!.bridge))?.ports;
    expect(ports).toMatchObject([{ name: plugged?.vnics[0]?.tap, ipv6Disabled: true }]);
    expect(ports?.[0]?.receivesLinkLocal).toBeUndefined();
    await bed().host.vms.unplug(spec.id, vnic, go);
    await bed().host.vms.unplug(spec.id, vnic, go);
    await expect(bed().host.vms.update(spec.id, vnic, go)).rejects.toMatchObject({ code: 'NOT_FOUND' });
    expect((await seenVm(bed().host, spec.id))?.vnics).toEqual([]);
    expect((await seenBridge(bed(), net!.bridge))?.ports).toEqual([]);
  });

  it('disconnects the link of a running VM, connects it again, and moves it to another network', async () => {
    const [blue, green] = await made(bed(), 2);
    const vnic = newVnic(blue!.bridge);
    const spec = tinyVm('cf-move', [vnic]);
    await start(spec);
    await bed().host.vms.update(spec.id, { ...vnic, linked: false }, go);
    expect((await seenVm(bed().host, spec.id))?.vnics).toMatchObject([{ linked: false }]);
    await bed().host.vms.update(spec.id, { ...vnic, bridge: green!.bridge }, go);
    const vm = await seenVm(bed().host, spec.id);
    expect(vm?.vnics).toMatchObject([{ mac: vnic.mac, bridge: green!.bridge, linked: true }]);
    expect((await seenBridge(bed(), blue!.bridge))?.ports).toEqual([]);
    expect((await seenBridge(bed(), green!.bridge))?.ports.map((port) => port.name)).toEqual([vm?.vnics[0]?.tap]);
  });

  const isOfLinks = ({ kind }: { readonly kind: string }): boolean => kind === 'tap' || kind === 'network';

  it('observes and reports a tap that was removed from its bridge', async () => {
    const [net] = await made(bed());
    const vm = await start(tinyVm('cf-pulled', [newVnic(net!.bridge)]));
    const watch = await watched(bed().host);
    await bed().outside.setMaster(vm.vnics[0]!.tap!, null);
    await eventually('a notice of the tap', 2_000, () => watch.notices.find(isOfLinks));
    watch.stop();
    expect((await seenBridge(bed(), net!.bridge))?.ports).toEqual([]);
  });

  it('observes and reports a tap that is down and isolated from the others, with both values, and resets it', async () => {
    const [net] = await made(bed());
    const { networkId, bridge } = net!;
    const vm = await start(tinyVm('cf-apart', [newVnic(bridge)]));
    const tap = vm.vnics[0]!.tap!;
    const optionsNow = async () => (await seenBridge(bed(), bridge))?.ports[0]?.options;
    expect(await optionsNow()).toBeUndefined();
    const watch = await watched(bed().host);
    for (const [name, value] of [
      ['isolated', 'on'],
      ['learning', 'off'],
    ] as const)
      await bed().outside.setPortOption(tap, name, value);
    await bed().outside.setPortUp(tap, false);
    await eventually('a notice of the tap', 2_000, () => watch.notices.find(isOfLinks));
    watch.stop();
    const options = (await optionsNow()) ?? [];
    expect(options).toEqual([
      { name: 'link', wanted: 'up', actual: 'down' },
      { name: 'isolated', wanted: 'off', actual: 'on' },
      { name: 'learning', wanted: 'on', actual: 'off' },
    ]);
    const change = { kind: 'port.options', bridge, port: tap, options } as const;
    await applied(bed().host, { networkId, bridge, changes: [change] });
    expect(await optionsNow()).toBeUndefined();
  });
}

/** The serial console: earlier output, then live output. */
function consoleTests(bed: () => Bed, start: Start, patienceMs: number): void {
  it(
    'has two guests of one network ping each other, and none of another',
    async () => {
      const [blue, green] = await made(bed(), 2);
      const [web, db, spy] = [
        tinyVm('cf-web', [newVnic(blue!.bridge)], 1),
        tinyVm('cf-db', [newVnic(blue!.bridge)], 2),
        tinyVm('cf-spy', [newVnic(green!.bridge)], 3),
      ] as const;
      for (const spec of [web, db, spy]) await start(spec);
      for (const spec of [db, spy]) await booted(bed().host, spec, patienceMs);
      const line = await openLine(bed().host, web.id);
      await answered(line, '\r', /:~# $/, patienceMs);
      expect(await answered(line, 'ping -c 1 10.99.0.2\r', /packet loss/, patienceMs)).toMatch(/ 0% packet loss/);
      expect(await answered(line, 'ping -c 1 10.99.0.3\r', /packet loss/, patienceMs)).toMatch(/ 100% packet loss/);
      line.close();
    },
    3 * patienceMs,
  );

  it('replays earlier output to the next reader of the console', async () => {
    const spec = tinyVm('cf-replay', []);
    await start(spec);
    const first = await bed().host.vms.openConsole(spec.id, go);
    await answered(first, '\r', /:~# $/, patienceMs);
    await answered(first, 'hostname\r', /cf-replay\r\n/, patienceMs);
    first.close();
    const second = await openLine(bed().host, spec.id);
    expect(plain(Buffer.from(second.replay).toString())).toMatch(/hostname\r\ncf-replay\r\n/);
    second.close();
  });

  it('closes the console when its VM ends, and opens none on a VM that is down', async () => {
    const spec = tinyVm('cf-closes', []);
    await start(spec);
    const line = await bed().host.vms.openConsole(spec.id, go);
    let closed = false;
    line.onClose(() => (closed = true));
    await bed().host.vms.act(spec.id, 'stop', go);
    await eventually('the console to close', 2_000, () => closed || undefined);
    await expect(bed().host.vms.openConsole(spec.id, go)).rejects.toMatchObject({ code: 'STATE_ILLEGAL' });
  });

  it('gives the serial line to one reader at a time', async () => {
    const spec = tinyVm('cf-one', []);
    await start(spec);
    const line = await bed().host.vms.openConsole(spec.id, go);
    await expect(bed().host.vms.openConsole(spec.id, go)).rejects.toMatchObject({ code: 'CONFLICT' });
    line.close();
    (await openLine(bed().host, spec.id)).close();
  });
}

/** Without the escape sequences that a shell's line editor sends (busybox asks for the cursor's place at each prompt). */
const plain = (text: string): string => text.replace(/\u001b\[[0-9;]*[A-Za-z]/g, '');

/** Types, and reads until the answer matches. */
async function answered(line: ConsoleLine, typed: string, expected: RegExp, patienceMs = 30_000): Promise<string> {
  let said = '';
  line.onData((bytes) => (said = plain(said + Buffer.from(bytes).toString())));
  line.write(Buffer.from(typed));
  let last = Date.now();
  return eventually(
    () => `${String(expected)} on the console, which said ${JSON.stringify(said)}`,
    patienceMs,
    () => {
      if (expected.test(said)) return said;
      // A guest that is still booting swallows input: a bare Enter is typed again.
      if (typed === '\r' && Date.now() - last > 500) {
        last = Date.now();
        line.write(Buffer.from('\r'));
      }
      return undefined;
    },
  );
}

/** Opens the serial console; a console that was just closed can take a moment to be free. */
async function openLine(host: HostDriver, vmId: string): Promise<ConsoleLine> {
  return eventually('the serial line to be free', 2_000, () =>
    host.vms.openConsole(vmId, go).catch((error: { code?: string }) => {
      if (error.code === 'CONFLICT') return undefined;
      throw error;
    }),
  );
}

async function booted(host: HostDriver, spec: VmSpec, patienceMs: number): Promise<void> {
  const line = await openLine(host, spec.id);
  await answered(line, '\r', /:~# $/, patienceMs);
  line.close();
}

async function reaches(host: HostDriver, id: string, state: string, ms: number): Promise<ObservedVm> {
  return eventually(`VM ${id} to be ${state}`, ms, async () => {
    const vm = await seenVm(host, id);
    return vm?.state === state ? vm : undefined;
  });
}

/** Ends and removes a VM, in whatever state a test left it. */
async function ended(host: HostDriver, id: string): Promise<void> {
  const vm = await seenVm(host, id);
  if (!vm) return;
  if (vm.state !== 'down') await host.vms.act(id, 'stop', go);
  await host.vms.remove(id, 'delete', go);
}
