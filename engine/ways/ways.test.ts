import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { TunnelPair, WayChoice } from '../../contract';
import { hastyClock, TestEngine } from '../../test/support/test-engine';
import { couldBeDirect, endpointsOf } from './endpoints';

describe('where a host could be reached', () => {
  const seen = {
    connection: '192.0.2.7',
    nics: [
      {
        ...{ name: 'eth0', mac: null, mtu: 1500, up: true, master: null, kind: 'device' },
        addresses: ['fe80::1/64', '2001:db8::7/64', '192.0.2.7/24', '10.0.0.7/8'],
      },
      { name: 'eth1', mac: null, mtu: 1500, up: false, master: null, kind: 'device', addresses: ['10.1.0.7/8'] },
    ],
  };

  it('is the address that Atoll uses, then its others, IPv4 first', () => {
    expect(endpointsOf({ kind: 'ssh', number: 1, port: 51871, seen })).toEqual([
      '192.0.2.7:51871',
      '10.0.0.7:51871',
      '[2001:db8::7]:51871',
    ]);
  });

  it('is never an address that another host has too, nor one of a lab', () => {
    const local = { connection: '127.0.0.1', nics: [] };
    expect(endpointsOf({ kind: 'ssh', number: 1, port: 51871, seen: local })).toEqual([]);
    expect(endpointsOf({ kind: 'lab', number: 1, port: 51871, seen })).toEqual([]);
    expect(couldBeDirect({ kind: 'lab' }, { kind: 'ssh' })).toBe(false);
    expect(couldBeDirect({ kind: 'ssh' }, { kind: 'local' })).toBe(true);
    expect(couldBeDirect({ kind: 'simulated' }, { kind: 'ssh' })).toBe(false);
  });
});

describe('the ways of a stretched network', () => {
  let t: TestEngine;
  let hosts: string[];
  beforeEach(async () => {
    t = new TestEngine(undefined, hastyClock(50));
    await t.engine.start();
    hosts = await t.addHosts(2);
    await t.done(t.client.networks.add({ name: 'blue', isIsolated: true, clusters: ['Default'] }));
  });
  afterEach(() => t.engine.stop());

  const control = (i: number) => t.fleet.machine(hosts[i] ?? '').control;
  const stretch = (way?: WayChoice) => t.done(t.client.networks.stretch({ network: 'blue', hosts, way }));
  const pair = async (): Promise<TunnelPair> => {
    const status = await t.client.networks.tunnels({ network: 'blue' });
    const [only] = status?.pairs ?? [];
    if (!only) throw new Error('there is no pair');
    return only;
  };
  const becomes = (expected: Partial<TunnelPair>): Promise<void> =>
    vi.waitFor(async () => expect(await pair()).toMatchObject(expected), { timeout: 20_000, interval: 20 });
  const events = async (): Promise<string[]> =>
    (await t.client.events.list({ limit: 200 })).flatMap(({ type, message }) =>
      type === 'tunnel.state' ? [message.type] : [],
    );

  it('are direct where hosts reach each other', async () => {
    await stretch();
    await becomes({ state: 'connected', way: 'direct', why: expect.objectContaining({ type: 'stretch.direct' }) });
    await becomes({ loss: 0, delay: expect.any(Number) as number });
  });

  it('are a relay where a firewall is in between, until it is open and a user tries again', async () => {
    control(0).setFirewall(true);
    await stretch();
    await becomes({ state: 'connected', way: 'relay', why: expect.objectContaining({ type: 'stretch.no_answer' }) });
    control(0).setFirewall(false);
    await t.done(t.client.networks.tryDirect({ network: 'blue' }));
    await becomes({ state: 'connected', way: 'direct' });
  });

  it('change to a relay when the direct way fails', async () => {
    await stretch();
    await becomes({ state: 'connected', way: 'direct' });
    control(1).setFirewall(true);
    await becomes({ state: 'connected', way: 'relay' });
  });

  it('are down while a cable is pulled, and mended without a user', async () => {
    await stretch('relay');
    await becomes({ state: 'connected', way: 'relay', why: expect.objectContaining({ type: 'stretch.chosen' }) });
    control(0).cutTunnel(true);
    await becomes({ state: 'down' });
    control(0).cutTunnel(false);
    await becomes({ state: 'connected', way: 'relay' });
    expect((await events()).sort()).toEqual(['tunnel.connected', 'tunnel.connected', 'tunnel.down']);
  });

  it('say why they are direct again after a host that did not respond is back, and no longer that it did not', async () => {
    await stretch();
    const direct = {
      state: 'connected',
      way: 'direct',
      why: expect.objectContaining({ type: 'stretch.direct' }),
    } as const;
    await becomes(direct);
    for (const i of [0, 1]) control(i).setUnreachable(true);
    await becomes({ state: 'down', why: expect.objectContaining({ type: 'stretch.host_silent' }) });
    for (const i of [0, 1]) control(i).setUnreachable(false);
    await becomes(direct);
  });

  it('stay with the way that a user chose', async () => {
    control(0).setFirewall(true);
    await stretch('direct');
    await becomes({ state: 'down', way: 'direct', why: expect.objectContaining({ type: 'stretch.no_answer' }) });
    control(0).setFirewall(false);
    await becomes({ state: 'connected', way: 'direct' });
    await stretch('relay');
    await becomes({ state: 'connected', way: 'relay' });
  });

  it('are made again by the next engine', async () => {
    await stretch('relay');
    await becomes({ state: 'connected', way: 'relay' });
    await t.engine.stop();
    t = new TestEngine(t, hastyClock(50));
    await t.engine.start();
    await becomes({ state: 'connected', way: 'relay' });
  });

  it('end with the network, and with a host', async () => {
    await stretch('relay');
    await becomes({ state: 'connected', way: 'relay' });
    await t.done(t.client.networks.unstretch({ network: 'blue' }));
    expect(await t.client.networks.tunnels({ network: 'blue' })).toBeNull();
  });
});
