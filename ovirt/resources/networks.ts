import type { Network } from '../../contract';
import { type Added, type Ask, type Searched, collection } from '../table';
import type { Doc } from '../wire/doc';
import { Fault, OPERATION_FAILED, incomplete, notFound, unsupported } from '../wire/fault';
import { refTo } from '../wire/rep';
import { existing } from '../world';
import { ISOLATED_PROVIDER, MAC_POOL, commentIn, given, nameIn, networkRef, showNetwork, textOfRef } from './shared';

/** The network of the path. */
export const networkIn = (ask: Ask): Promise<Network> =>
  existing(ask.world.networks(), ask.ids['networks'] ?? '', 'Network');

export const networksSearched: Searched<Network> = async ({ world }) => {
  const dataCenters = (await world.dataCenters()).byId;
  const clusters = (await world.clusters()).byId;
  return (row) => {
    const place = dataCenters.get(row.dataCenterId)?.name;
    const own = row.clusters.flatMap(({ clusterId }) => clusters.get(clusterId)?.name ?? []);
    return {
      id: row.id,
      name: row.name,
      description: row.comment,
      comment: row.comment,
      vlanid: row.vlan,
      stp: false,
      mtu: row.mtu,
      vmnetwork: true,
      label: row.label,
      isolated: row.isIsolated,
      datacenter: place,
      'datacenters.name': place,
      cluster: own,
      cluster_network: own,
      'clusters.name': own,
    };
  };
};

/** `isolated`: by the element, or by the provider that an older client can name. */
async function isolatedIn(body: Doc): Promise<boolean> {
  const element = body.bool('is_isolated');
  const provider = body.ref('external_provider');
  if (provider === null) return element ?? false;
  const isOurs = provider.id === null ? provider.name === ISOLATED_PROVIDER.name : provider.id === ISOLATED_PROVIDER.id;
  if (!isOurs) throw notFound(`Provider ${textOfRef(provider)}`);
  if (element === false) throw new Fault(400, OPERATION_FAILED, '[The provider is for isolated networks only.]');
  return true;
}

export async function addNetwork(ask: Ask, body: Doc, dataCenter: string): Promise<Added> {
  const name = nameIn(body, 'Network');
  assertPossible(body);
  const vlan = vlanIn(body);
  const mtu = body.int('mtu');
  const { network: added, job } = await ask.client.networks.add({
    name,
    dataCenter,
    isIsolated: await isolatedIn(body),
    comment: commentIn(body) ?? '',
    ...given({ vlan: vlan === null ? undefined : vlan }),
    // 0 is oVirt's word for the default.
    ...given({ mtu: mtu === 0 ? undefined : mtu }),
  });
  return { id: added.id, job };
}

/** Undefined: not given; null: none. */
function vlanIn(body: Doc): number | null | undefined {
  const vlan = body.child('vlan');
  if (vlan === null) return undefined;
  const id = vlan.id ?? vlan.text.trim();
  return id === '' ? null : Number(id);
}

function assertPossible(body: Doc): void {
  const usages = body.list('usages', 'usage')?.map(({ text }) => text.trim().toLowerCase());
  if (usages !== undefined && !usages.includes('vm')) throw unsupported('A network without VMs');
  if (body.bool('stp')) throw unsupported('STP on a network');
  if (body.bool('port_isolation')) throw unsupported('Port isolation, which keeps an uplink,');
}

export const NETWORKS = collection<Network>({
  path: 'networks',
  tag: 'network',
  tags: 'networks',
  calls: ['networks.list'],
  items: async ({ world }) => (await world.networks()).all,
  id: ({ id }) => id,
  show: showNetwork,
  searched: networksSearched,
  links: ['vnicprofiles', 'networklabels', 'permissions'],
  note: '`is_isolated` is an element of Atoll; clients that do not know it skip it',
  add: {
    calls: ['networks.add'],
    reads: [
      'name',
      'data_center',
      'description',
      'comment',
      'mtu',
      'vlan',
      'usages',
      'is_isolated',
      'external_provider',
    ],
    run: (ask, body) => {
      nameIn(body, 'Network');
      const place = body.ref('data_center');
      if (place === null) throw incomplete('Network', 'add', ['data_center.id|name']);
      return addNetwork(ask, body, textOfRef(place));
    },
  },
  update: {
    calls: ['networks.update'],
    reads: ['name', 'description', 'comment', 'mtu', 'vlan'],
    waits: 'desired',
    run: ({ client }, { id }, body) => {
      assertPossible(body);
      const mtu = body.int('mtu');
      return client.networks.update({
        network: id,
        ...given({
          name: body.str('name'),
          comment: commentIn(body),
          mtu: mtu === 0 ? 1500 : mtu,
          vlan: vlanIn(body),
          isIsolated: body.bool('is_isolated'),
        }),
      });
    },
  },
  remove: {
    calls: ['networks.remove'],
    waits: 'desired',
    run: ({ client }, { id }) => client.networks.remove({ network: id }),
  },
});

/** A label: in Atoll of a network and of whole hosts, not of their NICs. */
interface NetworkLabel {
  readonly id: string;
  readonly network: Network;
}

export const NETWORK_LABELS = collection<NetworkLabel>({
  path: 'networks/{networks}/networklabels',
  tag: 'network_label',
  tags: 'network_labels',
  calls: ['networks.show'],
  items: async (ask) => {
    const of = await networkIn(ask);
    return of.label === null ? [] : [{ id: of.label, network: of }];
  },
  id: ({ id }) => id,
  show: (ask, { network: { id } }) => ({ network: networkRef(ask, id) }),
  note: 'The network is then on hosts with the same label only (`atoll host label`)',
  add: {
    calls: ['networks.update'],
    reads: ['id'],
    waits: 'desired',
    run: async (ask, body) => {
      const { id, label: now } = await networkIn(ask);
      const label = body.id;
      if (label === undefined) throw incomplete('NetworkLabel', 'add', ['id']);
      if (now !== null) throw new Fault(409, OPERATION_FAILED, `[The network is already labeled with ${now}.]`);
      const { job } = await ask.client.networks.update({ network: id, label });
      return { id: label, job };
    },
  },
  remove: {
    calls: ['networks.update'],
    waits: 'desired',
    run: ({ client }, { network: { id } }) => client.networks.update({ network: id, label: null }),
  },
});

export const PROVIDERS = collection<typeof ISOLATED_PROVIDER>({
  path: 'openstacknetworkproviders',
  tag: 'openstack_network_provider',
  tags: 'openstack_network_providers',
  calls: ['networks.list'],
  items: async () => [ISOLATED_PROVIDER],
  id: ({ id }) => id,
  show: (_ask, { name }) => ({
    name,
    description: 'Isolated networks: sealed bridges that no NIC is in',
    type: 'external',
    external_plugin_type: 'atoll',
    requires_authentication: false,
    read_only: true,
    unmanaged: false,
  }),
  searched: async () => (row) => ({ id: row.id, name: row.name }),
  links: ['networks'],
  empty: { certificates: ['certificates', 'certificate'] },
  note: 'A network that is added with this provider is isolated',
});

export const PROVIDER_NETWORKS = collection<Network>({
  path: 'openstacknetworkproviders/{openstacknetworkproviders}/networks',
  tag: 'openstack_network',
  tags: 'openstack_networks',
  calls: ['networks.list'],
  items: async (ask) => {
    if (ask.ids['openstacknetworkproviders'] !== ISOLATED_PROVIDER.id) throw notFound('Provider');
    return (await ask.world.networks()).all.filter(({ isIsolated }) => isIsolated);
  },
  id: ({ id }) => id,
  show: (ask, { name }) => ({
    name,
    openstack_network_provider: refTo(
      ask.href('openstacknetworkproviders', ISOLATED_PROVIDER.id),
      ISOLATED_PROVIDER.id,
    ),
  }),
  refused: { import: 'They are networks already' },
});

/** oVirt's pool of MAC addresses: the one of this database. */
export const MAC_POOLS = collection<{ readonly from: string; readonly to: string }>({
  path: 'macpools',
  tag: 'mac_pool',
  tags: 'mac_pools',
  calls: ['system.status'],
  items: async ({ world }) => {
    const { storeId } = await world.once('status', () => world.client.system.status());
    const own = storeId.replaceAll('-', '').slice(-4).toLowerCase();
    const prefix = `56:6f:${own.slice(0, 2)}:${own.slice(2)}`;
    return [{ from: `${prefix}:00:00`, to: `${prefix}:ff:ff` }];
  },
  id: () => MAC_POOL,
  show: (_ask, { from, to }) => ({
    name: 'Default',
    description: 'MAC addresses of the vNICs of this Atoll',
    allow_duplicates: false,
    default_pool: true,
    ranges: { range: [{ from, to }] },
  }),
  searched: async () => () => ({ id: MAC_POOL, name: 'Default' }),
  links: ['permissions'],
  note: 'Read only: it belongs to the database',
});
