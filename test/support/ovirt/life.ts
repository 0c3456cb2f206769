import { expect } from 'vitest';
import type { ApiClient, Node } from './client';

/** A change that a client may send again: the second time changes nothing. */
async function twice(send: () => Promise<{ status: number; text: string }>, again: number): Promise<void> {
  const second = await send();
  expect([again, second.text]).toEqual([second.status, second.text]);
}

/** Where the life is: on simulated hosts that it adds itself, or on a host that there is. */
export interface LifeOn {
  /** Adds a host to the cluster, and returns its id. */
  addHost(cluster: string): Promise<string>;
  /** A NIC for a regular network; null: the host has none. */
  readonly nic: string | null;
  /** What its VM boots. */
  readonly template: string;
  readonly hasScreen: boolean;
}

/** The whole life of a lab, request by request as a client sends them; each that may be repeated is sent twice. */
export async function life(api: ApiClient, on: LifeOn): Promise<void> {
  const add = async (path: string, body: string, again: number): Promise<Node> => {
    const made = await api.ok(api.post(path, body), 201);
    await twice(() => api.post(path, body), again);
    return api.ok(api.get(made.href || `${path}/${made.id}`));
  };
  const dc = await add('/datacenters', '<data_center><name>lab</name><local>false</local></data_center>', 409);
  const cluster = await add(
    '/clusters',
    '<cluster><name>lab-c</name><data_center><name>lab</name></data_center></cluster>',
    409,
  );
  expect(cluster.str('ksm', 'merge_across_nodes')).toBe('true');
  const hostId = await on.addHost(cluster.id);
  const host = await api.ok(api.get(`/hosts/${hostId}`));
  expect(host.str('power_management', 'kdump_detection')).toBe('false');

  // An isolated network, as a client that knows nothing of Atoll adds it.
  const [provider] = (await api.ok(api.get('/openstacknetworkproviders'))).all('openstack_network_provider');
  const blue = await add(
    '/networks',
    `<network><name>blue</name><data_center id="${dc.id}"/><mtu>1400</mtu><usages><usage>vm</usage></usages><external_provider id="${provider?.id}"/></network>`,
    409,
  );
  expect(blue.str('is_isolated')).toBe('true');
  const red = await add(
    '/networks',
    '<network><name>red</name><data_center><name>lab</name></data_center></network>',
    409,
  );
  expect(red.str('is_isolated')).toBe('false');

  for (const each of [blue, red]) {
    const path = `/clusters/${cluster.id}/networks`;
    expect((await api.get(`${path}/${each.id}`)).status).toBe(404);
    const body = `<network id="${each.id}"><name>${each.str('name')}</name><required>false</required></network>`;
    const attached = await add(path, body, 409);
    expect(attached.str('required')).toBe(String(each === blue));
    expect(attached.str('status')).toBe('operational');
  }

  await attachments(api, hostId, blue, red, on.nic);
  const [own] = (await api.ok(api.get(blue.link('vnicprofiles')))).all('vnic_profile');
  expect([own?.at('network').id, own?.str('name')]).toEqual([blue.id, 'blue']);
  const profile = await add(
    '/vnicprofiles',
    `<vnic_profile><name>lab</name><network id="${blue.id}"/></vnic_profile>`,
    409,
  );
  await vms(api, cluster, profile.id, on);
  await api.ok(api.delete(profile.href), 200);
  await twice(() => api.delete(profile.href), 404);

  for (const each of [red, blue]) {
    await api.ok(api.delete(`/clusters/${cluster.id}/networks/${each.id}`));
    await twice(() => api.delete(`/clusters/${cluster.id}/networks/${each.id}`), 404);
    await api.ok(api.delete(each.href));
    await twice(() => api.delete(each.href), 404);
  }
  await api.ok(api.post(`/hosts/${hostId}/deactivate`, '<action><reason>end</reason></action>'));
  await twice(() => api.post(`/hosts/${hostId}/deactivate`), 409);
  await api.ok(api.post(`/hosts/${hostId}/activate`));
  await twice(() => api.post(`/hosts/${hostId}/activate`), 409);
  await api.ok(api.post(`/hosts/${hostId}/deactivate`));
  for (const path of [`/hosts/${hostId}`, cluster.href, dc.href]) {
    await api.ok(api.delete(path));
    await twice(() => api.delete(path), 404);
  }
}

async function attachments(api: ApiClient, host: string, blue: Node, red: Node, onNic: string | null): Promise<void> {
  const path = `/hosts/${host}/networkattachments`;
  const list = async () => (await api.ok(api.get(path))).all('network_attachment');
  // Alone: without a NIC, and with an empty one.
  const bare = [
    `<network_attachment><network id="${blue.id}"/></network_attachment>`,
    `<network_attachment><host_nic/><network><name>blue</name></network><ip_address_assignments/><properties/></network_attachment>`,
  ];
  for (const body of bare) {
    const made = await api.ok(api.post(path, body), 201);
    expect(made.at('network').id).toBe(blue.id);
    expect(made.has('host_nic')).toBe(false);
    expect(made.str('in_sync')).toBe('true');
  }
  expect((await list()).filter((each) => each.at('network').id === blue.id)).toHaveLength(1);
  for (const body of bare) {
    const refused = await api.post(path, body.replace('blue', 'red').replace(blue.id, red.id));
    expect([refused.status, refused.text]).toEqual([
      400,
      expect.stringContaining('HOST_NETWORK_INTERFACE_DOES_NOT_HAVE_NAME_SET'),
    ]);
  }

  const action = (inner: string): string =>
    `<action><check_connectivity>true</check_connectivity><commit_on_success>true</commit_on_success><connectivity_timeout>30</connectivity_timeout>${inner}</action>`;
  const both = (redNic: string): string =>
    action(`<modified_network_attachments>${bare[1]}<network_attachment><ip_address_assignments><ip_address_assignment>
      <assignment_method>static</assignment_method><ip><address>10.1.1.1</address><netmask>255.255.255.0</netmask><version>v4</version></ip>
      </ip_address_assignment></ip_address_assignments>${redNic}<network><name>red</name></network></network_attachment></modified_network_attachments>`);
  const none = await api.post(`/hosts/${host}/setupnetworks`, both(''));
  expect([none.status, none.text]).toEqual([
    400,
    expect.stringContaining('HOST_NETWORK_INTERFACE_DOES_NOT_HAVE_NAME_SET'),
  ]);
  const bareAction = action(`<modified_network_attachments>${bare[1]}</modified_network_attachments>`);
  for (let n = 0; n < 2; n += 1)
    expect((await api.ok(api.post(`/hosts/${host}/setupnetworks`, bareAction))).str('status')).toBe('complete');
  if (onNic !== null) await onNicToo(api, host, red, onNic, both);
  for (const verb of ['commitnetconfig', 'syncallnetworks', 'refresh'])
    for (let n = 0; n < 2; n += 1)
      expect((await api.ok(api.post(`/hosts/${host}/${verb}`))).str('status')).toBe('complete');

  const kept = await api.delete(`${path}/${(await list())[0]?.id}`);
  expect([kept.status, kept.text]).toEqual([409, expect.stringContaining('every host of its cluster')]);
}

/** A regular network beside an isolated one, on a NIC: set up, seen below the NIC, and removed. */
async function onNicToo(
  api: ApiClient,
  host: string,
  red: Node,
  name: string,
  both: (nic: string) => string,
): Promise<void> {
  const list = async () => (await api.ok(api.get(`/hosts/${host}/networkattachments`))).all('network_attachment');
  const nic = (await api.ok(api.get(`/hosts/${host}/nics`))).all('host_nic').find((each) => each.str('name') === name);
  if (!nic) throw new Error(`the host has no ${name}`);
  nic.link('networklabels');
  for (let n = 0; n < 2; n += 1)
    expect(
      (
        await api.ok(
          api.post(`/hosts/${host}/setupnetworks`, both(`<host_nic><name>${nic.str('name')}</name></host_nic>`)),
        )
      ).str('status'),
    ).toBe('complete');
  const onRed = (await list()).find((each) => each.at('network').id === red.id);
  expect(onRed?.str('ip_address_assignments', 'ip_address_assignment', 'ip', 'netmask')).toBe('255.255.255.0');
  expect(onRed?.at('host_nic').id).toBe(nic.id);
  expect((await api.ok(api.get(`${nic.href}/networkattachments`))).all('network_attachment')).toHaveLength(1);

  const gone = `<action><removed_network_attachments><network_attachment id="${onRed?.id}"/></removed_network_attachments></action>`;
  await api.ok(api.post(`/hosts/${host}/setupnetworks`, gone));
  await twice(() => api.post(`/hosts/${host}/setupnetworks`, gone), 400);
}

async function vms(api: ApiClient, cluster: Node, profile: string, on: LifeOn): Promise<void> {
  const body = `<vm><name>web</name><memory>268435456</memory><cpu><topology><cores>1</cores><sockets>1</sockets><threads>1</threads></topology></cpu><cluster id="${cluster.id}"/><template><name>${on.template}</name></template></vm>`;
  const vm = await api.ok(api.post('/vms', body), 201);
  await twice(() => api.post('/vms', body), 409);
  expect(vm.str('status')).toBe('down');
  expect(vm.str('placement_policy', 'affinity')).toBe('migratable');
  expect(vm.str('memory')).toBe('268435456');
  const found = await api.ok(api.get(`/vms?search=${encodeURIComponent('name=web and cluster=lab-c')}`));
  expect(found.all('vm').map(({ id }) => id)).toEqual([vm.id]);

  const nics = vm.link('nics');
  const nicBody = `<nic><name>nic1</name><interface>virtio</interface><vnic_profile id="${profile}"/></nic>`;
  const nic = await api.ok(api.post(nics, nicBody), 201);
  await twice(() => api.post(nics, nicBody), 409);
  nic.link('networkfilterparameters');
  expect((await api.ok(api.get(nic.link('networkfilterparameters')))).children).toEqual([]);
  expect(nic.str('plugged')).toBe('true');
  expect(nic.at('vnic_profile').id).toBe(profile);

  const started = await api.ok(api.post(vm.action('start')));
  expect(started.str('status')).toBe('complete');
  started.at('job');
  await twice(() => api.post(vm.action('start')), 409);
  expect(['powering_up', 'up']).toContain((await api.ok(api.get(vm.href))).str('status'));

  await consoleOf(api, vm, on.hasScreen);
  await api.ok(api.post(vm.action('stop')));
  await twice(() => api.post(vm.action('stop')), 409);
  await api.ok(api.delete(nic.href));
  await twice(() => api.delete(nic.href), 404);
  await api.ok(api.delete(vm.href));
  await twice(() => api.delete(vm.href), 404);
}

async function consoleOf(api: ApiClient, vm: Node, hasScreen: boolean): Promise<void> {
  const [console] = (await api.ok(api.get(vm.link('graphicsconsoles')))).all('graphics_console');
  const withPassword = '<action><ticket><value>secret12</value></ticket></action>';
  if (!hasScreen) {
    expect(console).toBeUndefined();
    const { status, text } = await api.post(vm.action('ticket'), withPassword);
    return expect([status, text]).toEqual([409, expect.stringContaining('The tiny guest has no screen')]);
  }
  const file = await api.send(console?.href ?? '', { headers: { Accept: 'application/x-virt-viewer' } });
  expect(file.text).toMatch(/^\[virt-viewer\]\ntype=vnc\nhost=127\.0\.0\.1\nport=\d+\npassword=\w{8}\n/);
  const ticket = await api.ok(api.post(vm.action('ticket'), withPassword));
  expect(ticket.str('ticket', 'value')).toBe('secret12');
  expect(Number(ticket.str('ticket', 'expiry'))).toBeGreaterThan(0);
}
