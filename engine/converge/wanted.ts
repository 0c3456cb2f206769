import type { BridgeSpec } from '../ports/changes';
import type {
  HostRow,
  NetworkAttachmentRow,
  NetworkClusterRow,
  NetworkRow,
  Repositories,
  VnicRow,
} from '../ports/store';
import { bridgeMac } from './bridge-mac';

/** A vNIC that is plugged in on the host, and the bridge that its tap belongs in. `bridge` null: in none. */
export interface WantedTap {
  readonly vmId: string;
  readonly mac: string;
  readonly bridge: string | null;
}

/** Everything that the engine wants of the isolated networks of one host. */
export interface WantedHost {
  readonly storeId: string;
  readonly bridges: readonly BridgeSpec[];
  readonly taps: readonly WantedTap[];
}

/** The rows that decide what is wanted on one host. More than needed does no harm. */
export interface WantedRows {
  readonly host: Pick<HostRow, 'id' | 'clusterId'>;
  /** Attachments of this host. */
  readonly attachments: readonly Pick<NetworkAttachmentRow, 'networkId' | 'hostId'>[];
  /** Memberships of this host's cluster. */
  readonly networkClusters: readonly NetworkClusterRow[];
  readonly networks: ReadonlyMap<string, NetworkRow>;
  /** vNICs of VMs that are placed on this host. */
  readonly vnics: readonly Pick<VnicRow, 'vmId' | 'mac' | 'networkId' | 'plugged'>[];
}

/** The mark of ownership on a bridge. */
export const markOf = (storeId: string, networkId: string): string => `atoll:${storeId}:${networkId}`;

/**
 * What is wanted on a host: a bridge for each attached isolated network that its cluster (still) has, a place for each tap.
 * An attachment whose network has left the cluster is wanted no more, so that plan deletes the bridge (rule O6: of this host only).
 */
export function wantedFor(storeId: string, rows: WantedRows): WantedHost {
  const { id: hostId, clusterId } = rows.host;
  const inCluster = new Set(
    rows.networkClusters.filter((row) => row.clusterId === clusterId).map((row) => row.networkId),
  );
  const bridges: BridgeSpec[] = [];
  for (const attachment of rows.attachments) {
    const network = rows.networks.get(attachment.networkId);
    if (attachment.hostId !== hostId || !network?.isIsolated || !inCluster.has(network.id)) continue;
    bridges.push(specFor(storeId, hostId, network));
  }
  const taps = rows.vnics
    .filter((vnic) => vnic.plugged)
    .map((vnic) => ({ vmId: vnic.vmId, mac: vnic.mac, bridge: bridgeOf(rows.networks, vnic.networkId) }));
  return { storeId, bridges, taps };
}

/** The sealed bridge of a network on a host. */
export function specFor(
  storeId: string,
  hostId: string,
  network: Pick<NetworkRow, 'id' | 'bridge' | 'mtu'>,
): BridgeSpec {
  return {
    networkId: network.id,
    bridge: network.bridge,
    mac: bridgeMac(storeId, network.id, hostId),
    mtu: network.mtu,
    alias: markOf(storeId, network.id),
  };
}

function bridgeOf(networks: ReadonlyMap<string, NetworkRow>, networkId: string | null): string | null {
  return networkId === null ? null : (networks.get(networkId)?.bridge ?? null);
}

/** Reads the rows that `wantedFor` needs. Undefined when there is no such host. */
export function rowsOfHost(
  store: Pick<Repositories, 'hosts' | 'attachments' | 'networkClusters' | 'networks' | 'vnics'>,
  hostId: string,
): WantedRows | undefined {
  const host = store.hosts.get(hostId);
  if (!host) return undefined;
  const attachments = store.attachments.ofHost(hostId);
  const vnics = store.vnics.ofHost(hostId);
  const networks = new Map<string, NetworkRow>();
  for (const { networkId } of [...attachments, ...vnics]) {
    if (networkId === null || networks.has(networkId)) continue;
    const network = store.networks.get(networkId);
    if (network) networks.set(networkId, network);
  }
  return { host, attachments, networkClusters: store.networkClusters.ofCluster(host.clusterId), networks, vnics };
}
