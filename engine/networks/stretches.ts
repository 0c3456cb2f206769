import type { NetworkStretch, WayChoice } from '../../contract';
import { isStretched } from '../plan/model/tunnel-spec';
import { pairKey } from '../core/pair-key';
import type { Repositories, TunnelPairKey, TunnelPairRow } from '../ports/store';

/** What is left of a stretch with these hosts: null, if fewer than two are. */
export const stretchOf = (vni: number, hosts: readonly string[]): NetworkStretch | null =>
  hosts.length < 2 ? null : { vni, hosts: [...hosts] };

/** Takes hosts out of stretched networks (of all, or of one): they are removed, or no longer have the network. */
export function leaveStretches(tx: Repositories, hostIds: readonly string[], networkId?: string): void {
  const gone = new Set(hostIds);
  for (const { id, stretch } of tx.networks.stretched().filter(isStretched)) {
    if (networkId !== undefined && networkId !== id) continue;
    const hosts = stretch.hosts.filter((hostId) => !gone.has(hostId));
    if (hosts.length < stretch.hosts.length) tx.networks.update(id, { stretch: stretchOf(stretch.vni, hosts) });
  }
  prunePairs(tx);
}

/** Removes the pairs of hosts that share no stretched network any more. */
export function prunePairs(tx: Repositories): void {
  const shared = new Set<string>();
  for (const { stretch } of tx.networks.stretched().filter(isStretched))
    for (const { lowId, highId } of pairsOf(stretch.hosts)) shared.add(`${lowId}/${highId}`);
  for (const pair of tx.tunnelPairs.list())
    if (!shared.has(`${pair.lowId}/${pair.highId}`)) tx.tunnelPairs.remove(pair);
}

/** A pair of hosts before anything was tried. */
export const newPair = (key: TunnelPairKey, choice: WayChoice = 'auto'): TunnelPairRow => ({
  ...{ lowId: key.lowId, highId: key.highId, choice },
  ...{ lowEndpoint: null, highEndpoint: null, way: null, state: 'connecting', since: null, why: null },
});

/** All pairs of some hosts. */
export const pairsOf = (hostIds: readonly string[]): Array<{ lowId: string; highId: string }> =>
  hostIds.flatMap((one, i) => hostIds.slice(i + 1).map((other) => pairKey(one, other)));
