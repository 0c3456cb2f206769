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
 * After a restart of the host, sets up its regular networks again where the host did not do so itself: a person asked for
 * them, and nobody has changed anything since. What fails is out of sync, and reported as that.
 * @returns whether the host may have changed
 */
export async function setUpAgain(deps: Deps, seen: { restarted: boolean }): Promise<boolean> {
  if (!seen.restarted) return false;
  seen.restarted = false;
  const { store, driver, hostId, signal, log } = deps;
  const ours = (rowsOfHost(store, hostId)?.attachments ?? []).filter(
    // What made an imported one makes it again.
    ({ nic, imported }) => nic !== null && nic !== OUT_NIC && imported === null,
  );
  if (ours.length === 0) return false;
  const only = new Set(ours.map(({ networkId }) => networkId));
  try {
    await setUpHost({ store, driver, hostId, only, seconds: CONFIRM_SECONDS }, signal);
  } catch (error) {
    if (signal.aborted) throw error;
    log.warn({ host: hostId, message: describeError(error).message }, 'regular networks were not made again');
  }
  return true;
}
