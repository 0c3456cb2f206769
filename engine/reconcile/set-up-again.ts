import { describeError } from '../core/errors';
import { OUT_NIC } from '../plan/model/outside-network';
import { rowsOfHost } from '../plan/model/wanted';
import { CONFIRM_SECONDS } from '../plan/regular/job-kind';
import type { HostDriver } from '../ports/host-driver';
import type { Log } from '../ports/log';
import type { Store } from '../ports/store';
import { setUpHost } from './set-up-host';

interface Deps {
  readonly store: Store;
  readonly driver: HostDriver;
  readonly log: Log;
  readonly hostId: string;
  readonly signal: AbortSignal;
}

/**
 * After a restart of the host, sets up its regular networks again if the host did not do so itself: a user requested them, and
 * nobody has changed anything since. Failures are reported as out of sync.
 * @returns whether the host may have changed
 */
export async function setUpAgain(deps: Deps, seen: { restarted: boolean }): Promise<boolean> {
  if (!seen.restarted) return false;
  seen.restarted = false;
  const { store, driver, hostId, signal, log } = deps;
  const ours = (rowsOfHost(store, hostId)?.attachments ?? []).filter(
    // An imported one is recreated by its owner.
    ({ nic, imported }) => nic !== null && nic !== OUT_NIC && imported === null,
  );
  if (ours.length === 0) return false;
  const only = new Set(ours.map(({ networkId }) => networkId));
  try {
    await setUpHost({ store, driver, hostId, only, seconds: CONFIRM_SECONDS }, signal);
  } catch (error) {
    if (signal.aborted) throw error;
    log.warn({ host: hostId, message: describeError(error).message }, 'regular networks were not created again');
  }
  return true;
}
