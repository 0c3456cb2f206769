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
  /** Ids of networks whose bridge was there before us: one of its name that nobody has marked is taken over. */
  readonly adopts?: readonly string[];
  /** The one other store whose marks are to be replaced by ours. Left out: none. */
  readonly takesOver?: string;
  /** Null, or left out: this host has no way out. */
  readonly outside?: WantedOutside | null;
  /** Regular networks and bonds, as a person set them up. Nothing is done about them unasked (rule O4). */
  readonly setup?: WantedSetup;
}

/** The way out of a lab (rule S12): the bridge that its NIC belongs in, and the forwards to guests that run at an address we know. */
export interface WantedOutside {
  readonly networkId: string;
  readonly bridge: string;
  readonly nic: string;
  readonly forwards: readonly ForwardSpec[];
}

/** The rows that decide what is wanted on one host. More than needed does no harm. */
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
  /** The store whose marks are being replaced on this host. Left out: none. */
  readonly takesOver?: string | undefined;
  /** Forwards to VMs that run on this host: a port that is open and leads to nobody would only puzzle. */
  readonly forwards: readonly Pick<ForwardRow, 'vmId' | 'protocol' | 'hostPort' | 'guestPort'>[];
}

/** The mark of ownership on a bridge. `kept`: it was there before us, and stays when we go. */
export const markOf = (storeId: string, networkId: string, kept = false): string =>
  `atoll:${storeId}:${networkId}${kept ? ':kept' : ''}`;

/**
 * What is wanted on a host: a sealed bridge for each attached isolated network that its cluster (still) has, and for *outside*
 * (rule S12: only its ports talk there too, never the host's own stack); a place for each tap.
 * An attachment whose network has left the cluster is wanted no more, so that plan deletes the bridge (rule O6: of this host only).
 * A bridge whose import waits for the VMs on it is not looked at until then, but in a preview (`foreseen`).
 */
export function wantedFor(storeId: string, rows: WantedRows, { foreseen = false } = {}): WantedHost {
  const { id: hostId, clusterId } = rows.host;
  const inCluster = new Set(
    rows.networkClusters.filter((row) => row.clusterId === clusterId).map((row) => row.networkId),
  );
  const bridges: BridgeSpec[] = [];
  const adopts: string[] = [];
  const regular: Parameters<typeof wantedSetup>[1][number][] = [];
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
  }
  const taps = rows.vnics
    .filter((vnic) => vnic.plugged)
    .map((vnic) => ({ vmId: vnic.vmId, mac: vnic.mac, bridge: bridgeOf(rows.networks, vnic.networkId) }));
  const setup = wantedSetup(storeId, regular, rows.bonds);
  const { takesOver } = rows;
  return {
    ...{ storeId, bridges, taps, outside, setup },
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

/** Reads the rows that `wantedFor` needs. Undefined when there is no such host. */
export function rowsOfHost(
  store: Pick<
    Repositories,
    'hosts' | 'hostBonds' | 'attachments' | 'networkClusters' | 'networks' | 'vms' | 'vnics' | 'forwards' | 'takeOvers'
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
  return { host, attachments, networkClusters, networks, vnics, forwards, bonds, takesOver };
}
