import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { TestEngine } from '../../test/support/test-engine';
import { overall } from './certificate';

describe('the certificate of isolation', () => {
  let t: TestEngine;
  let host: string;
  beforeEach(async () => {
    t = new TestEngine();
    await t.engine.start();
    [host = ''] = await t.addHosts(1);
    await t.done(t.client.networks.add({ name: 'blue', isIsolated: true, clusters: ['Default'] }));
  });
  afterEach(() => t.close());

  const certificate = async (network = 'blue') => (await t.client.networks.certificate({ network })).certificate;

  it('tells a drift that a check saw: which point failed, what had happened, and that it was repaired', async () => {
    await t.client.networks.check({ network: 'blue', probe: true });
    const meddled = t.fleet.machine(host).control.flushSeal('blue');
    await t.client.networks.check({ network: 'blue' });
    await meddled;
    await t.until(() => t.eventTypes().includes('drift.repaired'));
    await t.client.networks.check({ network: 'blue' });
    const { verdict, hosts } = await certificate();
    expect(verdict).toBe('isolated');
    expect(hosts[0]).toMatchObject({ host: 'sim1', kind: 'simulated', doubt: null });
    const verdicts = (hosts[0]?.history ?? []).map((check) => check.verdict);
    expect(verdicts.filter((each) => each === 'not_isolated')).toHaveLength(1);
    expect(verdicts[0]).toBe('isolated');
    const failed = hosts[0]?.history.find((check) => check.verdict === 'not_isolated');
    expect(failed?.incident).toMatchObject({ outcome: 'repaired', words: expect.stringContaining('blue on sim1') });
    expect(hosts[0]?.incidents).toHaveLength(1);
    expect(hosts[0]?.probedAt).not.toBeNull();
  });

  it('does not lean on a check whose host is no longer watched, and speaks for no network without a host', async () => {
    await t.client.networks.check({ network: 'blue' });
    await t.done(t.client.hosts.maintenance({ host }));
    expect(await certificate()).toMatchObject({ verdict: 'unknown' });
    await t.client.networks.add({ name: 'nowhere', isIsolated: true });
    expect(await certificate('nowhere')).toMatchObject({ verdict: 'unknown', hosts: [] });
  });

  it('is refused for a network that is not meant to be isolated', async () => {
    await t.client.networks.add({ name: 'plain' });
    await expect(certificate('plain')).rejects.toMatchObject({ code: 'RULE_BROKEN' });
  });

  it('lets no name become markup on its page', async () => {
    const name = `<script>alert('1')</script>&"x`;
    await t.done(t.client.networks.add({ name, isIsolated: true, clusters: ['Default'] }));
    const { html } = await t.client.networks.certificate({ network: name, html: true });
    expect(html).not.toContain('<script');
    expect(html).toContain('&lt;script&gt;alert(&#39;1&#39;)&lt;/script&gt;&amp;&quot;x');
    expect(html).toContain(`content="default-src 'none'; style-src 'unsafe-inline'"`.replaceAll("'", '&#39;'));
  });
});

describe('overall', () => {
  it('is isolated only where all are, and says so of at least one', () => {
    expect(overall(['isolated', 'isolated'])).toBe('isolated');
    expect(overall(['isolated', 'unknown'])).toBe('unknown');
    expect(overall(['unknown', 'not_isolated'])).toBe('not_isolated');
    expect(overall([])).toBe('unknown');
  });
});
