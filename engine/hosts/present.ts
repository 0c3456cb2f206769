import type { Host } from '../../contract';
import { instant } from '../core/ids';
import type { HostRow } from '../ports/store';
import type { HostActors } from '../reconcile/host-actors';

/** A host in the contract's form. Its last-seen time is in memory while it answers, and saved when it stops answering. */
export function presentHost(row: HostRow, actors: HostActors): Host {
  const { how: _how, bootId: _bootId, ...host } = row;
  const seen = actors.find(row.id)?.lastSeen ?? null;
  const lastSeenAt = seen === null ? null : instant(seen);
  return {
    ...host,
    lastSeenAt: lastSeenAt !== null && lastSeenAt > (row.lastSeenAt ?? '') ? lastSeenAt : row.lastSeenAt,
  };
}
