import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { BridgeSpec, ChangeGroup } from '../../../engine/ports/changes';
import type { CheckTarget } from '../../../engine/ports/host-driver';
import type {
  ObservedTunnel,
  RelayLine,
  TunnelChange,
  TunnelEnd,
  TunnelPeer,
  TunnelSpec,
} from '../../../engine/ports/stretch';
import { eventually } from '../../support/eventually';
import { applied, bridgeIn, go, made, watched } from './fixtures';
import { type Bed, type HostKind, blockName } from './kind';

const VNI = 77;

/** The tunnel of a bed, without peers and ends. */
function tunnelOf({ storeId }: Bed, number: number, more: Partial<TunnelSpec> = {}): TunnelSpec {
  const digits = storeId.slice(-12);
  return {
    ...{ namespace: `atoll-${digits}`, device: `atw${digits}`, alias: `atoll-wg:${storeId}`, number },
    ...{ port: null, mtu: 1420, key: null, peers: [], ends: [], settings: 'a0' },
    ...more,
  };
}

function endOn(
  { storeId }: Bed,
  { networkId, bridge, mtu }: BridgeSpec,
  members: readonly number[],
  vni = VNI,
): TunnelEnd {
  const port = `att${vni.toString(16).padStart(6, '0')}`;
  return { networkId, bridge, port, alias: `atoll-tunnel:${storeId}:${networkId}`, vni, mtu, members };
}

const peer = (number: number, publicKey: string, more: Partial<TunnelPeer> = {}): TunnelPeer => ({
  ...{ number, publicKey, nextKey: null, endpoint: null, vnis: [VNI] },
  ...more,
});
const group = (name: string, ...changes: TunnelChange[]): ChangeGroup =>
  ({ networkId: null, bridge: name, changes }) as never;
const start = (spec: TunnelSpec): ChangeGroup => group(spec.device, { kind: 'tunnel.start', spec });
const add = (spec: TunnelSpec, end: TunnelEnd): ChangeGroup => group(end.port, { kind: 'tunnel.end.add', spec, end });
const removed = ({ bridge, port, alias }: TunnelEnd): ChangeGroup =>
  group(port, { kind: 'tunnel.end.remove', bridge, port, alias });
const stop = ({ namespace, device, alias }: TunnelSpec): ChangeGroup =>
  group(device, { kind: 'tunnel.stop', namespace, device, alias });

/** Any key: of a host that is never there. */
const NOBODY = 'AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAE=';

async function seen(bed: Bed, inspect = false): Promise<ObservedTunnel> {
  const { tunnel } = await bed.host.observe(go, { inspectServices: inspect });
  if (!tunnel) throw new Error('the host has no tunnel');
  return tunnel;
}

/** Passes whole frames on from one line to the other, as the engine does, and acknowledges nothing: the tests send little. */
function pass(from: RelayLine, number: number, to: RelayLine): void {
  let rest = Buffer.alloc(0);
  from.onData((bytes) => {
    rest = Buffer.concat([rest, bytes]);
    while (rest.length >= 4 && rest.length >= 4 + rest.readUInt16BE(0)) {
      const frame = Buffer.from(rest.subarray(0, 4 + rest.readUInt16BE(0)));
      rest = rest.subarray(frame.length);
      if (frame.readUInt16BE(2) === 65_535) continue;
      frame.writeUInt16BE(number, 2);
      to.write(frame);
    }
  });
}

/** The tunnel of a host: its keys, its ends, what is reported of them and corrected, and the ways to another host. */
export function stretchTests(kind: HostKind): void {
  describe.skipIf(kind.missing !== null)(blockName('stretch', kind.missing), () => {
    let bed: Bed;
    let other: Bed;
    let lacks: string | null;
    beforeAll(async () => {
      [bed, other] = [await kind.open(), await kind.open()];
      for (const one of [bed, other]) await one.host.connect(go);
      lacks = (await bed.host.observe(go)).capabilities.stretchGap ?? null;
    });
    afterAll(async () => {
      for (const one of [bed, other]) {
        await one.host.apply([stop(tunnelOf(one, 1))], go);
        await one.dispose();
      }
    });
    const test = (name: string, run: () => Promise<void>): void =>
      it(name, async ({ skip }) => {
        skip(lacks !== null, `the host lacks ${lacks ?? ''}`);
        await run();
      });

    test('makes its key and its tunnel, reports both, and keeps the key when the tunnel stops', async () => {
      expect((await bed.host.observe(go)).tunnel ?? null).toBeNull();
      const spec = tunnelOf(bed, 1, { peers: [peer(2, NOBODY, { endpoint: '192.0.2.2:51871' })] });
      await applied(bed.host, start(spec));
      const tunnel = await seen(bed);
      expect(tunnel).toMatchObject({ isRunning: true, nextKey: null, settings: 'a0', faults: [], ends: [] });
      expect(tunnel.port).toBeGreaterThanOrEqual(51_871);
      expect(tunnel.publicKey).toMatch(/^[0-9A-Za-z+/]{43}=$/);
      expect(tunnel.peers).toEqual([
        expect.objectContaining({ publicKey: NOBODY, endpoint: '192.0.2.2:51871', handshakeAge: null, received: 0 }),
      ]);
      await applied(bed.host, start(spec));
      expect(await seen(bed)).toMatchObject({ publicKey: tunnel.publicKey, port: tunnel.port, isRunning: true });
      await applied(bed.host, stop(spec), stop(spec));
      expect(await seen(bed)).toMatchObject({ publicKey: tunnel.publicKey, isRunning: false, by: null, peers: [] });
    });

    test('adds an end to a sealed bridge, corrects it, and removes it', async () => {
      const [bridge] = await made(bed);
      const spec = tunnelOf(bed, 1, { peers: [peer(2, NOBODY), peer(300, `${NOBODY.slice(0, 40)}AAM=`)] });
      const end = endOn(bed, bridge!, [2, 300]);
      await applied(bed.host, start(spec), add(spec, end));
      const { networkId, port, alias, vni, mtu } = end;
      const sound = { networkId, port, alias, vni, mtu, bridge: end.bridge, up: true, members: [2, 300], faults: [] };
      expect((await seen(bed)).ends).toEqual([sound]);
      expect(bridgeIn(await bed.host.observe(go), end.bridge)?.ports).toEqual([
        expect.objectContaining({ name: port, kind: 'vxlan', up: true, ipv6Disabled: true }),
      ]);
      const target = { networkId, bridge: end.bridge, mac: bridge!.mac, mtu, tunnel: { ...spec, ends: [end] } };
      const points = await bed.host.probe(target as CheckTarget, go);
      expect(points.map(({ id, ok }) => [id, ok])).toEqual([
        ['probe_host_silent', true],
        ['probe_guests_talk', true],
        ['probe_tunnel_silent', true],
        ['probe_tunnel_closed', true],
      ]);
      await applied(bed.host, add(spec, { ...end, members: [2] }));
      expect((await seen(bed)).ends).toEqual([{ ...sound, members: [2] }]);
      await bed.outside.setMaster(port, null);
      expect((await seen(bed)).ends).toMatchObject([{ bridge: null }]);
      await bed.outside.changeEnd(port, 'it has a remote');
      expect((await seen(bed)).ends[0]?.faults).not.toEqual([]);
      await applied(bed.host, add(spec, end));
      expect((await seen(bed)).ends).toEqual([sound]);
      await applied(
        bed.host,
        group(port, { kind: 'tunnel.end.forget', bridge: end.bridge, port, macs: ['02:00:00:00:00:07'] }),
      );
      await applied(bed.host, removed(end), removed(end), stop(spec));
      expect((await seen(bed)).ends).toEqual([]);
    });

    test('reports what someone deleted or changed within 2 s, and makes it as it was', async () => {
      const [bridge] = await made(bed);
      const spec = tunnelOf(bed, 1, { peers: [peer(2, NOBODY)], settings: 'b1' });
      const end = endOn(bed, bridge!, [2], 78);
      await applied(bed.host, start(spec), add(spec, end));
      await seen(bed);
      const watch = await watched(bed.host);
      const heard = async (meddle: () => Promise<void>): Promise<void> => {
        const before = watch.notices.length;
        await meddle();
        await eventually('a notice', 2_000, () => watch.notices.slice(before).find((one) => one.kind === 'network'));
      };
      await heard(() => bed.outside.changeTunnel('a route was added'));
      await heard(() => bed.outside.changeEnd(end.port, null));
      expect((await seen(bed)).ends).toEqual([]);
      await heard(() => bed.outside.deleteTunnel());
      expect(await seen(bed)).toMatchObject({ isRunning: false, ends: [] });
      watch.stop();
      await applied(bed.host, start(spec), add(spec, end));
      await bed.outside.changeTunnel('a route was added');
      expect((await seen(bed, true)).faults).toHaveLength(1);
      await applied(bed.host, start(spec));
      expect(await seen(bed, true)).toMatchObject({ isRunning: true, settings: 'b1', faults: [] });
      expect((await seen(bed)).ends).toMatchObject([{ port: end.port, faults: [], up: true }]);
      await applied(bed.host, removed(end), stop(spec));
    });

    test('leaves foreign interfaces alone, and adds no end without seal, mark or tunnel', async () => {
      const [bridge, open] = await made(bed, 2);
      const spec = tunnelOf(bed, 1);
      const end = endOn(bed, bridge!, [], 79);
      const refused = async (change: ChangeGroup): Promise<void> =>
        expect((await bed.host.apply([change], go)).map(({ ok }) => ok)).toEqual([false]);
      await refused(add(spec, end));
      await applied(bed.host, start(spec));
      await bed.outside.addNic(end.port);
      await refused(add(spec, end));
      await refused(removed(end));
      expect((await bed.host.observe(go)).nics.map(({ name }) => name)).toContain(end.port);
      await refused(add(spec, endOn(bed, { ...bridge!, bridge: open!.bridge }, [], 80)));
      await bed.outside.flushSeal(open!.bridge);
      await refused(add(spec, endOn(bed, open!, [], 81)));
      await refused(start({ ...spec, alias: `atoll-wg:${other.storeId}` }));
      await refused(start({ ...spec, peers: [peer(2, 'no key')] }));
      await refused(start({ ...spec, peers: [peer(2, NOBODY, { endpoint: '192.0.2.1:1 #' })] }));
      await applied(bed.host, stop(spec));
    });

    test('puts the next key into use', async () => {
      const spec = tunnelOf(bed, 1);
      await applied(bed.host, start(spec));
      const { publicKey } = await seen(bed);
      const next: TunnelChange = { kind: 'tunnel.next_key', namespace: spec.namespace, device: spec.device };
      await applied(bed.host, group(spec.device, next), group(spec.device, next));
      const { nextKey, publicKey: still } = await seen(bed);
      expect(still).toBe(publicKey);
      expect(nextKey).toMatch(/^[0-9A-Za-z+/]{43}=$/);
      await applied(bed.host, start({ ...spec, key: nextKey }));
      expect(await seen(bed)).toMatchObject({ publicKey: nextKey, nextKey: null });
      expect((await bed.host.apply([start({ ...spec, key: NOBODY })], go)).map(({ ok }) => ok)).toEqual([false]);
      await applied(bed.host, stop(spec));
    });

    /** The tunnels of both beds, which know each other's key. */
    const acquainted = async (settings: string): Promise<[TunnelSpec, TunnelSpec, string, string]> => {
      const key = async (of: Bed, number: number): Promise<string> => {
        await applied(of.host, start(tunnelOf(of, number)));
        return (await seen(of)).publicKey ?? '';
      };
      const [keyOfOne, keyOfOther] = [await key(bed, 1), await key(other, 2)];
      const one = tunnelOf(bed, 1, { peers: [peer(2, keyOfOther)], settings });
      const two = tunnelOf(other, 2, { peers: [peer(1, keyOfOne)], settings });
      await applied(bed.host, start(one));
      await applied(other.host, start(two));
      return [one, two, keyOfOne, keyOfOther];
    };
    const heardAll = (spec: TunnelSpec): Promise<unknown> =>
      eventually('answers', 20_000, async () => {
        const [found] = await bed.host.tunnel.ping(spec, [2], go);
        return found?.received === 3 && found.mtu === 1370 ? found : undefined;
      });

    test('reaches another host directly, and leaves the endpoint as it was where nobody answers', async () => {
      const { address } = other;
      if (address === undefined) return;
      const [one, , , keyOfOther] = await acquainted('d1');
      expect(await bed.host.tunnel.tryDirect(one, 2, '192.0.2.200:9', go)).toBeNull();
      expect((await seen(bed)).peers).toMatchObject([{ publicKey: keyOfOther, handshakeAge: null }]);
      const endpoint = `${address}:${(await seen(other)).port ?? 0}`;
      expect(await bed.host.tunnel.tryDirect(one, 2, endpoint, go)).toBe(endpoint);
      await heardAll(one);
      expect((await seen(bed)).peers).toMatchObject([{ endpoint }]);
      await expect(bed.host.tunnel.tryDirect(one, 3, endpoint, go)).rejects.toMatchObject({ code: 'STATE_ILLEGAL' });
      await applied(bed.host, stop(one));
    });

    test('reaches another host over a relay, which ends with its line', async () => {
      const [one, two, keyOfOne] = await acquainted('c1');
      expect(await bed.host.tunnel.ping(one, [2], go)).toMatchObject([
        { number: 2, received: 0, delay: null, mtu: null },
      ]);
      const ofOne = await bed.host.tunnel.openRelay(one, [2], go);
      const ofTwo = await other.host.tunnel.openRelay(two, [1], go);
      pass(ofOne, 1, ofTwo);
      pass(ofTwo, 2, ofOne);
      await bed.host.tunnel.useRelay(one, ofOne, [2], go);
      await other.host.tunnel.useRelay(two, ofTwo, [1], go);
      await heardAll(one);
      expect((await seen(other)).peers).toMatchObject([
        { publicKey: keyOfOne, endpoint: expect.stringMatching(/^127\.0\.0\.1:\d+$/) as string },
      ]);
      expect((await seen(other)).peers[0]?.handshakeAge).toBeGreaterThanOrEqual(0);
      // One that took its place keeps it, though the other host speaks while the first is being closed.
      const again = await bed.host.tunnel.openRelay(one, [2], go);
      const closing = ofOne.close();
      const last = other.host.tunnel.ping(two, [1], go);
      await closing;
      pass(again, 1, ofTwo);
      pass(ofTwo, 2, again);
      await bed.host.tunnel.useRelay(one, again, [2], go);
      expect((await seen(bed)).peers).toMatchObject([{ endpoint: `127.0.0.1:${again.ports.get(2) ?? 0}` }]);
      expect(await bed.host.tunnel.ping(one, [2], go)).toMatchObject([{ received: 3 }]);
      await last;
      await Promise.all([again.close(), ofTwo.close()]);
      expect(await bed.host.tunnel.ping(one, [2], go)).toMatchObject([{ received: 0 }]);
    });
  });
}
