import { type HostReason, type HostState, say, spaced } from '../../../contract';
import { emitter, ENGINE } from '../../core/events';
import { instant } from '../../core/ids';
import { tryToWrite } from '../../core/try-to-write';
import type { Clock } from '../../ports/clock';
import type { Log } from '../../ports/log';
import type { HostRow, Repositories, Store } from '../../ports/store';
import { vmsUnknown } from './vm-states';

const SEVERITY: Record<HostState, 'normal' | 'warning' | 'error'> = {
  installing: 'normal',
  connecting: 'normal',
  up: 'normal',
  non_operational: 'error',
  non_responsive: 'error',
  maintenance: 'normal',
  error: 'error',
};

/** A host's state as text: `non-responsive`. */
export const stateWords = (state: HostState): string => spaced(state);

export interface HostStateDeps {
  readonly store: Store;
  readonly clock: Clock;
}
type Seen = Partial<Pick<HostRow, 'lastSeenAt'>>;

/**
 * Writes and reports a host's state, if it changed. Only an active host's state changes automatically: a host that has since been
 * put into maintenance, or removed, is left unchanged.
 */
export function moveHost(
  deps: HostStateDeps,
  hostId: string,
  state: HostState,
  reason: HostReason | null,
  seen: Seen = {},
): void {
  const now = instant(deps.clock.now());
  deps.store.transaction((tx) => move(tx, hostId, state, reason, seen, now));
}

/** The same for many at once, without a reason. */
export function moveHosts(deps: HostStateDeps, hosts: ReadonlyArray<{ readonly id: string }>, state: HostState): void {
  if (hosts.length === 0) return;
  const now = instant(deps.clock.now());
  deps.store.transaction((tx) => {
    for (const { id } of hosts) move(tx, id, state, null, {}, now);
  });
}

function move(
  tx: Repositories,
  hostId: string,
  state: HostState,
  reason: HostReason | null,
  seen: Seen,
  now: string,
): void {
  const host = tx.hosts.get(hostId);
  if (!host || host.state === 'maintenance') return;
  tx.hosts.update(hostId, { state, reason, ...seen });
  if (host.state === state && JSON.stringify(host.reason) === JSON.stringify(reason)) return;
  if (state === 'non_responsive') vmsUnknown(tx, host, now);
  const message = say('host.state', { host: host.name, state, reason });
  emitter(tx, ENGINE, now)('host.state', SEVERITY[state], message, { hostId, clusterId: host.clusterId });
}

/** Reports that a host would not create its networks when it starts, with the reason. */
export function reportNotPersistent(deps: HostStateDeps, hostId: string, why: string): void {
  const now = instant(deps.clock.now());
  deps.store.transaction((tx) => {
    const host = tx.hosts.get(hostId);
    if (!host) return;
    const message = say('host.not_kept', { host: host.name, error: why });
    emitter(tx, ENGINE, now)('host.not_kept', 'warning', message, { hostId, clusterId: host.clusterId });
  });
}

/** Confirmed keys are now in known_hosts: the database, which can be replaced by another, is not asked about them again. */
export function dropConfirmedKeys({ store, log }: { readonly store: Store; readonly log: Log }, hostId: string): void {
  const how = store.hosts.get(hostId)?.how;
  if (how?.kind !== 'ssh' || how.fingerprints.length === 0) return;
  tryToWrite(log, 'that host keys are known', () =>
    store.transaction((tx) => tx.hosts.update(hostId, { how: { ...how, fingerprints: [] } })),
  );
}

/** Why a host that lacks required networks is not operational (rule O1); names at most five. */
export const lacks = (names: readonly string[]): HostReason =>
  say('reason.host.lacks_networks', { networks: names.slice(0, 5), more: Math.max(0, names.length - 5) });
