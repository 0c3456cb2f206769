import { afterEach, describe, expect, it, vi } from 'vitest';
import { realClock } from '../../test/support/test-engine';
import type { Clock } from '../../engine/ports/clock';
import type { BridgeSpec, ChangeGroup } from '../../engine/ports/changes';
import type { RelayLine, TunnelEnd, TunnelSpec } from '../../engine/ports/stretch';
import { createSimulatedHost, type SimulatedHost } from './simulated-host';

const STORE = '0198c5a0-0000-7000-8000-0000000000aa';
const NETWORK = '0198c5a0-0000-7000-8000-0000000000bb';
const go = new AbortController().signal;
const END: TunnelEnd = {
  ...{ networkId: NETWORK, bridge: 'blue', port: 'att00004d', alias: `atoll-tunnel:${STORE}:${NETWORK}` },
  ...{ vni: 77, mtu: 1370, members: [] },
};
const BRIDGE: BridgeSpec = {
  networkId: NETWORK,
  bridge: 'blue',
  mac: '02:00:00:00:00:99',
  alias: `atoll:${STORE}:${NETWORK}`,
  mtu: 1370,
};
const spec = (number: number): TunnelSpec => ({
  ...{ namespace: 'atoll-0000000000aa', device: 'atw0000000000aa', alias: `atoll-wg:${STORE}`, number },
  ...{ port: null, mtu: 1420, key: null, peers: [], ends: [], settings: 's0' },
});

/** Real timers, and a time of day that does not pass: on a busy machine a handshake would be some seconds old when it is seen. */
const CLOCK: Clock = { ...realClock, now: () => 1_700_000_000_000 };
const hosts: SimulatedHost[] = [];
async function host(id: string): Promise<SimulatedHost> {
  const made = createSimulatedHost({
    ...{ id, storeId: STORE, stateFile: null, clock: CLOCK },
    how: { kind: 'simulated', cpus: 2, memoryMiB: 2048, delayMs: 0, faultRate: 0 } as never,
  });
  hosts.push(made);
  await made.connect(go);
  return made;
}
const apply = async (on: SimulatedHost, ...changes: ChangeGroup['changes']): Promise<void> => {
  const [outcome] = await on.apply([{ networkId: NETWORK, bridge: 'blue', changes } as never], go);
  expect(outcome).toEqual({ ok: true });
};
const keyOf = async (of: SimulatedHost): Promise<string> => (await of.observe(go)).tunnel?.publicKey ?? '';

/** Two hosts that know each other. */
async function pair(): Promise<[SimulatedHost, SimulatedHost, TunnelSpec, TunnelSpec]> {
  const [a, b] = [await host('a'), await host('b')];
  for (const [one, number] of [
    [a, 1],
    [b, 2],
  ] as const)
    await apply(one, { kind: 'bridge.create', spec: BRIDGE }, { kind: 'tunnel.start', spec: spec(number) });
  const peer = async (of: SimulatedHost, number: number) => ({
    ...{ number, publicKey: await keyOf(of), nextKey: null, endpoint: null, vnis: [77] },
  });
  const ofA = { ...spec(1), peers: [await peer(b, 2)], settings: 's1' };
  const ofB = { ...spec(2), peers: [await peer(a, 1)], settings: 's1' };
  await apply(
    a,
    { kind: 'tunnel.start', spec: ofA },
    { kind: 'tunnel.end.add', spec: ofA, end: { ...END, members: [2] } },
  );
  await apply(
    b,
    { kind: 'tunnel.start', spec: ofB },
    { kind: 'tunnel.end.add', spec: ofB, end: { ...END, members: [1] } },
  );
  return [a, b, ofA, ofB];
}

/** Passes whole frames from one line to the other, with the number of the sender. */
function pass(from: RelayLine, number: number, to: RelayLine): void {
  from.onData((bytes) => {
    const frame = Buffer.from(bytes);
    if (frame.readUInt16BE(2) === 65_535) return;
    frame.writeUInt16BE(number, 2);
    to.write(frame);
  });
}

afterEach(async () => {
  for (const one of hosts.splice(0)) await one.destroy(go);
});

describe('the tunnel of simulated hosts', () => {
  it('makes keys, ends and peers, and reports them', async () => {
    const [a, b] = await pair();
    const seen = (await a.observe(go)).tunnel;
    expect(seen).toMatchObject({ isRunning: true, by: 'kernel', port: 51_871, settings: 's1', nextKey: null });
    expect(seen?.publicKey).not.toBe(await keyOf(b));
    expect(seen?.ends).toMatchObject([{ port: 'att00004d', bridge: 'blue', vni: 77, members: [2], up: true }]);
    expect(seen?.peers).toMatchObject([{ publicKey: await keyOf(b), endpoint: null, handshakeAge: null }]);
  });

  it('connects two hosts directly, unless a firewall or a cable is in the way', async () => {
    const [a, b, ofA] = await pair();
    b.control.setFirewall(true);
    expect(await a.tunnel.tryDirect(ofA, 2, '192.0.2.2:51871', go)).toBeNull();
    expect((await a.observe(go)).tunnel?.peers[0]?.endpoint).toBeNull();
    b.control.setFirewall(false);
    expect(await a.tunnel.tryDirect(ofA, 2, '192.0.2.2:1', go)).toBeNull();
    expect(await a.tunnel.tryDirect(ofA, 2, '192.0.2.2:51871', go)).toBe('192.0.2.2:51871');
    expect(await a.tunnel.ping(ofA, [2], go)).toMatchObject([{ number: 2, sent: 3, received: 3, mtu: 1370 }]);
    b.control.cutTunnel(true);
    a.control.cutTunnel(false, 200);
    expect(await a.tunnel.ping(ofA, [2], go)).toMatchObject([{ received: 0, delay: null }]);
    expect((await a.observe(go)).tunnel?.peers[0]?.handshakeAge).toBeGreaterThanOrEqual(200);
  });

  it('connects two hosts over a relay, until it ends', async () => {
    const [a, b, ofA, ofB] = await pair();
    const [ofOne, ofTwo] = [await a.tunnel.openRelay(ofA, [2], go), await b.tunnel.openRelay(ofB, [1], go)];
    pass(ofOne, 1, ofTwo);
    pass(ofTwo, 2, ofOne);
    expect(await a.tunnel.ping(ofA, [2], go)).toMatchObject([{ received: 0 }]);
    await a.tunnel.useRelay(ofA, ofOne, [2], go);
    await b.tunnel.useRelay(ofB, ofTwo, [1], go);
    expect(await a.tunnel.ping(ofA, [2], go)).toMatchObject([{ sent: 3, received: 3 }]);
    await expect.poll(async () => (await b.observe(go)).tunnel?.peers[0]?.handshakeAge).toBe(0);
    expect((await b.observe(go)).tunnel?.peers[0]?.endpoint).toMatch(/^127\.0\.0\.1:/);
    const ended = vi.fn();
    ofTwo.onClose(ended);
    await b.powerOff(go);
    expect(ended).toHaveBeenCalledOnce();
    expect(await a.tunnel.ping(ofA, [2], go)).toMatchObject([{ received: 0 }]);
  });

  it('puts the next key into use, and keeps it while the power is off', async () => {
    const [a, , ofA] = await pair();
    await apply(a, { kind: 'tunnel.next_key', namespace: ofA.namespace, device: ofA.device });
    const { nextKey, publicKey } = (await a.observe(go)).tunnel!;
    expect(nextKey).not.toBe(publicKey);
    await apply(a, { kind: 'tunnel.start', spec: { ...ofA, key: nextKey } });
    await a.powerOff(go);
    await a.connect(go);
    expect((await a.observe(go)).tunnel).toMatchObject({
      publicKey: nextKey,
      nextKey: null,
      isRunning: false,
      ends: [],
    });
  });

  it('makes no end on a bridge without seal or mark', async () => {
    const [a, , ofA] = await pair();
    const end = { ...END, port: 'att00004e', vni: 78 };
    await a.control.flushSeal('blue');
    const add = { kind: 'tunnel.end.add', spec: ofA, end } as const;
    const group = { networkId: NETWORK, bridge: 'blue', changes: [add] } as never;
    expect(await a.apply([group], go)).toMatchObject([{ ok: false, failure: { stderr: 'blue is not sealed' } }]);
  });
});
