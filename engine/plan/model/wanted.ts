import { type HostBond, isRunning } from '../../../contract';
import { OUT_NIC } from './outside-network';
import type { BridgeSpec, ForwardSpec } from '../../ports/changes';
import type {
  ForwardRow,
  HostRow,
  NetworkAttachmentRow,
  NetworkClusterRow,
  NetworkRow,
  Repositories,
  VnicRow,
} from '../../ports/store';
import { type WantedSetup, wantedSetup } from './wanted-setup';
import { bridgeMac } from './bridge-mac';
import { type Member, membersOf, servicesSpec } from './services-spec';
import type { ServicesSpec } from '../../ports/services';
import type { ObservedTunnel, TunnelSpec } from '../../ports/stretch';
import { type TunnelRows, type WantedTunnel, tunnelNames, tunnelOf, tunnelRowsOf } from './tunnel-spec';

/** A vNIC that is plugged in on the host, and the bridge of its tap. `bridge` null: none. */
export interface WantedTap {
  readonly vmId: string;
  readonly mac: string;
  readonly bridge: string | null;
}

/** The desired state of the isolated networks of one host. */
export interface WantedHost {
  readonly storeId: string;
  readonly bridges: readonly BridgeSpec[];
  readonly taps: readonly WantedTap[];
  /** Ids of networks whose bridge existed before us: an unmarked one of its name is taken over. */
  readonly adopts?: readonly string[];
  /** The one other store whose marks ours replace. Omitted: none. */
  readonly takesOver?: string;
  /** Null, or omitted: this host has no uplink. */
  readonly outside?: WantedOutside | null;
  /** Regular networks and bonds, as a user set them up. They are changed only on request (rule O4). */
  readonly setup?: WantedSetup;
  /** Addresses and names inside: a server for each network that has them, and a VM here. */
  readonly services?: readonly ServicesSpec[];
  /** Networks whose server ran when the host was last observed: one that is missing was ended by someone else. */
  readonly knownServices?: ReadonlySet<string>;
  /** The tunnel to the other hosts of stretched networks. Null, or omitted: there is none. */
  readonly tunnel?: WantedTunnel | null;
  /** The names of a tunnel of this store: one that is not desired is removed. */
  readonly tunnelNames?: Pick<TunnelSpec, 'namespace' | 'device' | 'alias'>;
  /** What was last observed of the tunnel: what is missing since was removed by someone else. */
  readonly knownTunnel?: ObservedTunnel;
}

/** The uplink of a lab (rule S12): the bridge of its NIC, and the forwards to running guests with a known address. */
export interface WantedOutside {
  readonly networkId: string;
  readonly bridge: string;
  readonly nic: string;
  readonly forwards: readonly ForwardSpec[];
}

/** The rows that decide the desired state of one host. More rows than needed do no harm. */
export interface WantedRows {
  readonly host: Pick<HostRow, 'id' | 'clusterId'>;
  /** Attachments of this host. */
  readonly attachments: readonly Pick<
    NetworkAttachmentRow,
    'networkId' | 'hostId' | 'nic' | 'ipv4' | 'ipv6' | 'imported'
  >[];
  /** Memberships of this host's cluster. */
  readonly networkClusters: readonly NetworkClusterRow[];
  readonly networks: ReadonlyMap<string, NetworkRow>;
  /** vNICs of VMs that are placed on this host. */
  readonly vnics: readonly Pick<VnicRow, 'vmId' | 'mac' | 'networkId' | 'plugged' | 'assignedAddress'>[];
  /** Bonds that were set up on this host. */
  readonly bonds: readonly HostBond[];
  /** The store whose marks are being replaced on this host. Omitted: none. */
  readonly takesOver?: string | undefined;
  /** Forwards to VMs that run on this host: an open port without a target would only confuse. */
  readonly forwards: readonly Pick<ForwardRow, 'vmId' | 'protocol' | 'hostPort' | 'guestPort'>[];
  /** All vNICs of the networks with addresses and names inside that VMs of this host are on. */
  readonly members?: ReadonlyMap<string, readonly Member[]>;
  /** Omitted: no network of this host is stretched. */
  readonly stretch?: TunnelRows | undefined;
}

/** The mark of ownership on a bridge. `kept`: it existed before us, and stays when we release it. */
export const markOf = (storeId: string, networkId: string, kept = false): string =>
  `atoll:${storeId}:${networkId}${kept ? ':kept' : ''}`;

/**
 * The desired state of a host: a sealed bridge for each attached isolated network that its cluster (still) has, and for *outside*
 * (rule S12: only its ports communicate there too, never the host's own stack); a bridge for each tap. An attachment whose network
 * has left the cluster is not desired any more, so that plan deletes the bridge (rule O6: of this host only). A bridge whose import
 * waits for its VMs is ignored until then, except in a preview (`foreseen`).
 */
export function wantedFor(storeId: string, rows: WantedRows, { foreseen = false } = {}): WantedHost {
  const { id: hostId, clusterId } = rows.host;
  const inCluster = new Set(
    rows.networkClusters.filter((row) => row.clusterId === clusterId).map((row) => row.networkId),
  );
  const bridges: BridgeSpec[] = [];
  const adopts: string[] = [];
  const regular: Parameters<typeof wantedSetup>[1][number][] = [];
  const services: ServicesSpec[] = [];
  let outside: WantedOutside | null = null;
  for (const attachment of rows.attachments) {
    const network = rows.networks.get(attachment.networkId);
    if (attachment.hostId !== hostId || !network || !inCluster.has(network.id)) continue;
    const leadsOut = attachment.nic === OUT_NIC;
    if (!network.isIsolated && !leadsOut) {
      regular.push({ ...attachment, network });
      continue;
    }
    if (attachment.imported === 'waits' && !foreseen) continue;
    bridges.push(specFor(storeId, hostId, network, attachment.imported !== null));
    if (attachment.imported !== null) adopts.push(network.id);
    if (leadsOut) outside = outsideOf(network, rows);
    else if (network.services !== null) {
      const members = rows.members?.get(network.id) ?? [];
      const spec = servicesSpec(storeId, hostId, network, network.services, members);
      if (spec) services.push(spec);
    }
  }
  const taps = rows.vnics
    .filter((vnic) => vnic.plugged)
    .map((vnic) => ({ vmId: vnic.vmId, mac: vnic.mac, bridge: bridgeOf(rows.networks, vnic.networkId) }));
  const setup = wantedSetup(storeId, regular, rows.bonds);
  const { takesOver, stretch } = rows;
  const tunnel = stretch && tunnelOf(storeId, hostId, bridges, rows.networks, stretch);
  return {
    ...{ storeId, bridges, taps, outside, setup, tunnelNames: tunnelNames(storeId) },
    ...(tunnel ? { tunnel } : {}),
    ...(services.length > 0 ? { services } : {}),
    ...(adopts.length > 0 ? { adopts } : {}),
    ...(takesOver === undefined ? {} : { takesOver }),
  };
}

function outsideOf({ id: networkId, bridge }: NetworkRow, { vnics, forwards }: WantedRows): WantedOutside {
  const specs = forwards.flatMap(({ vmId, protocol, hostPort, guestPort }): ForwardSpec[] => {
    const end = vnics.find((vnic) => vnic.vmId === vmId && vnic.networkId === networkId && vnic.plugged);
    const guestAddress = end?.assignedAddress?.split('/')[0];
    return guestAddress === undefined ? [] : [{ protocol, hostPort, guestAddress, guestPort }];
  });
  return { networkId, bridge, nic: OUT_NIC, forwards: specs };
}

/** The sealed bridge of a network on a host. */
export function specFor(
  storeId: string,
  hostId: string,
  network: Pick<NetworkRow, 'id' | 'bridge' | 'mtu'>,
  kept = false,
): BridgeSpec {
  return {
    networkId: network.id,
    bridge: network.bridge,
    mac: bridgeMac(storeId, network.id, hostId),
    mtu: network.mtu,
    alias: markOf(storeId, network.id, kept),
    ...(kept ? { kept } : {}),
  };
}

function bridgeOf(networks: ReadonlyMap<string, NetworkRow>, networkId: string | null): string | null {
  return networkId === null ? null : (networks.get(networkId)?.bridge ?? null);
}

/** Reads the rows that `wantedFor` needs. Undefined if there is no such host. */
export function rowsOfHost(
  store: Pick<
    Repositories,
    | 'hosts'
    | 'hostBonds'
    | 'attachments'
    | 'networkClusters'
    | 'networks'
    | 'vms'
    | 'vnics'
    | 'forwards'
    | 'takeOvers'
    | 'tunnels'
    | 'tunnelPairs'
  >,
  hostId: string,
): WantedRows | undefined {
  const host = store.hosts.get(hostId);
  if (!host) return undefined;
  const attachments = store.attachments.ofHost(hostId);
  const vnics = store.vnics.ofHost(hostId);
  const networks = new Map(store.networks.ofHost(hostId).map((network) => [network.id, network]));
  const others = new Set(vnics.flatMap(({ networkId }) => networkId ?? []).filter((id) => !networks.has(id)));
  for (const network of store.networks.some([...others])) networks.set(network.id, network);
  const networkClusters = store.networkClusters.ofCluster(host.clusterId);
  const runs = (vmId: string): boolean => isRunning(store.vms.get(vmId)?.state ?? 'down');
  const forwards = store.forwards.ofHost(hostId).filter(({ vmId }) => runs(vmId));
  const bonds = store.hostBonds.ofHost(hostId);
  const takesOver = store.takeOvers.get(hostId)?.storeId;
  const on = new Set(vnics.map(({ networkId }) => networkId));
  const served = [...networks.values()].filter(({ id, services }) => services !== null && on.has(id));
  const members = new Map(served.map(({ id }) => [id, membersOf(store, id)]));
  const stretch = tunnelRowsOf(store, hostId, networks.values());
  return { stretch, members, host, attachments, networkClusters, networks, vnics, forwards, bonds, takesOver };
}
