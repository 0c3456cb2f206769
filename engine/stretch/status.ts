import { STRETCHED_MTU, type StretchMember, type StretchStatus, type TunnelPair } from '../../contract';
import type { Core } from '../context';
import { pairsOf } from '../networks/stretches';
import { endMark, isStretched } from '../plan/model/tunnel-spec';
import type { NetworkRow, TunnelPairRow } from '../ports/store';

/** Loss and delay of a pair; omitted: not measured. */
export type Measured = (pair: TunnelPairRow) => Pick<TunnelPair, 'loss' | 'delay'>;
const notMeasured: Measured = () => ({ loss: null, delay: null });

/** A pair in the contract's form. */
export function presentPair(row: TunnelPairRow, measured: Measured = notMeasured): TunnelPair {
  const { lowId, highId, choice, way, state, since, why } = row;
  return { hosts: [lowId, highId], choice, way, state, since, why, ...measured(row) };
}

/** The tunnels of a network as they are known now; null: it is not stretched. */
export function statusOf(core: Core, network: NetworkRow, measured: Measured = notMeasured): StretchStatus | null {
  if (!isStretched(network)) return null;
  const { stretch, mtu } = network;
  const pairs = pairsOf(stretch.hosts).flatMap((key) => core.store.tunnelPairs.get(key) ?? []);
  return {
    stretch,
    mtu,
    fits: STRETCHED_MTU,
    members: stretch.hosts.map((hostId) => memberOf(core, network, hostId)),
    pairs: pairs.map((row) => presentPair(row, measured)),
  };
}

function memberOf({ store, actors }: Core, { id }: NetworkRow, hostId: string): StretchMember {
  const actor = actors.find(hostId);
  const publicKey = store.tunnels.get(hostId)?.publicKey ?? null;
  if (actor?.connected !== true) return { hostId, state: 'unknown', by: null, publicKey, faults: [] };
  const tunnel = actor.seen?.tunnel ?? null;
  const end = tunnel?.ends.find(({ alias }) => alias === endMark(store.storeId, id));
  const faults = [...(tunnel?.faults ?? []), ...(end?.faults ?? [])];
  const isRunning = tunnel?.isRunning === true && end?.up === true;
  const state = faults.length > 0 ? 'faulty' : isRunning ? 'running' : 'starting';
  return { hostId, state, by: tunnel?.by ?? null, publicKey, faults };
}
