import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ApiClient, Node } from '../../support/ovirt/client';
import { ApiScene, PASSWORD } from '../../support/ovirt/door';

/**
 * What the modules of Ansible's `ovirt.ovirt` send, in their order, and the elements that they read without asking whether they are there
 * (plugins/modules and plugins/module_utils/ovirt.py of the collection, which need the Python SDK to run).
 */
describe("modules of Ansible's collection", () => {
  const scene = new ApiScene();
  let api: ApiClient;
  beforeAll(async () => {
    await scene.open();
    api = scene.client;
    await api.signIn(PASSWORD);
    const { engine } = scene;
    await engine.addHosts(1);
    engine.allowed.add('/images/one.iso');
    await engine.done(engine.client.networks.add({ name: 'blue', isIsolated: true, clusters: ['Default'] }));
    await engine.client.networks.add({ name: 'red' });
    await engine.client.vms.add({ name: 'web', boot: { kind: 'devices' }, vnics: [{ network: 'blue' }] });
  });
  afterAll(() => scene.close());

  /** `search_by_attributes`: quotes around each value. */
  const search = async (path: string, given: Record<string, string>): Promise<Node[]> => {
    const text = Object.entries(given).map(([key, value]) => `${key}="${value}"`);
    return (await api.ok(api.get(`${path}?search=${encodeURIComponent(text.join(' and '))}`))).children.slice();
  };
  const named = async (path: string, name: string): Promise<Node> => {
    const [found] = await search(path, { name });
    if (found === undefined) throw new Error(`${path} has no ${name}`);
    return found;
  };
  const raw = async (path: string, text: string, tag: string): Promise<string[]> =>
    (await api.ok(api.get(`${path}?search=${encodeURIComponent(text)}`))).all(tag).map((each) => each.str('name'));

  it('ovirt_cluster compares what it was given with what is there', async () => {
    const cluster = await named('/clusters', 'Default');
    for (const path of [
      ['ksm', 'merge_across_nodes'],
      ['ksm', 'enabled'],
      ['fencing_policy', 'skip_if_sd_active', 'enabled'],
      ['fencing_policy', 'skip_if_connectivity_broken', 'threshold'],
      ['error_handling', 'on_error'],
      ['migration', 'bandwidth', 'assignment_method'],
      ['memory_policy', 'over_commit', 'percent'],
      ['version', 'minor'],
      ['firewall_type'],
    ])
      expect(cluster.str(...path)).not.toBe('');
    expect((await api.ok(api.get(cluster.at('scheduling_policy').href))).str('name')).toBe('none');
    expect((await api.ok(api.get(cluster.link('externalnetworkproviders')))).children).toEqual([]);
  });

  it('ovirt_network attaches an isolated network as not required, and finds it required, again and again', async () => {
    const [[network], cluster] = await Promise.all([
      search('/networks', { name: 'blue', datacenter: 'Default' }),
      named('/clusters', 'Default'),
    ]);
    const path = `/clusters/${cluster.id}/networks/${network?.id}`;
    const body = `<network id="${network?.id}"><name>blue</name><required>false</required><usages><usage>vm</usage></usages></network>`;
    expect((await api.ok(api.put(path, body), 200)).str('required')).toBe('true');
  });

  it('ovirt_vnic_profile adds, changes and removes a profile', async () => {
    const network = await named('/networks', 'blue');
    const body = `<vnic_profile><name>lab</name><network id="${network.id}"/></vnic_profile>`;
    const made = await api.ok(api.post('/vnicprofiles', body), 201);
    const listed = (await api.ok(api.get('/vnicprofiles'))).all('vnic_profile').find(({ id }) => id === made.id);
    expect([listed?.str('pass_through', 'mode'), listed?.at('network').id]).toEqual(['disabled', network.id]);
    // Absent, or the module would take them for a difference from what it was not given.
    expect([listed?.has('network_filter'), listed?.has('qos')]).toEqual([false, false]);
    expect((await api.post('/vnicprofiles', body)).status).toBe(409);
    expect((await api.ok(api.put(made.href, body.replace('lab', 'lab 2')), 200)).str('name')).toBe('lab 2');
    const filtered = body.replace('</name>', '</name><network_filter id="d2370ab4-fee3-11e9-a310-8c1645ce738e"/>');
    expect((await api.put(made.href, filtered)).status).toBe(400);
    const moved = await api.put(made.href, body.replace(network.id, (await named('/networks', 'red')).id));
    expect([moved.status, moved.text]).toEqual([400, expect.stringContaining('cannot be changed')]);

    const nics = (await named('/vms', 'web')).link('nics');
    const nic = (await api.ok(api.get(nics))).at('nic');
    await api.ok(api.put(nic.href, `<nic><vnic_profile id="${made.id}"/></nic>`), 200);
    expect((await api.ok(api.get(nic.href))).at('vnic_profile').id).toBe(made.id);
    const used = await api.delete(made.href);
    expect([used.status, used.text]).toEqual([409, expect.stringContaining('used by &quot;web&quot;')]);
    await api.ok(api.put(nic.href, '<nic><vnic_profile><name>blue</name></vnic_profile></nic>'), 200);
    await api.ok(api.delete(made.href), 200);
    expect((await api.delete(made.href)).status).toBe(404);
    const [last] = (await api.ok(api.get(network.link('vnicprofiles')))).all('vnic_profile');
    expect((await api.delete(last?.href ?? '')).status).toBe(409);
  });

  it('ovirt_vm finds its template by name and data center, without quotes', async () => {
    expect(await raw('/templates', 'name=atoll-tiny-guest and datacenter=Default', 'template')).toEqual([
      'atoll-tiny-guest',
    ]);
    expect(await raw('/templates', 'vm.name=web', 'template')).toEqual(['Blank']);
    const { client } = scene.engine;
    await client.vms.add({ name: 'two words', boot: { kind: 'devices' } });
    expect(await raw('/vms', 'name=two words and cluster=Default', 'vm')).toEqual(['two words']);
    expect(await raw('/vms', 'name=two words sortby name desc', 'vm')).toEqual(['two words']);
    expect((await api.get(`/vms?search=${encodeURIComponent('storage.name=web')}`)).status).toBe(400);
  });

  it('ovirt_vm reads parts of a VM that Atoll has no setting for, and takes the first CD drive', async () => {
    const vm = await named('/vms', 'web');
    for (const path of [
      ['placement_policy', 'affinity'],
      ['cpu', 'topology', 'cores'],
      ['next_run_configuration_exists'],
    ])
      expect(vm.str(...path)).not.toBe('');
    for (const rel of ['numanodes', 'watchdogs', 'hostdevices', 'diskattachments', 'graphicsconsoles'])
      await api.ok(api.get(vm.link(rel)));
    const [drive] = (await api.ok(api.get(vm.link('cdroms')))).all('cdrom');
    const empty = await api.ok(api.get(`${drive?.href}?current=false`));
    expect(empty.has('file')).toBe(false);
    // Ejected already.
    await api.ok(api.put(empty.href, '<cdrom><file id=""/></cdrom>'), 200);
    expect((await scene.engine.client.vms.show({ vm: 'web' })).cdroms).toEqual([]);
    await api.ok(api.put(empty.href, '<cdrom><file id="/images/one.iso"/></cdrom>'), 200);
    const again = (await api.ok(api.get(vm.link('cdroms')))).all('cdrom');
    expect(again.map(({ id }) => id)).toEqual([empty.id]);
    expect(again[0]?.at('file').id).toBe('/images/one.iso');
  });

  it('ovirt_vm is refused a VM of a snapshot, rather than given an empty one', async () => {
    const body =
      '<vm><name>copy</name><cluster><name>Default</name></cluster><template><name>Blank</name></template><snapshots><snapshot id="1"/></snapshots></vm>';
    const { status, text } = await api.post('/vms', body);
    expect([status, text]).toEqual([400, expect.stringContaining('A VM of a snapshot is not supported')]);
  });

  it('ovirt_template compares parts of a template', async () => {
    const template = await named('/templates', 'Blank');
    for (const path of [
      ['bios', 'type'],
      ['bios', 'boot_menu', 'enabled'],
      ['io', 'threads'],
      ['usb', 'enabled'],
      ['os', 'type'],
    ])
      expect(template.str(...path)).not.toBe('');
    for (const part of ['sso', 'memory_policy']) expect(template.has(part)).toBe(true);
  });

  it('ovirt_host_info and ovirt_vm_info find what they follow under the name of the attribute', async () => {
    const host = (await api.ok(api.get('/hosts?follow=nics,network_attachments,numa_nodes&search='))).at('host');
    expect(host.at('nics').all('host_nic').length).toBeGreaterThan(1);
    expect(host.at('network_attachments').all('network_attachment')).toHaveLength(1);
    expect(host.has('numa_nodes')).toBe(true);
    const vm = (
      await api.ok(api.get(`/vms?follow=host_devices,numa_nodes&search=${encodeURIComponent('name=web')}`))
    ).at('vm');
    expect([vm.has('host_devices'), vm.has('numa_nodes')]).toEqual([true, true]);
  });

  it('ovirt_disk and ovirt_snapshot tell objects of one VM from those of others', async () => {
    expect(await search('/disks', { name: 'data', 'Storage.name': 'sim1 (local)', vm_names: 'web' })).toEqual([]);
    const vm = await named('/vms', 'web');
    const body =
      '<disk_attachment><interface>virtio</interface><disk><name>data</name><provisioned_size>1073741824</provisioned_size></disk></disk_attachment>';
    const attached = await api.ok(api.post(vm.link('diskattachments'), body), 201);
    expect((await search('/disks', { name: 'data', vm_names: 'web' })).map(({ id }) => id)).toEqual([attached.id]);
    const path = vm.link('snapshots');
    // The module asks for the snapshot of no id.
    expect((await api.get(`${path}/None`)).status).toBe(404);
    await api.ok(api.post(path, '<snapshot><description>before</description></snapshot>'), 201);
    const names = (await api.ok(api.get(path)))
      .all('snapshot')
      .map((each) => [each.str('snapshot_type'), each.at('vm').has('name')]);
    expect(names).toEqual([
      ['active', false],
      ['regular', true],
    ]);
  });

  it('takes 200 for an answer to PUT and DELETE, also while the work continues', async () => {
    const added = await api.ok(
      api.post('/networks', '<network><name>gone</name><data_center><name>Default</name></data_center></network>'),
    );
    expect((await api.put(`${added.href}?async=true`, '<network><mtu>1400</mtu></network>')).status).toBe(200);
    expect((await api.delete(`${added.href}?async=true`)).status).toBe(200);
  });

  it('ovirt_host_network compares the options of a bond as it would set them', async () => {
    const host = await named('/hosts', 'sim1');
    const slaves = ['eth2', 'eth3'].map((name) => `<host_nic><name>${name}</name></host_nic>`).join('');
    const body = `<action><modified_bonds><host_nic><name>bond0</name><bonding><options><option><name>mode</name><type>Active-Backup</type><value>1</value></option><option><name>miimon</name><value>100</value></option></options><slaves>${slaves}</slaves></bonding></host_nic></modified_bonds></action>`;
    for (const _ of ['once', 'again']) await api.ok(api.post(host.action('setupnetworks'), body), 200);
    const bond = (await api.ok(api.get(host.link('nics'))))
      .all('host_nic')
      .find((each) => each.str('name') === 'bond0');
    const options = bond?.at('bonding', 'options').all('option') ?? [];
    expect(options.map((each) => each.children.map((child) => child.text))).toEqual([
      ['mode', '1', 'Active-Backup'],
      ['miimon', '100'],
    ]);
    const names = await Promise.all(
      (bond?.at('bonding', 'slaves').all('host_nic') ?? []).map(async ({ href }) =>
        (await api.ok(api.get(href))).str('name'),
      ),
    );
    expect(names.sort()).toEqual(['eth2', 'eth3']);
  });

  it('ovirt_permission finds its user by either name of the domain', async () => {
    for (const usrname of ['admin@internal', 'admin@internal-authz'])
      expect(await search('/users', { usrname })).toHaveLength(1);
  });
});
