import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { blockName } from '../conformance/hosts/kind';
import { LabApp } from '../support/lab-app';
import { ApiClient, type Node } from '../support/ovirt/client';
import { SshHosts, type SshTestHost, sshHere } from '../support/ssh-hosts';

const { networks: missing } = await sshHere();
const NAMES = ['one', 'two', 'three'] as const;

/** What a client of oVirt does with the networks of hosts, on three hosts with a real sshd each. */
describe.skipIf(missing !== null)(blockName('the oVirt API in front of three hosts over SSH', missing), () => {
  let app: LabApp;
  let net: SshHosts;
  let api: ApiClient;
  const machines = new Map<string, SshTestHost>();
  const hosts = new Map<string, Node>();
  beforeAll(async () => {
    [app, net] = await Promise.all([LabApp.open(), SshHosts.open()]);
    for (const name of NAMES) {
      const machine = await net.add();
      machines.set(name, machine);
      // A second NIC, for a regular network.
      await machine.shell.run(['ip', 'link', 'add', 'eth1', 'type', 'veth', 'peer', 'name', 'cable1']);
      await app.done(app.client.hosts.add({ name, how: machine.how() }));
    }
    const { api: served } = await app.client.api.enable({ password: 'a long password' });
    api = new ApiClient(served.port ?? 0, readFileSync(served.caFile ?? '', 'utf8'));
    await api.signIn('a long password');
    for (const host of (await api.ok(api.get('/hosts'))).all('host')) hosts.set(host.str('name'), host);
  });
  afterAll(async () => {
    await app.dispose();
    await net.remove();
  });

  const host = (name: string): Node => hosts.get(name)!;
  const attachments = async (name: string): Promise<Node[]> =>
    (await api.ok(api.get(host(name).link('networkattachments')))).all('network_attachment');
  const bridges = async (name: string): Promise<string[]> => {
    const { stdout } = await machines.get(name)!.shell.run(['ip', '-o', 'link', 'show', 'type', 'bridge']);
    return [...stdout.matchAll(/^\d+: (blue|red):/gm)].map((found) => found[1] ?? '').sort();
  };
  const add = async (name: string, more: string): Promise<Node> => {
    const place = '<data_center><name>Default</name></data_center>';
    const network = await api.ok(api.post('/networks', `<network><name>${name}</name>${place}${more}</network>`), 201);
    const [cluster] = (await api.ok(api.get('/clusters'))).all('cluster');
    const body = `<network id="${network.id}"><required>false</required></network>`;
    await api.ok(api.post(cluster?.link('networks') ?? '', body), 201);
    return network;
  };

  it('has an isolated network on each of them, attached without a NIC', async () => {
    expect([...hosts.keys()].sort()).toEqual([...NAMES].sort());
    const blue = await add('blue', '<is_isolated>true</is_isolated>');
    for (const name of NAMES) {
      const path = host(name).link('networkattachments');
      const body = `<network_attachment><host_nic/><network id="${blue.id}"/></network_attachment>`;
      const [first, second] = [await api.ok(api.post(path, body), 201), await api.ok(api.post(path, body), 201)];
      expect([first.id, first.str('in_sync'), first.has('host_nic')]).toEqual([second.id, 'true', false]);
      expect(await bridges(name)).toEqual(['blue']);
    }
  });

  it('sets up both kinds of networks at once, and the same again changes nothing', async () => {
    const red = await add('red', '');
    const body = `<action><check_connectivity>true</check_connectivity><commit_on_success>true</commit_on_success>
      <modified_network_attachments><network_attachment><network><name>blue</name></network></network_attachment>
      <network_attachment><network id="${red.id}"/><host_nic><name>eth1</name></host_nic></network_attachment>
      </modified_network_attachments></action>`;
    const withoutNic = body.replace('<host_nic><name>eth1</name></host_nic>', '');
    const refused = await api.post(host('one').action('setupnetworks'), withoutNic);
    expect([refused.status, refused.text]).toEqual([
      400,
      expect.stringContaining('HOST_NETWORK_INTERFACE_DOES_NOT_HAVE_NAME_SET'),
    ]);
    expect(await bridges('one')).toEqual(['blue']);
    for (const name of NAMES) {
      await api.ok(api.post(host(name).action('setupnetworks'), body), 200);
      expect(await bridges(name)).toEqual(['blue', 'red']);
      const now = await attachments(name);
      await api.ok(api.post(host(name).action('setupnetworks'), body), 200);
      expect((await attachments(name)).map(({ id }) => id)).toEqual(now.map(({ id }) => id));
      const [onNic] = now.filter((each) => each.has('host_nic'));
      expect([onNic?.at('network').id, onNic?.str('host_nic', 'name')]).toEqual([red.id, 'eth1']);
    }
  });

  it('syncs what was changed by hand, on one host and on the cluster', async () => {
    for (const path of [
      host('two').action('syncallnetworks'),
      (await api.ok(api.get('/clusters'))).at('cluster').action('syncallnetworks'),
    ]) {
      await machines.get('two')!.shell.run(['ip', 'link', 'delete', 'dev', 'red']);
      await machines.get('two')!.shell.run(['ip', 'link', 'delete', 'dev', 'blue']);
      for (const _ of ['once', 'again']) await api.ok(api.post(path), 200);
      expect(await bridges('two')).toEqual(['blue', 'red']);
      expect((await attachments('two')).map((each) => each.str('in_sync'))).toEqual(['true', 'true']);
    }
  });

  it('deactivates and activates a host, each once', async () => {
    const three = host('three');
    await api.ok(api.post(three.action('deactivate'), '<action><reason>a test</reason></action>'), 200);
    expect((await api.ok(api.get(three.href))).str('status')).toBe('maintenance');
    expect((await api.post(three.action('deactivate'))).status).toBe(409);
    await machines.get('three')!.shell.run(['ip', 'link', 'delete', 'dev', 'blue']);
    await api.ok(api.post(three.action('activate')), 200);
    expect((await api.ok(api.get(three.href))).str('status')).toBe('up');
    expect((await api.post(three.action('activate'))).status).toBe(409);
    expect(await bridges('three')).toEqual(['blue', 'red']);
  });
});
