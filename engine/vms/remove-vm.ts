import type { EndedJob } from '../core/jobs/job-kinds';
import { z } from 'zod';
import { Id, type Undoable, type EventMessage, type Written, say } from '../../contract';
import type { Core } from '../context';
import type { Outcome, Scope } from '../core/scope';
import { assertSubjectExists } from '../core/jobs/again';
import type { RunningJob } from '../core/jobs/job-kinds';
import { forgetHandler } from './forget-vm';
import { presentForward } from '../plan/forwards';
import type { Repositories, VmRow } from '../ports/store';
import { presentVm } from './present';
import { assertVmStateAllows } from './rules';
import { inTurn } from './vm-turn';

export const RemoveVmPayload = z.strictObject({ vmId: Id, keepDisks: z.boolean() });
export type RemoveVmPayload = z.infer<typeof RemoveVmPayload>;

/** `vms.remove`: a VM that was never started is only a row; otherwise its host removes definition and disks first. */
export function removeHandler(
  scope: Scope,
  input: { readonly vm: string; readonly keepDisks: boolean },
): Outcome<object> {
  const { tx, refs } = scope;
  const vm = refs.vm(input.vm);
  if (vm.boot.kind === 'imported') return forgetHandler(scope, vm);
  assertVmStateAllows(vm, 'remove');
  const snapshots = tx.snapshots.ofVm(vm.id).map(({ name }) => name);
  const lines = [
    say('preview.vm.remove', { vm: vm.name, disks: input.keepDisks ? 'keep' : 'trash' }),
    ...(snapshots.length === 0 ? [] : [say('preview.vm.remove_snapshots', { snapshots })]),
  ];
  const host = vm.hostId === null ? undefined : tx.hosts.get(vm.hostId);
  if (!host) {
    const undo = undoOf(tx, vm, false);
    tx.vms.remove(vm.id);
    scope.emit('vm.removed', 'normal', say('vm.removed', { vm: vm.name }), { vmId: vm.id }, undo);
    return { output: {}, lines };
  }
  const payload: RemoveVmPayload = { vmId: vm.id, keepDisks: input.keepDisks };
  const subjects = { vmId: vm.id, hostId: host.id };
  const steps = [{ title: say('step.vm.remove', { vm: vm.name, host: host.name }), hostId: host.id }];
  return {
    output: {},
    lines,
    job: { kind: 'vms.remove', title: say('vms.remove', { vm: vm.name }), payload, subjects, steps },
  };
}

/** A retry of a failed removal: the VM may have moved, or been locked, in the meantime. */
export function removeAgain(scope: Scope, job: EndedJob<RemoveVmPayload>): Outcome<object> {
  const { vmId, keepDisks } = job.payload;
  const vm = assertSubjectExists(scope.tx.vms.get(vmId));
  return removeHandler(scope, { vm: vm.id, keepDisks });
}

const imageOf = ({ boot }: VmRow): string | null => (boot.kind === 'image' ? boot.imageId : null);

/** Runs a removal. The row is removed last, so that a VM whose host failed can be removed again. */
export async function runRemove(core: Core, job: RunningJob<RemoveVmPayload>): Promise<void> {
  const { vmId, keepDisks } = job.payload;
  if (!core.store.vms.get(vmId)) return job.skip(1, say('result.already_removed', {}));
  await inTurn(core, job, vmId, (turn) =>
    job.step(1, async (signal) => {
      const { vm } = turn;
      // A killed engine left `image_locked` in the middle of this.
      if (vm.state !== 'image_locked') assertVmStateAllows(vm, 'remove');
      turn.write((tx) => tx.vms.update(vmId, { state: 'image_locked', reason: say('reason.vm.removing', {}) }));
      try {
        const kept = await turn.driver.remove(vmId, keepDisks ? 'keep' : 'trash', signal);
        await job.written(() =>
          turn.write((tx, emit) => {
            const trashed = !keepDisks && kept.length > 0;
            // The kept disks belong to the user from now on: they may be moved or used elsewhere.
            const undo = keepDisks && kept.length > 0 ? null : undoOf(tx, { ...vm, reason: null }, trashed);
            const { hostId } = turn;
            tx.vms.remove(vmId);
            if (trashed && !tx.trash.get(vmId))
              tx.trash.insert({ id: vmId, hostId, name: vm.name, removedAt: turn.now(), imageId: imageOf(vm) });
            emit('vm.removed', 'normal', removedMessage(vm.name, keepDisks, kept), undo);
          }),
        );
        if (kept.length === 0) return null;
        return say(keepDisks ? 'result.disks_kept' : 'result.disks_in_trash', { files: [...kept] });
      } catch (error) {
        await job.written(() =>
          turn.write((tx) => tx.vms.update(vmId, { state: 'down', reason: say('reason.vm.remove_failed', {}) })),
        );
        throw error;
      }
    }),
  );
}

function removedMessage(vm: string, keepDisks: boolean, files: readonly string[]): Written<EventMessage> {
  if (files.length === 0) return say('vm.removed', { vm });
  return say(keepDisks ? 'vm.removed_keeping_disks' : 'vm.removed_to_trash', { vm, files: [...files] });
}

/** Before the row is removed: all data that is needed to write it again. */
function undoOf(tx: Repositories, vm: VmRow, trashed: boolean): Undoable {
  const forwards = tx.forwards.ofVm(vm.id).map(presentForward);
  const { guest: _guest, ...kept } = presentVm(tx, { ...vm, state: 'down' });
  const change = { kind: 'vm.removed', vm: kept, forwards, trashed } as const;
  return { words: say('undo.vm.removed', { vm: vm.name }), change };
}
