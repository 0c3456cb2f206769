import { STRETCHED_MTU, type StretchMember, type StretchStatus, type TunnelPair } from '../../contract';
import type { Core } from '../context';
import { pairsOf } from '../networks/stretches';
import { endMark, isStretched } from '../plan/model/tunnel-spec';
import type { NetworkRow, TunnelPairRow } from '../ports/store';

/** A pair in the contract's form, with what was measured lately. */
export function presentPair(row: TunnelPairRow, { ways }: Pick<Core, 'ways'>): TunnelPair {
  const { lowId, highId, choice, way, state, since, why } = row;
  const { loss = null, delay = null } = ways.measured(row) ?? {};
  return { hosts: [lowId, highId], choice, way, state, since, why, loss, delay };
}

/** The tunnels of a network as they are known now; null: it is not stretched. */
export function statusOf(core: Core, network: NetworkRow): StretchStatus | null {
  if (!isStretched(network)) return null;
  const { stretch, mtu } = network;
  const pairs = pairsOf(stretch.hosts).flatMap((key) => core.store.tunnelPairs.get(key) ?? []);
  return {
    stretch,
    mtu,
    fits: STRETCHED_MTU,
    members: stretch.hosts.map((hostId) => memberOf(core, network, hostId)),
    pairs: pairs.map((row) => presentPair(row, core)),
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
