import { randomUUID } from 'node:crypto';
import { DEFAULT_HARDWARE } from '../../contract';
import { rowsOfHost, wantedFor } from '../../engine/plan/model/wanted';
import { hostNic } from '../../engine/reconcile/record/record-observed';
import { plan } from '../../engine/plan/plan';
import type { Clock } from '../../engine/ports/clock';
import type { HostHow } from '../../engine/ports/hosts';
import type { HostRow, NetworkRow, Repositories, Store, VmRow, VnicRow } from '../../engine/ports/store';
import { Machine } from '../../hosts/simulated/machine';
import { observeState } from '../../hosts/simulated/observe';
import { applyGroup } from '../../hosts/simulated/apply';
import { StateFile } from '../../hosts/simulated/state-file';
import { SimulatedVms } from '../../hosts/simulated/vms';

/** How big. Hosts, networks and VMs are spread evenly over the clusters. */
export interface BigWorldSize {
  readonly clusters: number;
  readonly hosts: number;
  readonly networks: number;
  readonly vms: number;
}

/** The size that the design promises: each host has 100 bridges and 100 running VMs. */
export const BIG: BigWorldSize = { clusters: 10, hosts: 100, networks: 1_000, vms: 10_000 };

const HOW: Extract<HostHow, { kind: 'simulated' }> = {
  kind: 'simulated',
  delayMs: 0,
  faultRate: 0,
  memoryMiB: 131_072,
  cpus: 64,
};
const VM_MIB = 192;
/** VMs that share a network on one host, and how many of them make one a gateway to the next network. */
const MATES = 5;

interface Member {
  readonly vm: VmRow;
  readonly vnics: VnicRow[];
}

/**
 * Fills an empty store with simulated hosts, isolated networks and running VMs, and writes each host's state file to
 * match: an engine that opens both finds nothing to do. `stateFileOf` says where hosts/registry keeps the state of a host.
 * Returns the hosts, all `up`.
 */
export async function fillBigWorld(
  store: Store,
  stateFileOf: (hostId: string) => string,
  size = BIG,
): Promise<HostRow[]> {
  const at = new Date().toISOString();
  const dataCenterId = randomUUID();
  store.transaction((tx) => tx.dataCenters.insert({ id: dataCenterId, name: 'big', comment: '', createdAt: at }));
  const hosts: HostRow[] = [];
  for (let index = 0; index < size.clusters; index += 1) {
    const cluster = { id: randomUUID(), dataCenterId, name: `big-${index + 1}`, comment: '', createdAt: at };
    const rows = clusterRows(size, index, cluster, at);
    store.transaction((tx) => {
      tx.clusters.insert(cluster);
      insertRows(tx, rows, cluster.id, at);
    });
    for (const host of rows.hosts) hosts.push(await settleHost(store, host, rows, stateFileOf(host.id)));
  }
  return hosts;
}

interface ClusterRows {
  readonly hosts: HostRow[];
  readonly networks: Array<NetworkRow & { profileId: string }>;
  readonly members: Member[];
}

function clusterRows(
  size: BigWorldSize,
  index: number,
  cluster: { id: string; dataCenterId: string },
  createdAt: string,
): ClusterRows {
  const share = (total: number): number[] => {
    const each = Math.floor(total / size.clusters);
    return Array.from({ length: each }, (_, n) => index * each + n);
  };
  const hosts = share(size.hosts).map((n) => hostRow(n, cluster.id, createdAt));
  const networks = share(size.networks).map((n) => networkRow(n, cluster.dataCenterId, createdAt));
  const vms = share(size.vms);
  const perHost = Math.ceil(vms.length / hosts.length);
  const members = vms.map((n, order) => {
    const host = hosts[Math.floor(order / perHost)]!;
    const onHost = order % perHost;
    // Each host begins at another network, so that all networks of the cluster are used.
    const first = Math.floor(order / perHost) * Math.ceil(networks.length / hosts.length) + Math.floor(onHost / MATES);
    const used = onHost % MATES === 0 ? [first, first + 1] : [first];
    return member(
      n,
      host,
      cluster,
      used.map((at) => networks[at % networks.length]!),
      createdAt,
    );
  });
  return { hosts, networks, members };
}

const numbered = (n: number): string => String(n + 1).padStart(5, '0');

function hostRow(n: number, clusterId: string, createdAt: string): HostRow {
  return {
    id: randomUUID(),
    clusterId,
    name: `big-host-${numbered(n)}`,
    kind: 'simulated',
    how: HOW,
    comment: '',
    labels: [],
    state: 'up',
    reason: null,
    lastSeenAt: createdAt,
    bootId: null,
    capabilities: null,
    memoryFreeMiB: null,
    createdAt,
  };
}

function networkRow(n: number, dataCenterId: string, createdAt: string): NetworkRow & { profileId: string } {
  const name = `big-net-${numbered(n)}`;
  const guestSubnet = `10.${n >> 8}.${n & 255}.0/24`;
  return {
    id: randomUUID(),
    dataCenterId,
    name,
    comment: '',
    isIsolated: true,
    vlan: null,
    mtu: 1500,
    bridge: name,
    label: null,
    guestSubnet,
    services: null,
    stretch: null,
    createdAt,
    profileId: randomUUID(),
  };
}

function member(
  n: number,
  host: HostRow,
  cluster: { id: string; dataCenterId: string },
  networks: ReadonlyArray<NetworkRow & { profileId: string }>,
  createdAt: string,
): Member {
  const vm: VmRow = {
    id: randomUUID(),
    clusterId: cluster.id,
    dataCenterId: cluster.dataCenterId,
    name: `big-vm-${numbered(n)}`,
    comment: '',
    state: 'up',
    reason: null,
    hostId: host.id,
    memoryMiB: VM_MIB,
    cpus: 1,
    cdroms: [],
    hardware: DEFAULT_HARDWARE,
    autostart: false,
    guest: null,
    boot: { kind: 'tiny' },
    startedAt: createdAt,
    createdAt,
  };
  const vnics = networks.map((network, position): VnicRow => ({
    id: randomUUID(),
    vmId: vm.id,
    position,
    name: `nic${position + 1}`,
    mac: macOf(n * 2 + position),
    profileId: network.profileId,
    networkId: network.id,
    plugged: true,
    linked: true,
    assignedAddress: network.guestSubnet?.replace('.0/24', `.${(n % 250) + 1}/24`) ?? null,
  }));
  return { vm, vnics };
}

/** 56:6f like the pool's; the third byte ff keeps clear of what a pool gives out first. */
function macOf(n: number): string {
  const bytes = [0x56, 0x6f, 0xff, (n >> 16) & 255, (n >> 8) & 255, n & 255];
  return bytes.map((byte) => byte.toString(16).padStart(2, '0')).join(':');
}

function insertRows(tx: Repositories, rows: ClusterRows, clusterId: string, at: string): void {
  for (const host of rows.hosts) tx.hosts.insert(host);
  for (const { profileId, ...network } of rows.networks) {
    tx.networks.insert(network);
    tx.vnicProfiles.insert({ id: profileId, networkId: network.id, name: network.name });
    tx.networkClusters.insert({ networkId: network.id, clusterId, required: true });
    for (const host of rows.hosts) {
      tx.attachments.upsert({
        networkId: network.id,
        hostId: host.id,
        nic: null,
        ipv4: { kind: 'none' },
        ipv6: { kind: 'none' },
        imported: null,
        state: 'in_sync',
        message: null,
        differences: [],
        observedAt: at,
        verdict: 'isolated',
        verdictAt: at,
        points: 9,
        unchecked: 1,
        failed: 0,
      });
    }
  }
  for (const { vm, vnics } of rows.members) {
    tx.vms.insert(vm);
    for (const vnic of vnics) tx.vnics.insert(vnic);
  }
}

/** Brings a simulated computer to what the store wants of it, keeps it in its file, and notes in the store what was seen. */
async function settleHost(store: Store, host: HostRow, rows: ClusterRows, stateFile: string): Promise<HostRow> {
  const go = new AbortController().signal;
  const machine = new Machine(host, store.storeId, HOW, new StateFile(null), LONG_AGO);
  await machine.connect();
  const wanted = wantedFor(store.storeId, rowsOfHost(store, host.id)!);
  const observe = () => observeState(machine.state, host.id, store.storeId, HOW, 0);
  for (const group of plan(wanted, observe()).groups) applyGroup(machine.state, store.storeId, machine.faults, group);
  const bridges = new Map(rows.networks.map((network) => [network.id, network.bridge]));
  const vms = new SimulatedVms(machine);
  for (const { vm, vnics } of rows.members.filter((one) => one.vm.hostId === host.id)) {
    await vms.define(specOf({ vm, vnics }, bridges), go);
    await vms.act(vm.id, 'start', go);
  }
  await new StateFile(stateFile).save(machine.state);
  const { capabilities, memoryFreeMiB, nics } = observe();
  const patch = { capabilities, memoryFreeMiB, bootId: capabilities.bootId };
  store.transaction((tx) => {
    tx.hosts.update(host.id, patch);
    const physical = nics.filter((nic) => nic.kind !== 'tun');
    tx.hostNics.replace(
      host.id,
      physical.map((nic) => hostNic(host.id, nic, false)),
    );
  });
  return { ...host, ...patch };
}

/** The guests were started when the epoch began, so by now they are up. */
const LONG_AGO: Clock = { now: () => 0, after: () => () => undefined };

function specOf({ vm, vnics }: Member, bridges: ReadonlyMap<string, string>) {
  const addresses = vnics.map(({ mac, assignedAddress }) => ({ mac, address: assignedAddress ?? '' }));
  return {
    id: vm.id,
    name: vm.name,
    memoryMiB: vm.memoryMiB,
    cpus: vm.cpus,
    boot: { kind: 'tiny' as const, addresses },
    vnics: vnics.map((vnic) => ({
      id: vnic.id,
      mac: vnic.mac,
      bridge: bridges.get(vnic.networkId ?? '') ?? null,
      linked: vnic.linked,
      mtu: 1500,
    })),
  };
}
