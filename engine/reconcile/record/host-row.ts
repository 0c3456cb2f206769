import { AppError } from '../../../contract';
import type { HostRow, Repositories } from '../../ports/store';

/** The error of work on a host that no longer exists. */
export const gone = (): AppError => new AppError('NOT_FOUND', 'The host was removed in the meantime');

/** @throws AppError NOT_FOUND if the host was removed */
export function hostRow(tx: Repositories, hostId: string): HostRow {
  const host = tx.hosts.get(hostId);
  if (!host) throw gone();
  return host;
}
