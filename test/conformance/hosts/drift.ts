import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { DriftKind } from '../../../contract';
import type { BridgeSpec } from '../../../engine/ports/changes';
import type { ObservedHost } from '../../../engine/ports/observed';
import { eventually } from '../../support/eventually';
import { applied, bridgeIn, go, made, planFor, sealed, watched } from './fixtures';
import { type Bed, type HostKind, type Meddler, blockName } from './kind';

interface Drift {
  /** What must exist before, without being reported. */
  readonly before?: (outside: Meddler, bridge: string) => Promise<void>;
  readonly does: (outside: Meddler, bridge: string) => Promise<void>;
  readonly seen: (observed: ObservedHost, bridge: string) => boolean;
  readonly finding: DriftKind;
}

const DRIFTS: Record<string, Drift> = {
  'the bridge deleted': {
    does: (outside, bridge) => outside.deleteBridge(bridge),
    seen: (observed, bridge) => bridgeIn(observed, bridge) === undefined && observed.orphanSeals.includes(bridge),
    finding: 'bridge_missing',
  },
  'an address added': {
    does: (outside, bridge) => outside.addAddress(bridge, '192.0.2.7/24'),
    seen: (observed, bridge) => bridgeIn(observed, bridge)?.addresses.join() === '192.0.2.7/24',
    finding: 'address_added',
  },
  'the seal flushed': {
    does: (outside, bridge) => outside.flushSeal(bridge),
    seen: (observed, bridge) =>
      bridgeIn(observed, bridge)?.sealIngress === 'missing' && bridgeIn(observed, bridge)?.sealEgress === 'missing',
    finding: 'seal_missing',
  },
  'the policy of the seal changed': {
    does: (outside, bridge) => outside.loosenSeal(bridge),
    seen: (observed, bridge) =>
      bridgeIn(observed, bridge)?.sealIngress === 'wrong' && bridgeIn(observed, bridge)?.sealEgress === 'wrong',
    finding: 'seal_missing',
  },
  'the bridge down': {
    does: (outside, bridge) => outside.setBridgeUp(bridge, false),
    seen: (observed, bridge) => bridgeIn(observed, bridge)?.up === false,
    finding: 'bridge_down',
  },
  'IPv6 switched on': {
    // A bridge without a port has no carrier: the kernel then delays IPv6 without any notification.
    before: (outside, bridge) => plugged(outside, bridge, `${bridge}e`),
    does: (outside, bridge) => outside.switchIpv6On(bridge),
    seen: (observed, bridge) => bridgeIn(observed, bridge)?.ipv6Disabled === false,
    finding: 'ipv6_on',
  },
  'an interface plugged in': {
    does: (outside, bridge) => plugged(outside, bridge, `${bridge}e`),
    seen: (observed, bridge) =>
      bridgeIn(observed, bridge)
        ?.ports.map((port) => port.name)
        .join() === `${bridge}e`,
    finding: 'foreign_port',
  },
  'the bridge renamed': {
    does: (outside, bridge) => outside.renameBridge(bridge, `${bridge}r`),
    seen: (observed, bridge) =>
      bridgeIn(observed, bridge) === undefined && bridgeIn(observed, `${bridge}r`)?.owner !== null,
    finding: 'renamed',
  },
  'the mark changed': {
    does: (outside, bridge) => outside.setAlias(bridge, 'mine now'),
    seen: (observed, bridge) =>
      bridgeIn(observed, bridge)?.alias === 'mine now' && bridgeIn(observed, bridge)?.owner === null,
    finding: 'mark_missing',
  },
  'the MTU changed': {
    does: (outside, bridge) => outside.setMtu(bridge, 1280),
    seen: (observed, bridge) => bridgeIn(observed, bridge)?.mtu === 1280,
    finding: 'mtu',
  },
};

async function plugged(outside: Meddler, bridge: string, nic: string): Promise<void> {
  await outside.addNic(nic);
  await outside.setMaster(nic, bridge);
}

/** The watcher reports an outside change, an observation sees it, and the engine's plan repairs it. */
export function driftTests(kind: HostKind): void {
  describe.skipIf(kind.missing !== null)(blockName('drift', kind.missing), () => {
    let bed: Bed;
    beforeAll(async () => {
      bed = await kind.open();
      await bed.host.connect(go);
    });
    afterAll(() => bed.dispose());

    it.each(Object.keys(DRIFTS))('reports %s within 2 s, observes it, and the plan repairs it', async (name) => {
      const drift = DRIFTS[name]!;
      const [spec] = await made(bed);
      await drift.before?.(bed.outside, spec!.bridge);
      const watch = await watched(bed.host);
      await drift.does(bed.outside, spec!.bridge);
      const notice = await eventually(`a notice of ${name}`, 2_000, () =>
        watch.notices.find((one) => one.kind === 'network'),
      );
      watch.stop();
      expect(notice.detail).not.toBe('');
      expect(drift.seen(await bed.host.observe(go), spec!.bridge)).toBe(true);
      await repaired(bed, spec!, drift.finding);
    });

    it('reports nothing more once it is stopped', async () => {
      const [spec] = await made(bed);
      const watch = await watched(bed.host);
      const other = await watched(bed.host);
      watch.stop();
      const heard = watch.notices.length;
      await bed.outside.setBridgeUp(spec!.bridge, false);
      await eventually('the other watcher to hear it', 2_000, () => other.notices[0]);
      other.stop();
      expect(watch.notices).toHaveLength(heard);
    });

    checkTests(() => bed);
  });
}

async function repaired(bed: Bed, spec: BridgeSpec, finding: DriftKind): Promise<void> {
  const wanted = { storeId: bed.storeId, bridges: [spec], taps: [] };
  const first = await planFor(bed, wanted);
  expect(first.findings.map((one) => one.kind)).toContain(finding);
  expect(first.problems).toEqual([]);
  await applied(bed.host, ...first.groups);
  expect((await planFor(bed, wanted)).groups).toEqual([]);
  const observed = await bed.host.observe(go);
  expect(bridgeIn(observed, spec.bridge)).toEqual({ ...sealed(bed, spec), ports: [] });
  expect(observed.orphanSeals).toEqual([]);
}

/** Evidence beyond observe: the kernel's own hooks, and the live probe. */
function checkTests(bed: () => Bed): void {
  const target = (spec: BridgeSpec) => ({ networkId: spec.networkId, bridge: spec.bridge, mtu: spec.mtu });

  it('finds the hooks of a sealed bridge, and misses those of a broken one', async () => {
    const [good, broken] = await made(bed(), 2);
    await bed().outside.flushSeal(broken!.bridge);
    // nft's flush can remove all chains of the host; the good one is sealed again.
    await applied(bed().host, {
      networkId: good!.networkId,
      bridge: good!.bridge,
      changes: [{ kind: 'bridge.seal', bridge: good!.bridge }],
    });
    const [ofGood, ofBroken] = await bed().host.checkHooks([target(good!), target(broken!)], go);
    expect([ofGood, ofBroken].map((points) => points?.map((point) => point.id))).toEqual([
      ['hooks', 'listeners', 'programs'],
      ['hooks', 'listeners', 'programs'],
    ]);
    // Null: a kernel without support. It must never count as an answer.
    expect(ofGood![0]!.ok).not.toBe(false);
    expect(ofBroken![0]!.ok).not.toBe(true);
    for (const point of [...ofGood!, ...ofBroken!]) expect(point.evidence).not.toBe('');
    for (const points of [ofGood!, ofBroken!]) expect(points[1]).toMatchObject({ id: 'listeners', ok: true });
  });

  it('probes a sealed bridge: the host is silent, two guests reach each other, and nothing is left behind', async () => {
    const [spec] = await made(bed());
    const points = await bed().host.probe(target(spec!), go);
    expect(Object.fromEntries(points.map(({ id, ok }) => [id, ok]))).toEqual({
      probe_host_silent: true,
      probe_guests_talk: true,
    });
    for (const point of points) expect(point.evidence).not.toBe('');
    expect(bridgeIn(await bed().host.observe(go), spec!.bridge)).toEqual({ ...sealed(bed(), spec!), ports: [] });
  });

  it('probes an open bridge: frames from the host are received', async () => {
    const [spec] = await made(bed());
    await bed().outside.flushSeal(spec!.bridge);
    await bed().outside.addAddress(spec!.bridge, '192.0.2.9/24');
    await bed().outside.switchIpv6On(spec!.bridge);
    const points = await bed().host.probe(target(spec!), go);
    expect(points.find((point) => point.id === 'probe_host_silent')).toMatchObject({ ok: false });
  });
}
