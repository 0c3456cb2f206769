import { type HostState, isActive, isRunning, note, say, type PreviewLine, run } from '../../contract';
import type { Core } from '../context';
import { type Emit, emitter } from '../core/events';
import { instant } from '../core/ids';
import { finishJob } from '../core/jobs/job-rows';
import type { BackedUpHost } from '../ports/backups';
import type { HostHow, KeyState } from '../ports/hosts';
import type { HostRow, Repositories } from '../ports/store';
import { subjectsOf } from './adding';

const ENDED = {
  code: 'CANCELLED',
  message: 'It is a job of the backup that the database was restored from',
  remedy: note('Request it again if it is still needed.'),
};

/**
 * On a database that was just restored: the author of the backup decides to which addresses the engine would connect and what it
 * would do there, so a user has to confirm. Jobs of the backup end; unless the hosts were confirmed they are in maintenance until a
 * user activates them. Confirmed host keys of the backup are ignored. Returns the jobs that must run to release their locks.
 */
export function beginRestored({ store, clock, kinds }: Core): string[] {
  const restored = store.settings.restored();
  if (restored === null) return [];
  const now = instant(clock.now());
  return store.transaction((tx) => {
    tx.settings.forgetRestored();
    const emit = emitter(tx, restored.by, now);
    const { from, kept, connect } = restored;
    emit('store.restored', 'normal', say('store.restored', { from, kept, connect }));
    const left = tx.jobs.inState(['queued', 'running', 'interrupted']);
    const toEnd = left.filter(({ kind }) => kinds.holdsLocks(kind));
    for (const job of left) if (!toEnd.includes(job)) finishJob(tx, job, 'cancelled', ENDED, now);
    for (const host of tx.hosts.list()) {
      dropConfirmedKeys(tx, host);
      if (!restored.connect && wouldConnect(host)) hold(tx, host, emit);
    }
    return toEnd.map(({ id }) => id);
  });
}

/** Whether an engine would connect a host of a backup. A simulated one connects to nothing. */
export const wouldConnect = ({ how, state }: { readonly how: HostHow; readonly state: HostState }): boolean =>
  how.kind !== 'simulated' && isActive(state);

function dropConfirmedKeys(tx: Repositories, { id, how }: HostRow): void {
  if (how.kind === 'ssh') tx.hosts.update(id, { how: { ...how, fingerprints: [] } });
}

function hold(tx: Repositories, host: HostRow, emit: Emit): void {
  const reason = say('reason.host.restored', { remedy: run('hosts.activate', { host: host.name }) });
  tx.hosts.update(host.id, { state: 'maintenance', reason });
  emit('host.state', 'warning', say('host.held', { host: host.name }), subjectsOf(host));
  for (const vm of tx.vms.ofHost(host.id).filter(({ state }) => isRunning(state)))
    tx.vms.update(vm.id, { state: 'unknown', reason: say('reason.vm.host_not_connected', { host: host.name }) });
}

/** Lookups of host keys for one preview; each runs ssh, and a hostile backup can have any number of hosts. */
const MOST_LOOKUPS = 200;

/** The effect of a restore on each host of a backup, one line each. */
export async function hostLines(
  { hosts }: Core,
  all: readonly BackedUpHost[],
  connect: boolean,
): Promise<PreviewLine[]> {
  const lines: PreviewLine[] = [];
  for (const { name, how } of all.filter(wouldConnect)) {
    const key = how.kind === 'ssh' ? await keyOf(lines.length < MOST_LOOKUPS ? hosts.keyState(how) : null) : null;
    const jump = how.kind === 'ssh' ? how.jump : null;
    lines.push(say('preview.restore.host', { host: name, kind: how.kind, at: addressOf(how), jump, key, connect }));
  }
  return lines;
}

const keyOf = (lookup: Promise<KeyState> | null): Promise<KeyState> =>
  (lookup ?? Promise.resolve('unknown' as const)).catch(() => 'unknown' as const);

/** `user@address:port` of a host over SSH. */
function addressOf(how: HostHow): string | null {
  if (how.kind !== 'ssh') return null;
  const address = how.address.includes(':') ? `[${how.address}]` : how.address;
  const port = how.port === null ? '' : `:${how.port}`;
  return `${how.user === null ? '' : `${how.user}@`}${address}${port}`;
}
