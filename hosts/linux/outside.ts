import { AppError } from '../../contract';
import type { BridgeChange, Change, ChangeGroup, GroupOutcome, OutsideChange } from '../../engine/ports/changes';
import type { ServicesChange } from '../../engine/ports/services';
import type { TunnelChange } from '../../engine/ports/stretch';
import type { ObservedOutside } from '../../engine/ports/observed';
import { throwIfCancelled } from '../cancelled';
import { CommandError } from '../command-error';

/** The uplink of a kind of host that supports one. */
export interface OutsideParts {
  /** The running uplink; null: none. */
  look(signal: AbortSignal): Promise<ObservedOutside | null>;
  /** Applies one change. Throws CommandError or AppError. */
  apply(change: OutsideChange, signal: AbortSignal): Promise<void>;
}

const OUTSIDE: ReadonlySet<Change['kind']> = new Set<OutsideChange['kind']>([
  'outside.start',
  'outside.stop',
  'forward.add',
  'forward.remove',
]);

const isOfOutside = (change: Change): change is OutsideChange => OUTSIDE.has(change.kind);

export const isAboutOutside = (group: ChangeGroup): group is ChangeGroup<OutsideChange> =>
  group.changes.length > 0 && group.changes.every(isOfOutside);

export const isAboutServices = (group: ChangeGroup): group is ChangeGroup<ServicesChange> =>
  group.changes.length > 0 && group.changes.every(({ kind }) => kind.startsWith('services.'));

export const isAboutTunnel = (group: ChangeGroup): group is ChangeGroup<TunnelChange> =>
  group.changes.length > 0 && group.changes.every(({ kind }) => kind.startsWith('tunnel.'));

export const isAboutBridges = (group: ChangeGroup): group is ChangeGroup<BridgeChange> =>
  !isAboutOutside(group) && !isAboutServices(group) && !isAboutTunnel(group);

/** Applies one group, change by change, until one fails. */
export async function applyOutside(
  outside: OutsideParts | null,
  host: string,
  group: ChangeGroup<OutsideChange>,
  signal: AbortSignal,
): Promise<GroupOutcome> {
  for (const [done, change] of group.changes.entries()) {
    throwIfCancelled(signal);
    try {
      if (!outside) throw new AppError('NOT_SUPPORTED', `${host} cannot have an uplink`);
      await outside.apply(change, signal);
    } catch (error) {
      if (error instanceof CommandError) return { ok: false, done, failure: error.toFailure() };
      if (!(error instanceof AppError) || error.code === 'CANCELLED') throw error;
      const { message, remedy } = error;
      return { ok: false, done, failure: { message, remedy, command: null, exit: null, stderr: null } };
    }
  }
  return { ok: true };
}
