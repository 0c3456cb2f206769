import { type StretchReason, type Written, say } from '../../contract';
import type { HostActors } from '../reconcile/host-actors';
import { rowsOfHost, wantedFor } from '../plan/model/wanted';
import type { TunnelDriver, TunnelSpec } from '../ports/stretch';
import type { HostRow, Store, TunnelPairKey } from '../ports/store';
import { endpointsOf } from './endpoints';

/** One of the two hosts of a pair, as it is now. */
export interface Side {
  readonly id: string;
  readonly name: string;
  readonly kind: HostRow['kind'];
  readonly number: number;
  /** Null: Atoll does not reach it. */
  readonly driver: TunnelDriver | null;
  /** Its tunnel as it is to be now; null: it is to have none. */
  spec(): TunnelSpec | null;
  /** Atoll is about to reach it, for the first time since it started. */
  readonly isConnecting: boolean;
  /** Its tunnel runs, and knows the key of the other. */
  readonly isReady: boolean;
  readonly hasKey: boolean;
  readonly canRelay: boolean;
  readonly endpoints: readonly string[];
}

export const pairId = ({ lowId, highId }: TunnelPairKey): string => `${lowId}/${highId}`;

/** Reads both sides of pairs. Specs are kept until something is committed. */
export class Sides {
  private specs = new Map<string, TunnelSpec | null>();

  constructor(
    private readonly store: Store,
    private readonly actors: HostActors,
  ) {
    store.onCommit(() => {
      if (this.specs.size > 0) this.specs = new Map();
    });
  }

  private spec(hostId: string): TunnelSpec | null {
    const known = this.specs.get(hostId);
    if (known !== undefined) return known;
    const rows = rowsOfHost(this.store, hostId);
    const spec = (rows && wantedFor(this.store.storeId, rows).tunnel?.spec) ?? null;
    this.specs.set(hostId, spec);
    return spec;
  }

  /** Null: the host has no number in the tunnels, or is gone. */
  read(hostId: string, otherId: string): Side | null {
    const host = this.store.hosts.get(hostId);
    const tunnel = this.store.tunnels.get(hostId);
    if (!host || !tunnel) return null;
    const actor = this.actors.find(hostId);
    const isConnected = actor?.connected === true && actor.seen !== null;
    const seen = isConnected ? actor.seen : null;
    const otherKey = this.store.tunnels.get(otherId)?.publicKey ?? null;
    const { kind, name } = host;
    const { number, port } = tunnel;
    const knowsOther = seen?.tunnel?.peers.some(({ publicKey }) => publicKey === otherKey) === true;
    return {
      ...{ id: hostId, name, kind, number },
      driver: isConnected ? actor.driver.tunnel : null,
      spec: () => this.spec(hostId),
      isConnecting: host.state === 'connecting',
      isReady: seen?.tunnel?.isRunning === true && knowsOther,
      hasKey: tunnel.publicKey !== null,
      canRelay: seen !== null && (seen.capabilities.relayBy ?? null) !== null,
      endpoints: seen === null || port === null ? [] : endpointsOf({ kind, number, port, seen }),
    };
  }
}

/** Why nothing can be done about the way between two hosts now; null: both are ready. */
export function whyNotReady(sides: readonly Side[]): Written<StretchReason> | null {
  const silent = sides.find(({ driver }) => driver === null);
  if (silent) return say('stretch.host_silent', { host: silent.name });
  const unready = sides.find(({ hasKey, isReady }) => !hasKey || !isReady);
  return unready ? say('stretch.no_key', { host: unready.name }) : null;
}
