import type { Host } from '../../contract';
import { instant } from '../core/ids';
import type { HostRow } from '../ports/store';
import type { HostActors } from '../reconcile/host-actors';

/** A host as the contract shows it. When it was last seen is kept in memory while it answers, and written when it stops. */
export function presentHost(row: HostRow, actors: HostActors): Host {
  const { how: _how, bootId: _bootId, ...host } = row;
  const seen = actors.find(row.id)?.lastSeen ?? null;
  const lastSeenAt = seen === null ? null : instant(seen);
  return {
    ...host,
    lastSeenAt: lastSeenAt !== null && lastSeenAt > (row.lastSeenAt ?? '') ? lastSeenAt : row.lastSeenAt,
  };
}
