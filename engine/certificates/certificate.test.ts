import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { certificateHtml } from '../../english';
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

  it('reports a drift that a check saw: the failed point, the cause, and its repair', async () => {
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
    expect(failed?.incident).toMatchObject({
      outcome: 'repaired',
      words: { params: { network: 'blue', host: 'sim1' } },
    });
    expect(hosts[0]?.incidents).toHaveLength(1);
    expect(hosts[0]?.probedAt).not.toBeNull();
  });

  it('does not rely on a check whose host is no longer watched, and covers no network without a host', async () => {
    await t.client.networks.check({ network: 'blue' });
    await t.done(t.client.hosts.maintenance({ host }));
    expect(await certificate()).toMatchObject({ verdict: 'unknown' });
    await t.client.networks.add({ name: 'nowhere', isIsolated: true });
    expect(await certificate('nowhere')).toMatchObject({ verdict: 'unknown', hosts: [] });
  });

  it('is refused for a network that is not isolated', async () => {
    await t.client.networks.add({ name: 'plain' });
    await expect(certificate('plain')).rejects.toMatchObject({ code: 'RULE_BROKEN' });
  });

  it('lets no name become markup on its page', async () => {
    const name = `<script>alert('1')</script>&"x`;
    await t.done(t.client.networks.add({ name, isIsolated: true, clusters: ['Default'] }));
    const html = certificateHtml(await certificate(name));
    expect(html).not.toContain('<script');
    expect(html).toContain('&lt;script&gt;alert(&#39;1&#39;)&lt;/script&gt;&amp;&quot;x');
    expect(html).toContain(`content="default-src 'none'; style-src 'unsafe-inline'"`.replaceAll("'", '&#39;'));
  });
});

describe('the page of the certificate', () => {
  let t: TestEngine;
  let hosts: string[];
  const page = async (network: string): Promise<string> =>
    certificateHtml((await t.client.networks.certificate({ network })).certificate);

  beforeEach(async () => {
    t = new TestEngine();
    await t.engine.start();
    hosts = await t.addHosts(2);
    await t.done(t.client.networks.add({ name: 'blue', isIsolated: true, clusters: ['Default'] }));
    await t.client.networks.check({ network: 'blue', probe: true });
  });
  afterEach(() => t.close());

  it('names its subject, issuer, time and product, and how it is verified', async () => {
    const { certificate } = await t.client.networks.certificate({ network: 'blue' });
    const { network, storeId, version, issuedBy } = certificate;
    const html = await page('blue');
    for (const words of [network.id, network.bridge, storeId, `Atoll ${version}`, issuedBy, 'not signed'])
      expect(html).toContain(words);
    expect(html).toMatch(/Issued<\/dt>\s*<dd>\d{4}-\d\d-\d\d \d\d:\d\d:\d\d UTC/);
    expect(html).toContain(`atoll network check ${network.id} --probe`);
    expect(html).toContain('Proven on 2 of 2 hosts');
    for (const limit of certificate.limits) expect(html).toContain(limit);
  });

  it('shows each point of the last check of each host with its evidence', async () => {
    const { certificate } = await t.client.networks.certificate({ network: 'blue' });
    const html = await page('blue');
    for (const { latest, hostId } of certificate.hosts) {
      expect(html).toContain(hostId);
      expect(latest?.points.length).toBeGreaterThan(8);
      for (const point of latest?.points ?? []) {
        expect(html).toContain(point.title);
        expect(html).toContain(point.evidence);
      }
    }
  });

  it('reports failures with time, cause and repair', async () => {
    const meddled = t.fleet.machine(hosts[0] ?? '').control.flushSeal('blue');
    await t.client.networks.check({ network: 'blue' });
    await meddled;
    await t.until(() => t.eventTypes().includes('drift.repaired'));
    const html = await page('blue');
    expect(html).toContain('NOT isolated');
    expect(html).toContain('Cause: Network blue on sim1 was changed outside Atoll');
    expect(html).toMatch(/<strong>Repaired<\/strong>: Network blue on sim1 was repaired/);
    expect(html).toMatch(/after \d+\.\d s/);
  });

  it('warns that a simulated host proves nothing, and does not claim proof for an unwatched host', async () => {
    expect(await page('blue')).toContain('this page proves nothing about real hosts');
    await t.done(t.client.hosts.maintenance({ host: hosts[1] ?? '' }));
    const html = await page('blue');
    expect(html).toContain('Proven on 1 of 2 hosts');
    expect(html).toContain('Reason: the host is in maintenance');
  });

  it('loads nothing from anywhere and has no script', async () => {
    const html = await page('blue');
    expect(html).not.toMatch(/\bsrc=|\bhref=|url\(|@import|https?:|<script|<link|<iframe|\son\w+=/i);
  });
});

describe('overall', () => {
  it('is isolated only if all are, and there is at least one', () => {
    expect(overall(['isolated', 'isolated'])).toBe('isolated');
    expect(overall(['isolated', 'unknown'])).toBe('unknown');
    expect(overall(['unknown', 'not_isolated'])).toBe('not_isolated');
    expect(overall([])).toBe('unknown');
  });
});
