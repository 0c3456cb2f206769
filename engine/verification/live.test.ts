import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Verification, VerifiedPromise } from '../../contract';
import { hastyClock, TestEngine } from '../../test/support/test-engine';

describe('a live verification', () => {
  let t: TestEngine;
  let hostId: string;
  beforeEach(async () => {
    t = new TestEngine(undefined, hastyClock(500));
    await t.engine.start();
    [hostId = ''] = await t.addHosts(1);
    for (const name of ['blue', 'green'])
      await t.done(t.client.networks.add({ name, isIsolated: true, clusters: ['Default'] }));
    await vm('web', 'blue');
    await vm('db', 'blue');
    await vm('vault', 'green');
  });
  afterEach(() => t.close());

  async function vm(name: string, ...networks: string[]): Promise<void> {
    const vnics = networks.map((network) => ({ network }));
    await t.done(t.client.vms.add({ name, boot: { kind: 'tiny' }, vnics, start: true }));
    await t.until(async () => (await t.client.vms.show({ vm: name })).state === 'up');
  }
  const promise = (sentence: string) => t.client.promises.add({ sentence, severity: 'warn' });
  const verify = (): Promise<Verification> => t.client.promises.verify({ live: true });
  const macOf = async (name: string): Promise<string> => (await t.client.vms.show({ vm: name })).vnics[0]?.mac ?? '';
  const only = ({ promises: [one] }: Verification): VerifiedPromise => {
    if (!one) throw new Error('no promise');
    return one;
  };

  it('measures what is predicted, for each kind', async () => {
    for (const sentence of [
      'web never reaches vault',
      'web reaches db directly on TCP 80',
      'web has no external access',
      'only vm:web and vm:db are on blue',
      'blue is isolated on every host (verified at most 1 h ago)',
      'blue is one island',
    ])
      await promise(sentence);
    const { promises, verdict, live } = await verify();
    expect(live).toBe(true);
    expect(promises.map(({ promise: { sentence }, state }) => [sentence, state])).toEqual(
      promises.map(({ promise: { sentence } }) => [sentence, 'kept']),
    );
    for (const { measurements } of promises) expect(measurements.length).toBeGreaterThan(0);
    expect(verdict).toBe('kept');
  });

  it('finds a firewall rule of the host that the model cannot see', async () => {
    await promise('web reaches db directly');
    expect((await verify()).verdict).toBe('kept');
    t.fleet.machine(hostId).control.dropFrames(await macOf('db'), true);
    const one = only(await verify());
    expect(one.promise.state).toBe('kept');
    expect(one.state).toBe('broken');
    expect(one.findings[0]?.message).toMatchObject({
      type: 'promise.measured',
      params: { from: 'web', to: 'db', predicted: true, measured: false },
    });
    expect(one.measurements.filter(({ measured }) => measured === false).map(({ to }) => to)).toEqual(['db', 'db']);
  });

  it('does not take the silence of a guest that answers nowhere for a proof', async () => {
    await promise('web never reaches vault');
    t.fleet.machine(hostId).control.dropFrames(await macOf('vault'), true);
    expect(only(await verify())).toMatchObject({
      state: 'unknown',
      findings: [{ message: { type: 'promise.not_measured' } }],
    });
    await t.done(t.client.vms.stop({ vm: 'vault' }));
    expect(only(await verify()).state).toBe('unknown');
  });

  it('is unknown while a host does not answer', async () => {
    await promise('web reaches db directly');
    t.fleet.machine(hostId).control.setUnreachable(true);
    expect(['unknown', 'broken']).toContain((await verify()).verdict);
    expect(only(await verify()).measurements.every(({ measured }) => measured === null)).toBe(true);
  });

  it('signs a page with the evidence', async () => {
    await promise('web never reaches vault');
    const { content } = await t.client.promises.page({ live: true });
    expect(content.verification).toMatchObject({ verdict: 'kept', live: true });
    expect(content.certificates.map(({ network }) => network.name)).toEqual(['blue', 'green']);
  });
});
