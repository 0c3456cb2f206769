import type { Host, HostNic } from '../../contract';
import { type Ask, type Searched, collection } from '../table';
import { notFound, unsupported } from '../wire/fault';
import type { Rep } from '../wire/rep';
import { existing } from '../world';
import { BOND_MODES, BOND_MODE_TYPES } from './bond-modes';
import { copyNetworks, setupFrom } from './attachments';
import { API_VERSION, clusterRef, commentIn, given, hostRef, showFigure, textsOf, toBytes } from './shared';
import { type Shown, hostIn, nicId, shownHost } from './shown-host';

const hostsSearched: Searched<Host> = async ({ world }) => {
  const clusters = (await world.clusters()).byId;
  const dataCenters = (await world.dataCenters()).byId;
  return (row) => {
    const cluster = clusters.get(row.clusterId);
    const place = cluster && dataCenters.get(cluster.dataCenterId)?.name;
    return {
      id: row.id,
      name: row.name,
      comment: row.comment ?? '',
      description: row.comment ?? '',
      status: row.state,
      address: addressOf(row),
      cluster: cluster?.name,
      'clusters.name': cluster?.name,
      datacenter: place,
      'datacenters.name': place,
      tag: row.labels,
      memory: row.capabilities?.memoryMiB ?? 0,
      cpus: row.capabilities?.cpus ?? 0,
    };
  };
};

const addressOf = ({ name, capabilities }: Host): string => capabilities?.hostname || name;

function showHost(ask: Ask, row: Host): Rep {
  const caps = row.capabilities;
  return {
    name: row.name,
    ...textsOf({ comment: row.comment ?? '' }),
    address: addressOf(row),
    status: row.state,
    ...(row.state === 'non_operational' ? { status_detail: 'network_unreachable' } : {}),
    cluster: clusterRef(ask, row.clusterId),
    type: 'rhel',
    external_status: 'ok',
    network_operation_in_progress: false,
    auto_numa_status: 'disable',
    numa_supported: false,
    update_available: false,
    reinstallation_required: false,
    override_iptables: false,
    kdump_status: 'disabled',
    memory: toBytes(caps?.memoryMiB ?? 0),
    max_scheduling_memory: toBytes(row.memoryFreeMiB ?? 0),
    cpu: {
      name: 'x86_64',
      type: '',
      topology: { cores: caps?.cpus ?? 1, sockets: 1, threads: 1 },
    },
    os: { type: 'Linux', version: { full_version: caps?.kernel ?? '' }, custom_kernel_cmdline: '' },
    version: { ...API_VERSION, full_version: caps?.kernel ?? '' },
    hardware_information: { supported_rng_sources: { supported_rng_source: ['urandom'] } },
    power_management: { enabled: false, kdump_detection: false, automatic_pm_enabled: false, pm_proxies: {} },
    se_linux: { mode: 'disabled' },
    spm: { priority: 5, status: 'none' },
    ksm: { enabled: false },
    transparent_hugepages: { enabled: true },
    device_passthrough: { enabled: false },
    iscsi: { initiator: '' },
    ssh: { port: 22, fingerprint: '' },
    protocol: 'stomp',
    port: 54321,
  };
}

export const HOSTS = collection<Host>({
  path: 'hosts',
  tag: 'host',
  tags: 'hosts',
  calls: ['hosts.list'],
  items: async ({ world }) => (await world.hosts()).all,
  id: ({ id }) => id,
  show: showHost,
  searched: hostsSearched,
  links: ['nics', 'networkattachments', 'unmanagednetworks', 'statistics', 'permissions', 'tags'],
  empty: {
    hooks: ['hooks', 'hook'],
    devices: ['host_devices', 'host_device'],
    affinitylabels: ['affinity_labels', 'affinity_label'],
    externalnetworkproviderconfigurations: [
      'external_network_provider_configurations',
      'external_network_provider_configuration',
    ],
    fenceagents: ['agents', 'agent'],
    katelloerrata: ['katello_errata', 'katello_erratum'],
    numanodes: ['host_numa_nodes', 'host_numa_node'],
    storage: ['host_storages', 'host_storage'],
    storageconnectionextensions: ['storage_connection_extensions', 'storage_connection_extension'],
    cpuunits: ['host_cpu_units', 'host_cpu_unit'],
  },
  add: {
    calls: ['hosts.list'],
    note: 'refused: `atoll host add` confirms the key of a host with a person',
    run: async () => {
      throw unsupported('Adding a host here (its SSH key has to be confirmed: use atoll host add)');
    },
  },
  update: {
    calls: ['hosts.update'],
    reads: ['name', 'comment'],
    run: ({ client }, { id }, body) =>
      client.hosts.update({ host: id, ...given({ name: body.str('name'), comment: commentIn(body) }) }),
  },
  remove: {
    calls: ['hosts.remove'],
    reads: ['force (query)'],
    waits: 'work',
    run: async ({ client, query }, { id, state }) => {
      const { job } = await client.hosts.remove({
        host: id,
        force: query.get('force') === 'true' && state !== 'maintenance',
      });
      return { job };
    },
  },
  actions: {
    activate: {
      calls: ['hosts.activate'],
      waits: 'work',
      run: ({ client }, { id }) => client.hosts.activate({ host: id }),
    },
    deactivate: {
      calls: ['hosts.maintenance'],
      waits: 'work',
      note: 'refused while VMs run there',
      run: ({ client }, { id }) => client.hosts.maintenance({ host: id }),
    },
    refresh: {
      calls: ['hosts.show'],
      note: 'Hosts are observed all the time',
      run: async ({ client }, { id }) => {
        await client.hosts.show({ host: id });
        return { job: null };
      },
    },
    setupnetworks: {
      calls: ['hosts.setupNetworks'],
      waits: 'work',
      reads: [
        'modified_network_attachments',
        'removed_network_attachments',
        'synchronized_network_attachments',
        'modified_bonds',
        'removed_bonds',
        'connectivity_timeout',
      ],
      note: 'An attachment without `host_nic`, or with an empty one, is for isolated networks; labels are refused',
      run: async (ask, { id }, body) => setupFrom(ask, await shownHost(ask, id), body),
    },
    commitnetconfig: {
      calls: ['hosts.show'],
      note: 'Nothing to do: every change is kept once the host was reached after it',
      run: async () => ({ job: null }),
    },
    syncallnetworks: {
      calls: ['hosts.sync'],
      waits: 'work',
      run: ({ client }, { id }) => client.hosts.sync({ host: id }),
    },
    copyhostnetworks: {
      calls: ['hosts.show', 'hosts.setupNetworks'],
      waits: 'work',
      reads: ['source_host'],
      note: 'Static addresses are not copied',
      run: (ask, { id }, body) => copyNetworks(ask, id, body),
    },
  },
  refused: {
    approve: 'Hosts need no approval',
    install: 'Nothing is installed on hosts',
    fence: 'There is no power management',
    upgrade: "Hosts are upgraded by their owners' own tools",
    upgradecheck: "Hosts are upgraded by their owners' own tools",
    enrollcertificate: 'Hosts have no certificates',
    forceselectspm: 'There is no storage pool manager',
    discoveriscsi: 'There is no iSCSI',
    iscsidiscover: 'There is no iSCSI',
    iscsilogin: 'There is no iSCSI',
    unregisteredstoragedomainsdiscover: 'There is no shared storage',
  },
});

export const HOST_NICS = collection<HostNic>({
  path: 'hosts/{hosts}/nics',
  tag: 'host_nic',
  tags: 'host_nics',
  calls: ['hosts.show'],
  items: async (ask) => (await hostIn(ask)).nics,
  id: (nic) => nicId(nic),
  show: async (ask, nic) => showNic(ask, nic, await hostIn(ask)),
  searched: async () => (nic) => ({ name: nic.name, id: nicId(nic), status: nic.up ? 'up' : 'down' }),
  links: ['networkattachments', 'statistics'],
  empty: {
    networklabels: ['network_labels', 'network_label'],
    virtualfunctionallowedlabels: ['network_labels', 'network_label'],
    virtualfunctionallowednetworks: ['networks', 'network'],
    linklayerdiscoveryprotocolelements: [
      'link_layer_discovery_protocol_elements',
      'link_layer_discovery_protocol_element',
    ],
  },
  refused: { updatevirtualfunctionsconfiguration: 'There are no virtual functions' },
});

function showNic(ask: Ask, nic: HostNic, { nics, attachments, bonds }: Shown): Rep {
  const carried = attachments.find((each) => each.nic === nic.name);
  const bond = bonds.find(({ name }) => name === nic.name);
  const mode = BOND_MODES.findIndex((each) => each === (bond?.mode ?? nic.mode));
  const address = nic.addresses.map((each) => each.split('/')).find(([ip]) => ip?.includes('.'));
  const slaves = nics.filter((each) => each.bridge === nic.name && nic.kind === 'bond');
  const nicRef = (each: HostNic): Rep => ({
    href: ask.href('hosts', each.hostId, 'nics', nicId(each)),
    id: nicId(each),
    name: each.name,
  });
  const parent = nics.find(({ name }) => name === nic.parent);
  return {
    name: nic.name,
    ...(nic.mac === null ? {} : { mac: { address: nic.mac } }),
    mtu: nic.mtu,
    // oVirt has it in bits per second.
    ...(nic.speedMbps === null ? {} : { speed: nic.speedMbps * 1_000_000 }),
    bridged: carried !== undefined,
    status: nic.up ? 'up' : 'down',
    boot_protocol: carried?.ipv4.kind ?? 'none',
    ipv6_boot_protocol: carried?.ipv6.kind ?? 'none',
    custom_configuration: false,
    ...(address === undefined
      ? {}
      : { ip: { address: address[0] ?? '', netmask: maskOf(Number(address[1])), version: 'v4' } }),
    ...(carried === undefined
      ? {}
      : { network: { href: ask.href('networks', carried.networkId), id: carried.networkId } }),
    ...(parent === undefined ? {} : { base_interface: parent.name }),
    ...(nic.vlan === null ? {} : { vlan: { id: String(nic.vlan) } }),
    ...(nic.kind === 'bond'
      ? {
          bonding: {
            options: { option: bondOptions(mode, bond !== undefined) },
            slaves: { host_nic: slaves.map(nicRef) },
          },
        }
      : {}),
    host: hostRef(ask, nic.hostId),
  };
}

/** `isOurs`: Atoll made it, and always has it watch its links every 100 ms. */
const bondOptions = (mode: number, isOurs: boolean): Rep[] => [
  ...(mode < 0 ? [] : [{ name: 'mode', value: String(mode), type: BOND_MODE_TYPES[mode] }]),
  ...(isOurs ? [{ name: 'miimon', value: '100' }] : []),
];

/** `255.255.255.0` of 24. */
const maskOf = (prefix: number): string =>
  [0, 8, 16, 24].map((at) => 256 - 2 ** (8 - Math.min(8, Math.max(0, prefix - at)))).join('.');

export const HOST_STATISTICS = collection<{ readonly name: string; readonly value: number }>({
  path: 'hosts/{hosts}/statistics',
  tag: 'statistic',
  tags: 'statistics',
  calls: ['hosts.list'],
  items: async ({ world, ids }) => {
    const host = await existing(world.hosts(), ids['hosts'] ?? '', 'Host');
    const total = toBytes(host.capabilities?.memoryMiB ?? 0);
    const free = host.memoryFreeMiB === null ? null : toBytes(host.memoryFreeMiB);
    const known = [{ name: 'memory.total', value: total }];
    return free === null
      ? known
      : [...known, { name: 'memory.free', value: free }, { name: 'memory.used', value: total - free }];
  },
  id: ({ name }) => name,
  show: (ask, { name, value }) => ({
    ...showFigure({ name, description: name.replace('.', ' '), unit: 'bytes', value }),
    host: hostRef(ask, ask.ids['hosts'] ?? ''),
  }),
});

export const NIC_STATISTICS = collection<never>({
  path: 'hosts/{hosts}/nics/{nics}/statistics',
  tag: 'statistic',
  tags: 'statistics',
  calls: ['hosts.show'],
  items: async (ask) => {
    const { nics } = await hostIn(ask);
    if (!nics.some((nic) => nicId(nic) === ask.ids['nics'])) throw notFound('Network Interface');
    return [];
  },
  id: () => '',
  show: () => ({}),
  note: 'Always empty',
});

export const UNMANAGED_NETWORKS = collection<{ readonly name: string }>({
  path: 'hosts/{hosts}/unmanagednetworks',
  tag: 'unmanaged_network',
  tags: 'unmanaged_networks',
  calls: ['hosts.show'],
  items: async (ask) => (await hostIn(ask)).unmanaged,
  id: ({ name }) => name,
  show: (ask, { name }) => ({ name, host: hostRef(ask, ask.ids['hosts'] ?? '') }),
  remove: {
    calls: ['hosts.show'],
    note: 'refused: Atoll changes nothing on a host that it did not make',
    run: async () => {
      throw unsupported('Removing what Atoll did not make');
    },
  },
});
