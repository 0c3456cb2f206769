import type { Cluster, DataCenter, Network } from '../../contract';
import { type Ask, type Searched, collection } from '../table';
import type { Doc } from '../wire/doc';
import { incomplete, notFound, unsupported } from '../wire/fault';
import { type Rep, refTo } from '../wire/rep';
import { existing } from '../world';
import {
  ADMIN_PERMISSION,
  LEVEL,
  SCHEDULING_POLICY,
  clusterRef,
  commentIn,
  dataCenterRef,
  given,
  macPoolRef,
  nameIn,
  neededRef,
  showNetwork,
  textsOf,
} from './shared';
import { addNetwork, networksSearched } from './networks';

const dataCenter = (ask: Ask): Promise<DataCenter> =>
  existing(ask.world.dataCenters(), ask.ids['datacenters'] ?? '', 'Data Center');
const cluster = (ask: Ask): Promise<Cluster> => existing(ask.world.clusters(), ask.ids['clusters'] ?? '', 'Cluster');

const dataCentersSearched: Searched<DataCenter> = async ({ world }) => {
  const clusters = (await world.clusters()).all;
  return ({ id, name, comment }) => {
    const own = clusters.filter(({ dataCenterId }) => dataCenterId === id);
    return {
      ...{ id, name, comment, description: comment, status: 'up', type: 'shared', local: false },
      'clusters.name': own.map((each) => each.name),
      'clusters.id': own.map((each) => each.id),
    };
  };
};

const clustersSearched: Searched<Cluster> = async ({ world }) => {
  const dataCenters = (await world.dataCenters()).byId;
  return ({ id, name, comment, dataCenterId }) => {
    const place = dataCenters.get(dataCenterId)?.name;
    return { id, name, comment, description: comment, datacenter: place, 'datacenters.name': place };
  };
};

const showDataCenter = (ask: Ask, row: DataCenter): Rep => ({
  name: row.name,
  ...textsOf(row),
  local: false,
  status: 'up',
  storage_format: 'v5',
  quota_mode: 'disabled',
  version: LEVEL,
  supported_versions: { version: [LEVEL] },
  mac_pool: macPoolRef(ask),
});

const showCluster = (ask: Ask, row: Cluster): Rep => ({
  name: row.name,
  ...textsOf(row),
  data_center: dataCenterRef(ask, row.dataCenterId),
  mac_pool: macPoolRef(ask),
  version: LEVEL,
  cpu: { architecture: 'x86_64', type: '' },
  switch_type: 'legacy',
  ballooning_enabled: false,
  gluster_service: false,
  virt_service: true,
  ha_reservation: false,
  threads_as_cores: false,
  trusted_service: false,
  tunnel_migration: false,
  maintenance_reason_required: false,
  optional_reason: false,
  fips_mode: 'disabled',
  firewall_type: 'firewalld',
  vnc_encryption: false,
  error_handling: { on_error: 'do_not_migrate' },
  fencing_policy: {
    enabled: false,
    skip_if_connectivity_broken: { enabled: false, threshold: 50 },
    skip_if_gluster_bricks_up: false,
    skip_if_gluster_quorum_not_met: false,
    skip_if_sd_active: { enabled: false },
  },
  ksm: { enabled: false, merge_across_nodes: true },
  memory_policy: { over_commit: { percent: 100 }, transparent_hugepages: { enabled: true } },
  migration: {
    auto_converge: 'inherit',
    compressed: 'inherit',
    encrypted: 'inherit',
    bandwidth: { assignment_method: 'auto' },
    policy: { id: ADMIN_PERMISSION },
  },
  required_rng_sources: { required_rng_source: ['urandom'] },
  scheduling_policy: refTo(ask.href('schedulingpolicies', SCHEDULING_POLICY), SCHEDULING_POLICY),
});

export const DATA_CENTERS = collection<DataCenter>({
  path: 'datacenters',
  tag: 'data_center',
  tags: 'data_centers',
  calls: ['dataCenters.list'],
  items: async ({ world }) => (await world.dataCenters()).all,
  id: ({ id }) => id,
  show: showDataCenter,
  searched: dataCentersSearched,
  links: ['networks', 'clusters', 'storagedomains', 'permissions'],
  empty: { quotas: ['quotas', 'quota'], qoss: ['qoss', 'qos'], iscsibonds: ['iscsi_bonds', 'iscsi_bond'] },
  add: {
    calls: ['dataCenters.add'],
    reads: ['name', 'description', 'comment'],
    note: '`local` is accepted and not kept',
    run: async ({ client }, body) => {
      const added = await client.dataCenters.add({ name: nameIn(body, 'DataCenter'), comment: commentIn(body) ?? '' });
      return { id: added.dataCenter.id, job: added.job };
    },
  },
  update: {
    calls: ['dataCenters.update'],
    reads: ['name', 'description', 'comment'],
    run: ({ client }, { id }, body) =>
      client.dataCenters.update({ dataCenter: id, ...given({ name: body.str('name'), comment: commentIn(body) }) }),
  },
  remove: { calls: ['dataCenters.remove'], run: ({ client }, { id }) => client.dataCenters.remove({ dataCenter: id }) },
  actions: {
    cleanfinishedtasks: { calls: ['dataCenters.list'], note: 'nothing to do', run: async () => ({ job: null }) },
  },
  refused: { setmaster: 'There is no master storage domain' },
});

export const CLUSTERS = collection<Cluster>({
  path: 'clusters',
  tag: 'cluster',
  tags: 'clusters',
  calls: ['clusters.list'],
  items: async ({ world }) => (await world.clusters()).all,
  id: ({ id }) => id,
  show: showCluster,
  searched: clustersSearched,
  links: ['networks', 'networkfilters', 'permissions'],
  empty: {
    cpuprofiles: ['cpu_profiles', 'cpu_profile'],
    affinitygroups: ['affinity_groups', 'affinity_group'],
    enabledfeatures: ['cluster_features', 'cluster_feature'],
    externalnetworkproviders: ['external_providers', 'external_provider'],
    glusterhooks: ['gluster_hooks', 'gluster_hook'],
    glustervolumes: ['gluster_volumes', 'gluster_volume'],
  },
  add: {
    calls: ['clusters.add'],
    reads: ['name', 'data_center', 'description', 'comment'],
    run: async ({ client }, body) => {
      const name = nameIn(body, 'Cluster');
      const place = neededRef(body, 'data_center', 'Cluster');
      const added = await client.clusters.add({ name, dataCenter: place, comment: commentIn(body) ?? '' });
      return { id: added.cluster.id, job: added.job };
    },
  },
  update: {
    calls: ['clusters.update'],
    reads: ['name', 'description', 'comment'],
    run: ({ client }, { id }, body) =>
      client.clusters.update({ cluster: id, ...given({ name: body.str('name'), comment: commentIn(body) }) }),
  },
  remove: { calls: ['clusters.remove'], run: ({ client }, { id }) => client.clusters.remove({ cluster: id }) },
  actions: {
    syncallnetworks: {
      calls: ['clusters.sync'],
      waits: 'work',
      run: ({ client }, { id }) => client.clusters.sync({ cluster: id }),
    },
  },
  refused: {
    resetemulatedmachine: 'VMs have no emulated machine of their own',
    refreshglusterhealstatus: 'There is no Gluster',
    upgrade: "Hosts are upgraded by their owners' own tools",
  },
});

export const DATA_CENTER_CLUSTERS = collection<Cluster>({
  path: 'datacenters/{datacenters}/clusters',
  tag: 'cluster',
  tags: 'clusters',
  home: 'clusters',
  calls: ['clusters.list'],
  items: async (ask) => {
    const { id } = await dataCenter(ask);
    return (await ask.world.clusters()).all.filter(({ dataCenterId }) => dataCenterId === id);
  },
  id: ({ id }) => id,
  show: showCluster,
  searched: clustersSearched,
});

export const DATA_CENTER_NETWORKS = collection<Network>({
  path: 'datacenters/{datacenters}/networks',
  tag: 'network',
  tags: 'networks',
  home: 'networks',
  calls: ['networks.list'],
  items: async (ask) => {
    const { id } = await dataCenter(ask);
    return (await ask.world.networks()).all.filter(({ dataCenterId }) => dataCenterId === id);
  },
  id: ({ id }) => id,
  show: showNetwork,
  searched: networksSearched,
  add: {
    calls: ['networks.add'],
    reads: ['as /networks, without data_center'],
    run: async (ask, body) => addNetwork(ask, body, (await dataCenter(ask)).id),
  },
});

/** Networks of a cluster, with what holds in this cluster only. */
export const CLUSTER_NETWORKS = collection<Network>({
  path: 'clusters/{clusters}/networks',
  linksOf: 'networks',
  tag: 'network',
  tags: 'networks',
  calls: ['networks.list'],
  items: async (ask) => {
    const { id } = await cluster(ask);
    return (await ask.world.networks()).all.filter(({ clusters }) =>
      clusters.some(({ clusterId }) => clusterId === id),
    );
  },
  id: ({ id }) => id,
  show: (ask, network) => {
    const id = ask.ids['clusters'] ?? '';
    const member = network.clusters.find(({ clusterId }) => clusterId === id);
    return {
      ...showNetwork(ask, network),
      cluster: clusterRef(ask, id),
      required: member?.required ?? false,
      display: false,
      // In oVirt one that is not required never fails its cluster.
      status: member?.required ? member.status : 'operational',
    };
  },
  searched: networksSearched,
  add: {
    calls: ['networks.attach'],
    reads: ['network id or name', 'required'],
    note: 'An isolated network is always required, and is deployed on all active hosts of the cluster',
    waits: 'desired',
    run: async (ask, body) => {
      const { id, dataCenterId } = await cluster(ask);
      const network = await networkFor(ask, body, dataCenterId);
      assertVmUsageOnly(body);
      const { job } = await ask.client.networks.attach({
        network: network.id,
        cluster: id,
        ...required(network, body),
      });
      return { id: network.id, job };
    },
  },
  update: {
    calls: ['networks.attach', 'networks.detach'],
    reads: ['required'],
    note: 'Only what is so already: `required` of a network is chosen when it is attached',
    run: async (ask, network, body) => {
      assertVmUsageOnly(body);
      const id = ask.ids['clusters'];
      const now = network.clusters.find(({ clusterId }) => clusterId === id)?.required;
      const wanted = body.bool('required');
      // An isolated one is required whatever is said, as when it is added.
      if (wanted !== undefined && wanted !== now && !network.isIsolated)
        throw unsupported('Changing whether an attached network is required (detach it and attach it again)');
      return { job: null };
    },
  },
  remove: {
    calls: ['networks.detach'],
    waits: 'desired',
    run: async (ask, { id }) => ask.client.networks.detach({ network: id, cluster: (await cluster(ask)).id }),
  },
});

/** The default of oVirt is that a network is required; an isolated one is, whatever is said. */
const required = ({ isIsolated }: Network, body: Doc): { required: boolean } => ({
  required: isIsolated || (body.bool('required') ?? true),
});

async function networkFor(ask: Ask, body: Doc, dataCenterId: string): Promise<Network> {
  const [id, name] = [body.id, body.str('name')?.trim()];
  if (id === undefined && !name) throw incomplete('Network', 'add', ['id|name']);
  const { all, byId } = await ask.world.networks();
  const found =
    id === undefined
      ? all.find((each) => each.name === name && each.dataCenterId === dataCenterId)
      : byId.get(id.toLowerCase());
  if (found === undefined) throw notFound('Network');
  return found;
}

/** Atoll has one usage of a network: that VMs are on it. */
export function assertVmUsageOnly(body: Doc): void {
  const named = body.list('usages', 'usage')?.map(({ text }) => text.trim().toLowerCase()) ?? [];
  const other = named.find((each) => each !== '' && each !== 'vm');
  const flag = ['display'].find((each) => body.bool(each));
  if (other !== undefined || flag !== undefined)
    throw unsupported(`The usage ${other ?? flag ?? ''} of a network, which in Atoll has VMs on it and nothing else,`);
}
