import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ObservedHost } from '../../../engine/ports/observed';
import type { BridgeSpec, ChangeGroup } from '../../../engine/ports/changes';
import type { ObservedServices, ServicesChange, ServicesSpec } from '../../../engine/ports/services';
import { eventually } from '../../support/eventually';
import { servicesFor } from '../../support/services-bed';
import { applied, bridgeIn, go, made, watched } from './fixtures';
import { type Bed, type HostKind, blockName } from './kind';

const stop = ({ networkId, bridge, port, alias }: ServicesSpec): ServicesChange => ({
  kind: 'services.stop',
  ...{ networkId, bridge, port, alias },
});
const start = (spec: ServicesSpec): ServicesChange => ({ kind: 'services.start', spec });
const group = (change: ServicesChange): ChangeGroup => {
  const { networkId, port } = change.kind === 'services.stop' ? change : change.spec;
  return { networkId, bridge: port, changes: [change] };
};
const serverAt = (observed: ObservedHost, { port }: ServicesSpec): ObservedServices | undefined =>
  observed.services?.find((one) => one.port === port);

/** Addresses and names inside a network: the server is started, observed, updated, repaired and stopped as the port says. */
export function servicesTests(kind: HostKind): void {
  describe.skipIf(kind.missing !== null)(blockName('services', kind.missing), () => {
    let bed: Bed;
    let lacks: string | null;
    const all: ServicesSpec[] = [];
    beforeAll(async () => {
      bed = await kind.open();
      await bed.host.connect(go);
      lacks = (await bed.host.observe(go)).capabilities.servicesGap ?? null;
    });
    afterAll(async () => {
      // A server outlives the namespaces of a host that is not a lab.
      await bed.host.apply(
        all.map((spec) => group(stop(spec))),
        go,
      );
      await bed.dispose();
    });
    const test = (name: string, run: () => Promise<void>): void =>
      it(name, async ({ skip }) => {
        skip(lacks !== null, `the host lacks ${lacks ?? ''}`);
        await run();
      });
    const started = async (changes: Partial<ServicesSpec> = {}): Promise<readonly [ServicesSpec, BridgeSpec]> => {
      const [bridge] = await made(bed);
      const spec = servicesFor(bed.storeId, bridge!, changes);
      all.push(spec);
      await applied(bed.host, group(start(spec)));
      return [spec, bridge!];
    };
    const seen = async (spec: ServicesSpec): Promise<ObservedServices | undefined> =>
      serverAt(await bed.host.observe(go), spec);
    const inspected = async (spec: ServicesSpec): Promise<ObservedServices | undefined> =>
      serverAt(await bed.host.observe(go, { inspectServices: true }), spec);
    const sound = (spec: ServicesSpec) => ({
      ...{ port: spec.port, alias: spec.alias, networkId: spec.networkId, bridge: spec.bridge },
      ...{ isRunning: true, settings: spec.settings, records: spec.records, faults: [], leases: [], rogues: [] },
      guard: spec.guard ? ('on' as const) : ('off' as const),
    });

    test('starts a server behind one port with our mark, and removes both', async () => {
      const [spec, bridge] = await started();
      expect(await seen(spec)).toEqual(sound(spec));
      expect(bridgeIn(await bed.host.observe(go), bridge.bridge)?.ports).toEqual([
        expect.objectContaining({ name: spec.port, kind: 'veth', up: true, ipv6Disabled: true }),
      ]);
      await applied(bed.host, group(stop(spec)));
      const after = await bed.host.observe(go);
      expect(after.services).toBeUndefined();
      expect(after.nics.map(({ name }) => name)).not.toContain(spec.port);
      await applied(bed.host, group(stop(spec)));
    });

    test('starts again with other settings, and reads other records in place', async () => {
      const [spec] = await started();
      const other = { ...spec, leaseSeconds: 600, settings: 'b1' };
      await applied(bed.host, group(start(other)));
      expect(await seen(spec)).toEqual(sound(other));
      const renamed = { ...other, names: [{ name: 'www', addresses: ['10.66.0.10'] }], records: 'c1' };
      await applied(bed.host, group({ kind: 'services.reload', spec: renamed }));
      expect(await seen(spec)).toEqual(sound(renamed));
      expect(await inspected(spec)).toEqual(sound(renamed));
    });

    test('guards a network whose other servers are to be dropped, and no longer when they are not', async () => {
      const [spec] = await started({ guard: true });
      expect(await seen(spec)).toEqual(sound(spec));
      const open = { ...spec, guard: false, settings: 'd1' };
      await applied(bed.host, group(start(open)));
      expect(await seen(open)).toEqual(sound(open));
    });

    test('reports a killed server within 2 s, and starts it again', async () => {
      const [spec] = await started();
      const watch = await watched(bed.host);
      await bed.outside.killServer(spec.port);
      await eventually('a notice', 2_000, () => watch.notices.find((one) => one.kind === 'network'));
      watch.stop();
      expect((await seen(spec))?.isRunning ?? false).toBe(false);
      await applied(bed.host, group(start(spec)));
      expect(await seen(spec)).toEqual(sound(spec));
    });

    test('reports a port that was pulled out, and plugs it in again', async () => {
      const [spec] = await started();
      await bed.outside.setMaster(spec.port, null);
      expect(await seen(spec)).toMatchObject({ bridge: null, isRunning: true });
      await applied(bed.host, group(start(spec)));
      expect(await seen(spec)).toEqual(sound(spec));
    });

    test('reports what was changed inside, and makes it as it was', async () => {
      const [spec] = await started();
      await bed.outside.changeServer(spec.port, 'an address was added');
      expect((await inspected(spec))?.faults).not.toEqual([]);
      await applied(bed.host, group(start(spec)));
      expect(await seen(spec)).toEqual(sound(spec));
    });

    test('leaves an interface without our mark alone, and starts nothing on a bridge without it', async () => {
      const [bridge] = await made(bed);
      const spec = servicesFor(bed.storeId, bridge!);
      await bed.outside.addNic(spec.port);
      const before = (await bed.host.observe(go)).nics;
      for (const change of [start(spec), stop(spec)])
        expect((await bed.host.apply([group(change)], go)).map(({ ok }) => ok)).toEqual([false]);
      expect((await bed.host.observe(go)).nics).toEqual(before);
      const [marked] = await made(bed);
      await bed.outside.setAlias(marked!.bridge, 'mine now');
      const other = servicesFor(bed.storeId, marked!);
      expect((await bed.host.apply([group(start(other))], go)).map(({ ok }) => ok)).toEqual([false]);
      expect(await seen(other)).toBeUndefined();
    });

    test('lets the live probe find DHCP, DNS and ping of the server, and nothing else', async () => {
      const [spec, bridge] = await started();
      const target = { networkId: spec.networkId, bridge: bridge.bridge, mtu: 1500, services: spec };
      const probed = async () => (await bed.host.probe(target, go)).find(({ id }) => id === 'probe_host_silent');
      const sealedPoint = await probed();
      expect(sealedPoint).toMatchObject({ ok: true });
      expect(sealedPoint?.evidence).toMatch(/server sent (?=.*ARP)(?=.*DHCP)(?=.*DNS)(?=.*ping).*and nothing else/);
      await bed.outside.openServer(spec.port, 'the packet filter in its network namespace was changed');
      const open = await probed();
      expect(open).toMatchObject({ ok: false });
      expect(open?.evidence).toContain('what it must not');
      expect((await inspected(spec))?.faults).not.toEqual([]);
    });

    test('starts the other servers if one cannot start', async () => {
      const bridges = await made(bed, 3);
      const specs = bridges.map((bridge) => servicesFor(bed.storeId, bridge));
      all.push(...specs);
      await bed.outside.addNic(specs[1]!.port);
      const outcomes = await bed.host.apply(
        specs.map((spec) => group(start(spec))),
        go,
      );
      expect(outcomes.map(({ ok }) => ok)).toEqual([true, false, true]);
      const observed = await bed.host.observe(go);
      expect(specs.map((spec) => serverAt(observed, spec)?.isRunning)).toEqual([true, undefined, true]);
    });
  });
}
