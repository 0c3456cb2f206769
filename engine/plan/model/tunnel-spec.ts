import type { NetworkStretch } from '../../../contract';
import type { BridgeSpec } from '../../ports/changes';
import type { NetworkRow, Repositories, TunnelPairRow, TunnelRow } from '../../ports/store';
import type { TunnelEnd, TunnelPeer, TunnelSpec } from '../../ports/stretch';
import { digest } from './services-digest';

/** The MTU of WireGuard over a network of 1500 bytes: the largest whose packets are not split. */
const TUNNEL_MTU = 1420;

/** The desired tunnel of a host. */
export interface WantedTunnel {
  readonly spec: TunnelSpec;
  /** The host is to have a next key, beside the present one. */
  readonly nextKey: boolean;
}

/** The rows that decide it. More than needed do no harm. */
export interface TunnelRows {
  readonly tunnels: readonly TunnelRow[];
  /** Those of this host. */
  readonly pairs: readonly TunnelPairRow[];
  /** The hosts that have a stretched network, by the network. */
  readonly attached: ReadonlyMap<string, ReadonlySet<string>>;
}

type Stretched = Pick<NetworkRow, 'id'> & { readonly stretch: NetworkStretch };

const hexOf = (id: string): string => id.replaceAll('-', '').slice(-12);

/** The names of a store's tunnel on each host. No network, bond or tap can have them (rule O5). */
export const tunnelNames = (storeId: string): Pick<TunnelSpec, 'namespace' | 'device' | 'alias'> => ({
  namespace: `atoll-${hexOf(storeId)}`,
  device: `atw${hexOf(storeId)}`,
  alias: `atoll-wg:${storeId}`,
});

/** The mark of ownership on a network's port to the other hosts. */
export const endMark = (storeId: string, networkId: string): string => `atoll-tunnel:${storeId}:${networkId}`;

export const isStretched = <Row extends Pick<NetworkRow, 'stretch'>>(row: Row): row is Row & Stretched =>
  row.stretch !== null;

/** The hosts among which a stretched network's frames are to pass: its members that have it, and a tunnel. */
export const membersOfStretch = (
  { id, stretch }: Pick<Stretched, 'id' | 'stretch'>,
  { tunnels, attached }: Pick<TunnelRows, 'tunnels' | 'attached'>,
): TunnelRow[] => {
  const wanted = new Set(stretch.hosts);
  return tunnels.filter(({ hostId }) => wanted.has(hostId) && attached.get(id)?.has(hostId) === true);
};

/** The tunnel of a host; null: no network is stretched to it. `bridges`: those that the host is to have. */
export function tunnelOf(
  storeId: string,
  hostId: string,
  bridges: readonly BridgeSpec[],
  networks: ReadonlyMap<string, NetworkRow>,
  rows: TunnelRows,
): WantedTunnel | null {
  const own = rows.tunnels.find((row) => row.hostId === hostId);
  if (!own) return null;
  const vnis = new Map<TunnelRow, number[]>();
  const ends = bridges.flatMap((bridge): TunnelEnd[] => {
    const network = networks.get(bridge.networkId);
    if (!network || !isStretched(network) || !network.stretch.hosts.includes(hostId)) return [];
    const { vni } = network.stretch;
    // A host whose key is not known yet is no peer: the others get it as soon as it is.
    const others = membersOfStretch(network, rows).filter((row) => row !== own && row.publicKey !== null);
    for (const row of others) vnis.set(row, [...(vnis.get(row) ?? []), vni]);
    return [endOf(storeId, bridge, vni, others)];
  });
  if (ends.length === 0) return null;
  const pairs = new Map(rows.pairs.map((pair) => [pair.lowId === hostId ? pair.highId : pair.lowId, pair]));
  const peers = [...vnis]
    .map(([row, numbers]) => peerOf(row, numbers, pairs.get(row.hostId)))
    .sort((a, b) => a.number - b.number);
  const { number, port, rotation, nextKey } = own;
  const key = rotation === 'switch' ? nextKey : null;
  const settings = { ...tunnelNames(storeId), number, port, mtu: TUNNEL_MTU, key, peers };
  // Its port is what the host chose: that it is known now changes nothing.
  return {
    spec: { ...settings, ends, settings: digest({ ...settings, port: null }) },
    nextKey: rotation === 'prepare',
  };
}

function endOf(storeId: string, bridge: BridgeSpec, vni: number, others: readonly TunnelRow[]): TunnelEnd {
  return {
    networkId: bridge.networkId,
    bridge: bridge.bridge,
    port: `att${vni.toString(16).padStart(6, '0')}`,
    alias: endMark(storeId, bridge.networkId),
    vni,
    mtu: bridge.mtu,
    members: others.map(({ number }) => number),
  };
}

function peerOf(row: TunnelRow, vnis: readonly number[], pair: TunnelPairRow | undefined): TunnelPeer {
  const { hostId, number, publicKey, nextKey } = row;
  const endpoint = pair?.way === 'direct' ? (pair.lowId === hostId ? pair.lowEndpoint : pair.highEndpoint) : null;
  return { number, publicKey: publicKey ?? '', nextKey, endpoint, vnis: [...vnis].sort((a, b) => a - b) };
}

/** Reads the rows of a host's tunnel. */
export function tunnelRowsOf(
  store: Pick<Repositories, 'tunnels' | 'tunnelPairs' | 'attachments'>,
  hostId: string,
  networks: Iterable<NetworkRow>,
): TunnelRows | undefined {
  const stretched = [...networks].filter(isStretched);
  if (stretched.length === 0) return undefined;
  const attached = new Map(
    stretched.map(({ id }) => [id, new Set(store.attachments.ofNetwork(id).map((row) => row.hostId))] as const),
  );
  return { tunnels: store.tunnels.list(), pairs: store.tunnelPairs.ofHost(hostId), attached };
}
