import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { TestEngine } from '../../test/support/test-engine';
import { converged, spec, wantedHost } from '../../test/support/worlds';
import type { CheckPoint } from '../../contract';
import { countsOf } from '../../contract/state/check-points';
import type { ObservedBridge } from '../ports/observed';
import { pointsOf, SeenHost, verdictOf } from '../plan/check-points';

describe('the isolation check', () => {
  let t: TestEngine;
  let host: string;
  beforeEach(async () => {
    t = new TestEngine();
    await t.engine.start();
    [host = ''] = await t.addHosts(1);
    await t.done(t.client.networks.add({ name: 'blue', isIsolated: true, clusters: ['Default'] }));
  });
  afterEach(() => t.close());

  it('finds a sealed bridge isolated, with evidence for each point, and stores it', async () => {
    const [check] = await t.client.networks.check({ network: 'blue', probe: true });
    expect(check).toMatchObject({ hostId: host, verdict: 'isolated', probe: true, by: 'tester' });
    expect(check?.points.map((point) => point.id)).toEqual([
      'mark',
      'name',
      'ports',
      'addresses',
      'ipv6',
      'forwarding',
      'seal_ingress',
      'seal_egress',
      'hooks',
      'listeners',
      'programs',
      'probe_host_silent',
      'probe_guests_talk',
    ]);
    for (const point of check?.points ?? [])
      expect(point).toMatchObject({ ok: true, evidence: expect.stringMatching(/./) });
    expect((await t.client.networks.checks({ network: 'blue' }))[0]).toEqual(check);
    const { attachments } = await t.client.networks.show({ network: 'blue' });
    const result = { verdict: 'isolated', verdictAt: check?.at, points: check?.points.length, unchecked: 0, failed: 0 };
    expect(attachments[0]).toMatchObject(result);
    expect((await t.client.map.show({})).islands.every(({ unchecked }) => unchecked === 0)).toBe(true);
  });

  it('is recorded by the deployment itself, with the evidence of its last observation', async () => {
    const [check, ...older] = await t.client.networks.checks({ network: 'blue' });
    expect(older).toEqual([]);
    expect(check).toMatchObject({ hostId: host, verdict: 'isolated', probe: false, by: 'atoll' });
    const held = check?.points.filter((point) => point.ok === true).map((point) => point.id);
    expect(held).toEqual(['mark', 'name', 'ports', 'addresses', 'ipv6', 'forwarding', 'seal_ingress', 'seal_egress']);
    expect(check?.points.at(-1)).toMatchObject({ id: 'hooks', ok: null });
    const { attachments } = await t.client.networks.show({ network: 'blue' });
    expect(attachments[0]).toMatchObject({
      verdict: 'isolated',
      verdictAt: check?.at,
      points: 9,
      unchecked: 1,
      failed: 0,
    });
    // An unchanged host is observed repeatedly; that is no news.
    await t.done(t.client.hosts.sync({ host }));
    expect(await t.client.networks.checks({ network: 'blue' })).toHaveLength(1);
  });

  it('is recorded again by a repair', async () => {
    await t.fleet.machine(host).control.deleteBridge('blue');
    await t.until(() => t.eventTypes().includes('drift.repaired'));
    const checks = await t.client.networks.checks({ network: 'blue' });
    expect(checks.map((check) => [check.verdict, check.by])).toEqual([
      ['isolated', 'atoll'],
      ['isolated', 'atoll'],
    ]);
  });

  it.each([
    ['seal_ingress', 'not_isolated', (t: TestEngine, id: string) => t.fleet.machine(id).control.flushSeal('blue')],
    [
      'addresses',
      'not_isolated',
      (t: TestEngine, id: string) => t.fleet.machine(id).control.addAddress('blue', '10.9.8.7/24'),
    ],
    ['ipv6', 'not_isolated', (t: TestEngine, id: string) => t.fleet.machine(id).control.switchIpv6On('blue')],
    ['mark', 'unknown', (t: TestEngine, id: string) => t.fleet.machine(id).control.setAlias('blue', null)],
  ] as const)('sees damage before it is repaired: %s, %s', async (point, verdict, meddle) => {
    // No await between the change and the check: the check's observation is queued before the repair, 5 ms later.
    const acted = meddle(t, host);
    const [check] = await t.client.networks.check({ network: 'blue' });
    await acted;
    expect(check?.verdict).toBe(verdict);
    expect(check?.points.find((each) => each.id === point)).toMatchObject({ ok: false });
    const [event] = (await t.client.events.list({})).filter(({ type }) => type === 'network.checked');
    expect(event).toMatchObject({
      severity: verdict === 'not_isolated' ? 'error' : 'warning',
      message: { params: { verdict, failed: expect.any(Number) } },
    });
    await t.until(() => t.eventTypes().includes('drift.repaired'));
    expect((await t.client.networks.check({ network: 'blue' }))[0]?.verdict).toBe('isolated');
    expect(t.eventTypes().filter((type) => type === 'network.checked')).toHaveLength(2);
  });

  it('checks all networks on all hosts at once, and reports if there is nothing to check', async () => {
    await t.done(t.client.networks.add({ name: 'green', isIsolated: true, clusters: ['Default'] }));
    expect(await t.client.networks.check({})).toHaveLength(2);
    await t.client.networks.add({ name: 'red', isIsolated: true });
    await expect(t.client.networks.check({ network: 'red' })).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });

  it('counts an address on a port as one of the host', () => {
    const wanted = wantedHost([0], [0]);
    const seen = converged(wanted);
    const bridges = seen.bridges.map((bridge) => ({
      ...bridge,
      ports: bridge.ports.map((port) => ({ ...port, addresses: ['10.1.1.99/24'] })),
    }));
    const points = pointsOf(spec(0), new SeenHost({ ...seen, bridges }, wanted.taps));
    expect(points.filter((point) => point.ok === false)).toMatchObject([
      { id: 'addresses', evidence: expect.stringMatching(/^10\.1\.1\.99\/24 on vnet/) },
    ]);
  });

  it('takes what keeps guests apart for no leak, and frames of STP for one', () => {
    const wanted = wantedHost([0], [0]);
    const seen = converged(wanted);
    const verdict = (bridge: Partial<ObservedBridge>) => {
      const bridges = seen.bridges.map((each) => ({ ...each, ...bridge }));
      const points = pointsOf(spec(0), new SeenHost({ ...seen, bridges }, wanted.taps));
      return [verdictOf(points), ...points.flatMap(({ id, ok }) => (ok === false ? [id] : []))];
    };
    expect(verdict({})).toEqual(['isolated']);
    expect(verdict({ vlanFiltering: true })).toEqual(['isolated', 'forwarding']);
    expect(verdict({ filtersFrames: true })).toEqual(['isolated', 'forwarding']);
    expect(verdict({ stp: true })).toEqual(['not_isolated', 'forwarding', 'seal_egress']);
  });

  it('is unknown if a point cannot be observed, and not isolated if one fails', () => {
    const point = { id: 'ports', title: '', evidence: '' } as const;
    expect(verdictOf([{ ...point, ok: true }])).toBe('isolated');
    expect(
      verdictOf([
        { ...point, ok: true },
        { ...point, ok: null },
      ]),
    ).toBe('unknown');
    expect(
      verdictOf([
        { ...point, ok: false },
        { ...point, ok: null },
      ]),
    ).toBe('not_isolated');
  });

  it('is about isolation only: what lets nothing in or out is counted beside it', () => {
    const point = (id: CheckPoint['id'], ok: boolean | null): CheckPoint => ({ id, title: '', evidence: '', ok });
    const rest = [point('ports', true), point('seal_ingress', true), point('probe_host_silent', true)];
    expect(verdictOf([...rest, point('probe_guests_talk', false)])).toBe('isolated');
    expect(verdictOf([...rest, point('forwarding', false), point('name', false)])).toBe('isolated');
    expect(verdictOf([...rest, point('mark', false)])).toBe('unknown');
    expect(verdictOf([point('mark', false)])).toBe('unknown');
    for (const id of ['ports', 'hooks', 'listeners', 'programs', 'tunnel_peers', 'probe_tunnel_closed'] as const)
      expect(verdictOf([...rest, point(id, false), point('probe_guests_talk', false)])).toBe('not_isolated');
    expect(countsOf([...rest, point('mark', false), point('hooks', null)])).toEqual({
      ...{ points: 5, unchecked: 1, failed: 1 },
    });
  });

  it('works without the list of hooks if the kernel has none, but fails on a missing hook', () => {
    const held = { id: 'seal_ingress', title: '', evidence: '', ok: true } as const;
    const hooks = { id: 'hooks', title: '', evidence: '' } as const;
    expect(verdictOf([held, { ...hooks, ok: null }])).toBe('isolated');
    expect(verdictOf([held, { ...hooks, ok: false }])).toBe('not_isolated');
  });
});
