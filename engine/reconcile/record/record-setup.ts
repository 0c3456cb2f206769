import { type Difference, say } from '../../../contract';
import type { Plan } from '../../plan/plan';
import type { Emit } from '../../core/events';
import type { ReconcileResult } from './result';
import { isEligible } from '../../plan/eligible';
import type { HostRow, NetworkAttachmentRow, Repositories } from '../../ports/store';
import { SETUP_JOB } from '../../plan/regular/job-kind';

const OUT_OF_SYNC = 'it differs from its setup, and is not changed until it is synced';

/**
 * Writes the state of a host's regular networks: in sync, or out of sync with both values (rule O4). Returns the names of the
 * required ones that the host lacks (rule O1): not set up there, or without their bridge or its NIC.
 */
export function recordSetup(
  tx: Repositories,
  host: HostRow,
  { last, left }: ReconcileResult,
  emit: Emit,
  now: string,
): string[] {
  const setup = last.wanted.setup?.networks ?? [];
  const rowOf = (networkId: string): NetworkAttachmentRow | undefined =>
    tx.attachments.get({ networkId, hostId: host.id });
  const isChanging =
    setup.length > 0 &&
    tx.jobs
      .inState(['queued', 'running'])
      .some(({ kind, subjects }) => kind === SETUP_JOB && subjects.hostId === host.id);
  for (const { networkId } of setup) {
    const row = rowOf(networkId);
    const differences = differencesOf(left, networkId);
    if (!row || (isChanging && row.state === 'pending' && differences.length > 0)) continue;
    write(tx, host, row, differences, emit, now);
  }
  return tx.networks.regularRequiredIn(host.clusterId).flatMap((network) => {
    if (!isEligible(host, network)) return [];
    const row = rowOf(network.id);
    const lacks = row === undefined || row.nic === null || differencesOf(left, network.id).some(isVital);
    return lacks ? [network.name] : [];
  });
}

const isVital = ({ what }: Difference): boolean => what === 'bridge' || what === 'port';

const differencesOf = (left: Plan, networkId: string): Difference[] =>
  left.findings.filter((finding) => finding.networkId === networkId).map(({ difference }) => difference);

function write(
  tx: Repositories,
  host: HostRow,
  row: NetworkAttachmentRow,
  differences: Difference[],
  emit: Emit,
  now: string,
): void {
  const inSync = differences.length === 0;
  if (inSync && row.state === 'in_sync') return;
  const state = inSync ? 'in_sync' : 'out_of_sync';
  tx.attachments.update(row, {
    state,
    differences,
    message: inSync ? null : OUT_OF_SYNC,
    ...(inSync ? { observedAt: now } : {}),
  });
  if (row.state === state) return;
  const named = { network: tx.networks.get(row.networkId)?.name ?? row.networkId, host: host.name };
  const subjects = { networkId: row.networkId, hostId: host.id };
  if (inSync) emit('network.deployed', 'normal', say('network.in_sync', named), subjects);
  else emit('network.out_of_sync', 'warning', say('network.out_of_sync', named), subjects);
}
