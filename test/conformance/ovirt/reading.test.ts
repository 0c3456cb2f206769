import { readFileSync } from 'node:fs';
import { Agent } from 'node:https';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { COLLECTIONS, EMPTY_COLLECTIONS } from '../../../ovirt/resources/all';
import { ApiClient, type Node } from '../../support/ovirt/client';
import { ApiScene, PASSWORD } from '../../support/ovirt/door';

const NOBODY = '01890a5d-ac96-774b-bcce-b302099a8057';

/** One engine with a host, networks and VMs for all that only reads. */
describe('reading over the oVirt API', () => {
  const scene = new ApiScene();
  let api: ApiClient;
  beforeAll(async () => {
    await scene.open();
    api = scene.client;
    await api.signIn(PASSWORD);
    const { engine } = scene;
    const { client } = engine;
    await engine.addHosts(2);
    await engine.done(
      client.networks.add({ name: 'blue', isIsolated: true, clusters: ['Default'], comment: 'a <&> b' }),
    );
    await client.networks.add({ name: 'red', vlan: 7 });
    for (const name of ['web1', 'web2', 'db'])
      await client.vms.add({
        name,
        vnics: [{ network: 'blue' }],
        boot: { kind: 'devices' },
        memoryMiB: name === 'db' ? 2048 : 512,
      });
  });
  afterAll(() => scene.close());

  const found = async (path: string, tag: string): Promise<string[]> =>
    (await api.ok(api.get(path))).all(tag).map((each) => each.str('name'));
  const search = (path: string, text: string): string => `${path}?search=${encodeURIComponent(text)}`;

  it('follows every link and names every action, from the root on', async () => {
    const seen = new Set<string>();
    const walk = async (href: string, depth: number): Promise<void> => {
      const shape = href.replace(/[0-9a-f-]{36}/g, '{id}');
      if (seen.has(shape) || href.includes('{query}')) return;
      seen.add(shape);
      const { status, xml, text } = await api.get(href);
      expect([href, status, status === 200 ? '' : text]).toEqual([href, 200, '']);
      const visit = async (node: Node): Promise<void> => {
        if (node.name === 'actions') return;
        if (node.href.startsWith('/') && depth < 8) await walk(node.href, depth + 1);
        for (const child of node.children) await visit(child);
      };
      for (const child of xml.children) await visit(child);
    };
    await walk('/ovirt-engine/api', 0);
    // Each row of the table that has items here was reached by links alone.
    for (const { path } of COLLECTIONS.filter((row) => !row.path.includes('/')))
      expect(seen).toContain(`/ovirt-engine/api/${path}`);
    for (const path of Object.keys(EMPTY_COLLECTIONS).filter((each) => !each.includes('/')))
      expect(seen).toContain(`/ovirt-engine/api/${path}`);
    expect(seen.size).toBeGreaterThan(100);
  });

  it('answers 404 for what is not there, at each row of the table', async () => {
    for (const { path } of COLLECTIONS) {
      const at = `/${path.replaceAll(/\{\w+\}/g, NOBODY)}`;
      expect([at, (await api.get(`${at}/${NOBODY}`)).status]).toEqual([at, 404]);
      if (path.includes('/')) expect([at, (await api.get(at)).status]).toEqual([at, 404]);
    }
  });

  it('answers the rest of the routes of oVirt with 404 or 405, as docs/ovirt-api.md says', async () => {
    const page =
      readFileSync(new URL('../../../docs/ovirt-api.md', import.meta.url), 'utf8').split('## Not answered')[1] ?? '';
    const rows = [...page.matchAll(/^\| ([A-Z, ]+?) +\| `(\S+)` +\| (\d+) +\|$/gm)];
    expect(rows.length).toBeGreaterThan(250);
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    const kept = new ApiClient(scene.door.port, scene.ca, agent);
    await kept.signIn(PASSWORD);
    for (const [, methods = '', path = '', status] of rows)
      for (const method of methods.split(', ')) {
        const at = `/ovirt-engine/api${path.replaceAll('{id}', NOBODY)}`;
        const { status: answered, text } = await kept.send(at, { method });
        expect([method, path, answered]).toEqual([method, path, Number(status)]);
        expect(text).toContain('<fault>');
      }
    agent.destroy();
  });

  it('shows what is below an item of another view as it is below the item itself', async () => {
    const [dc] = (await api.ok(api.get(search('/datacenters', 'name=Default')))).all('data_center');
    const [cluster] = (await api.ok(api.get(`${dc?.href}/clusters`))).all('cluster');
    const below = `${dc?.href}/clusters/${cluster?.id}/networks`;
    expect(await found(below, 'network')).toEqual(['blue']);
    expect((await api.get(below.replace(dc?.id ?? '', NOBODY))).status).toBe(404);
    expect((await api.get(below.replace(cluster?.id ?? '', NOBODY))).status).toBe(404);
    const [domain] = (await api.ok(api.get(`${dc?.href}/storagedomains`))).all('storage_domain');
    expect(await found(`${domain?.href}/disks`, 'disk')).toEqual([]);
  });

  it('labels hosts by tags, and lists the labels as tags', async () => {
    const [host] = (await api.ok(api.get(search('/hosts', 'name=sim2')))).all('host');
    const tags = host?.link('tags') ?? '';
    expect((await api.ok(api.post(tags, '<tag><name>lab</name></tag>'), 201)).str('name')).toBe('lab');
    expect((await api.post(tags, '<tag><name>lab</name></tag>')).status).toBe(409);
    expect(await found('/tags', 'tag')).toEqual(['root', 'lab']);
    expect(await found(search('/hosts', 'tag=lab'), 'host')).toEqual(['sim2']);
    await api.ok(api.delete(`${tags}/lab`), 200);
    expect((await api.delete(`${tags}/lab`)).status).toBe(404);
  });

  it('writes elements that have attributes only in one tag, and empty texts in two, as the Python SDK reads them', async () => {
    const { text } = await api.get(search('/networks', 'name=red'));
    expect(text).toContain('<vlan id="7"/>');
    expect(text).toContain('<comment></comment>');
    expect(text).not.toMatch(/<\w+ [^<>]*[^/]><\//);
  });

  it('searches as its clients do', async () => {
    expect(await found(search('/networks', 'name="blue" and datacenter="Default"'), 'network')).toEqual(['blue']);
    expect(await found(search('/networks', 'vlanid=7'), 'network')).toEqual(['red']);
    expect(await found(search('/datacenters', 'Clusters.name=Default'), 'data_center')).toEqual(['Default']);
    expect(await found(search('/vms', 'name=WEB* sortby name desc'), 'vm')).toEqual(['web2', 'web1']);
    expect(await found(`${search('/vms', 'name=WEB*')}&case_sensitive=true`, 'vm')).toEqual([]);
    expect(await found(search('/vms', 'memory>1000 or name=web1'), 'vm')).toEqual(['web1', 'db']);
    expect(await found(search('/vms', 'db'), 'vm')).toEqual(['db']);
    expect(await found(`/vms?max=2&follow=&search=`, 'vm')).toHaveLength(2);
    expect(await found('/vms;max=1', 'vm')).toHaveLength(1);
    expect(await found('/vms;search=web*;max=1?max=2', 'vm')).toHaveLength(2);
    expect(await found(search('/hosts', 'status = up and cluster = Default page 2'), 'host')).toEqual([]);
    const { status, text } = await api.get(search('/vms', 'shade=red'));
    expect([status, text]).toEqual([400, expect.stringContaining('no field shade')]);
    for (const broken of ['name=', '"open', 'sortby', 'page x'])
      expect((await api.get(search('/vms', broken))).status).toBe(400);
  });

  it('shows what links lead to, where follow asks for it', async () => {
    const vm = (await api.ok(api.get('/vms?follow=nics.vnic_profile,cluster,disk_attachments&max=1'))).at('vm');
    expect(vm.str('nics', 'nic', 'vnic_profile', 'name')).toBe('blue');
    expect(vm.str('cluster', 'name')).toBe('Default');
    expect(vm.at('disk_attachments').children).toEqual([]);
    expect(() => vm.link('nics')).toThrow('no link');
    expect((await api.get(`/vms?follow=${'nics.vm.'.repeat(20)}nics`)).status).toBe(400);
  });

  it('escapes what people wrote, in XML and in JSON', async () => {
    const blue = (await api.ok(api.get(search('/networks', 'name=blue')))).at('network');
    expect(blue.str('description')).toBe('a <&> b');
    const json = await api.send(`/ovirt-engine/api${search('/networks', 'name=blue')}`, {
      headers: { Accept: 'application/json' },
    });
    expect(JSON.parse(json.text)).toMatchObject({
      network: [{ name: 'blue', mtu: '1500', is_isolated: 'true', usages: { usage: ['vm'] } }],
    });
    const none = await api.send('/ovirt-engine/api/vmpools', { headers: { Accept: 'application/json' } });
    expect(none.text).toBe('{}');
  });

  it('has events by index, with the correlation of the request that made them', async () => {
    const last = (await api.ok(api.get('/events?max=1'))).at('event');
    const added = await api.send('/ovirt-engine/api/networks', {
      method: 'POST',
      body: '<network><name>green</name><data_center><name>Default</name></data_center></network>',
      headers: { 'Correlation-Id': 'run-17' },
    });
    expect([added.status, added.headers['correlation-id']]).toEqual([201, 'run-17']);
    const [event] = (await api.ok(api.get(`/events?from=${last.str('index')}`))).all('event');
    expect([event?.str('code'), event?.str('correlation_id'), event?.str('description')]).toEqual([
      '942',
      'run-17',
      expect.stringContaining('(admin@internal, oVirt API)'),
    ]);
    expect((await api.ok(api.get(search('/events', 'correlation_id=run-17')))).all('event')).toHaveLength(1);
    expect((await api.ok(api.get(`/events/${event?.id}`))).id).toBe(event?.id);
    expect((await api.ok(api.get(search('/events', 'type=885')))).children).toEqual([]);
    for (const path of ['/events?from=x', '/events?from=1e400', '/events?max=x'])
      expect([path, (await api.get(path)).status]).toEqual([path, 400]);
  });

  it('refuses by name what Atoll has not, and says why', async () => {
    const [host] = (await api.ok(api.get('/hosts'))).all('host');
    const { status, xml } = await api.post(host?.action('fence') ?? '');
    expect([status, xml.str('reason'), xml.str('detail')]).toEqual([
      400,
      'Operation Failed',
      '[The action fence (There is no power management) is not supported by Atoll.]',
    ]);
    const incomplete = await api.post('/networks', '<network><name>x</name></network>');
    expect(incomplete.xml.str('detail')).toBe('Network [data_center.id|name] required for add');
    expect(incomplete.xml.str('reason')).toBe('Incomplete parameters');
  });

  it('answers without waiting, if a client asks for that', async () => {
    const vm = (await api.ok(api.get(search('/vms', 'name=db')))).at('vm');
    const started = await api.post(vm.action('start'), '<action><async>true</async></action>');
    expect([200, 202]).toContain(started.status);
    expect(['pending', 'complete']).toContain(started.xml.str('status'));
    const job = started.xml.at('job').href;
    await expect.poll(async () => (await api.ok(api.get(job))).str('status')).toBe('finished');
    expect((await api.ok(api.get(`${job}/steps`))).all('step').length).toBeGreaterThan(1);
    const expected = await api.send('/ovirt-engine/api/networks', {
      method: 'POST',
      body: '<network><name>late</name><data_center><name>Default</name></data_center></network>',
      headers: { Expect: '201-created' },
    });
    expect(expected.status).toBe(201);
  });
});
