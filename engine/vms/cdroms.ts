import { z } from 'zod';
import {
  type Cdrom,
  Id,
  isRunning,
  type PreviewLine,
  say,
  type Undoable,
  type UndoItem,
  type Vm,
  type Written,
} from '../../contract';
import type { Core } from '../context';
import { copyReporter } from '../core/jobs/copying';
import type { RunningJob } from '../core/jobs/job-kinds';
import type { Outcome, Scope } from '../core/scope';
import type { VmRow } from '../ports/store';
import { type AbsentFiles, assertMediaExist } from './boot-files';
import { assertDrivesFit, driveOf, freeDrive } from './hardware';
import { presentVm } from './present';
import { assertVmStateAllows } from './rules';
import { type VmTurn, inTurn } from './vm-turn';

export const CHANGE_CD_JOB = 'cdroms.change';

export const CdromPayload = z.strictObject({ vmId: Id, drive: z.string(), path: z.string().nullable() });
export type CdromPayload = z.infer<typeof CdromPayload>;

/** A CD image as people name it. */
const mediumOf = (path: string | null): string | null => path && (path.split('/').at(-1) ?? path);

const withMedium = (cdroms: readonly Cdrom[], drive: string, path: string | null): Cdrom[] =>
  cdroms.map((each) => (each.name === drive ? { ...each, path } : each));

function undoOf(vm: VmRow, now: Cdrom[], words: Written<UndoItem>): Undoable {
  return { words, change: { kind: 'vm.cdroms', vmId: vm.id, was: vm.cdroms, now } };
}

function assertReadable(scope: Scope, vm: VmRow, path: string | null, absent: AbsentFiles | undefined): void {
  if (path === null || absent === undefined) return;
  const host = vm.hostId === null ? undefined : scope.tx.hosts.get(vm.hostId);
  assertMediaExist([{ field: 'path', path }], absent, host ? [host] : scope.tx.hosts.ofCluster(vm.clusterId));
}

/** `cdroms.add`: SATA drives can't be plugged into a running machine. */
export function addDriveHandler(
  scope: Scope,
  input: { readonly vm: string; readonly path: string | null; readonly absent?: AbsentFiles },
): Outcome<{ vm: Vm }> {
  const vm = scope.refs.vm(input.vm);
  assertVmStateAllows(vm, 'editHardware');
  assertDrivesFit(vm.cdroms.length + 1);
  assertReadable(scope, vm, input.path, input.absent);
  const drive = freeDrive(new Set(vm.cdroms.map(({ name }) => name)));
  const cdroms = [...vm.cdroms, { name: drive, path: input.path }];
  const of = { drive, vm: vm.name };
  const medium = mediumOf(input.path);
  return written(scope, vm, cdroms, {
    event: ['cdrom.added', say('cdrom.added', { ...of, medium })],
    undo: say('undo.cdrom.added', of),
    line: say('preview.cdrom.add', { ...of, medium }),
  });
}

/** `cdroms.remove` */
export function removeDriveHandler(
  scope: Scope,
  input: { readonly vm: string; readonly drive: string },
): Outcome<{ vm: Vm }> {
  const vm = scope.refs.vm(input.vm);
  assertVmStateAllows(vm, 'editHardware');
  const { name: drive } = driveOf(vm, input.drive);
  const of = { drive, vm: vm.name };
  return written(
    scope,
    vm,
    vm.cdroms.filter(({ name }) => name !== drive),
    {
      event: ['cdrom.removed', say('cdrom.removed', of)],
      undo: say('undo.cdrom.removed', of),
      line: say('preview.cdrom.remove', of),
    },
  );
}

/** `cdroms.change`: by a job on a running VM, at once on any other. */
export function changeCdHandler(
  scope: Scope,
  input: { readonly vm: string; readonly drive: string; readonly path: string | null; readonly absent?: AbsentFiles },
): Outcome<{ vm: Vm }> {
  const { path } = input;
  const vm = scope.refs.vm(input.vm);
  assertVmStateAllows(vm, 'changeCd');
  const { name: drive, path: was } = driveOf(vm, input.drive);
  assertReadable(scope, vm, path, input.absent);
  const of = { drive, vm: vm.name, medium: mediumOf(path) };
  const line = say('preview.cdrom.change', of);
  if (!isRunning(vm.state))
    return was === path
      ? { output: { vm: presentVm(scope.tx, vm) }, lines: [] }
      : written(scope, vm, withMedium(vm.cdroms, drive, path), { ...changed(vm, drive, path), line });
  const payload: CdromPayload = { vmId: vm.id, drive, path };
  const title = say('cdroms.change', of);
  const subjects = { vmId: vm.id, ...(vm.hostId === null ? {} : { hostId: vm.hostId }) };
  return {
    output: { vm: presentVm(scope.tx, vm) },
    job: { kind: CHANGE_CD_JOB, title, payload, subjects, steps: [{ title, hostId: vm.hostId }] },
    lines: [line],
    ...(vm.hostId === null ? {} : { hosts: [vm.hostId] }),
  };
}

/** Undoes a change of drives: those of a stopped VM are written, on a running one only media can change. */
export function restoreDrivesHandler(
  scope: Scope,
  input: { readonly vm: string; readonly cdroms: readonly Cdrom[] },
): Outcome<{ vm: Vm }> {
  const vm = scope.refs.vm(input.vm);
  const added = input.cdroms.find(({ name }) => vm.cdroms.every((each) => each.name !== name));
  const gone = vm.cdroms.find(({ name }) => input.cdroms.every((each) => each.name !== name));
  if (gone) return removeDriveHandler(scope, { vm: vm.id, drive: gone.name });
  if (added) {
    assertVmStateAllows(vm, 'editHardware');
    const of = { drive: added.name, vm: vm.name };
    const medium = mediumOf(added.path);
    return written(scope, vm, [...input.cdroms], {
      event: ['cdrom.added', say('cdrom.added', { ...of, medium })],
      undo: say('undo.cdrom.added', of),
      line: say('preview.cdrom.add', { ...of, medium }),
    });
  }
  const other = input.cdroms.find(({ name, path }) =>
    vm.cdroms.some((each) => each.name === name && each.path !== path),
  );
  if (!other) return { output: { vm: presentVm(scope.tx, vm) }, lines: [] };
  return changeCdHandler(scope, { vm: vm.id, drive: other.name, path: other.path });
}

interface Change {
  readonly event: readonly ['cdrom.added' | 'cdrom.changed' | 'cdrom.removed', Parameters<Scope['emit']>[2]];
  readonly undo: Written<UndoItem>;
}

function changed(vm: VmRow, drive: string, path: string | null): Change {
  const of = { drive, vm: vm.name };
  const from = mediumOf(vm.cdroms.find(({ name }) => name === drive)?.path ?? null);
  const to = mediumOf(path);
  return {
    event: ['cdrom.changed', say('cdrom.changed', { ...of, medium: to })],
    undo: say('undo.cdrom.changed', { ...of, from, to }),
  };
}

function written(
  scope: Scope,
  vm: VmRow,
  cdroms: Cdrom[],
  { event: [type, message], undo, line }: Change & { readonly line: PreviewLine },
): Outcome<{ vm: Vm }> {
  scope.tx.vms.update(vm.id, { cdroms });
  scope.emit(type, 'normal', message, { vmId: vm.id }, undoOf(vm, cdroms, undo));
  return { output: { vm: presentVm(scope.tx, { ...vm, cdroms }) }, lines: [line] };
}

/** Runs a change of a medium in its VM's turn: on the host first, so that the row never names a CD that the guest does not have. */
export async function runChangeCd(core: Core, job: RunningJob<CdromPayload>): Promise<void> {
  const { vmId, drive, path } = job.payload;
  await inTurn(core, job, vmId, (turn) =>
    job.step(1, async (signal) => {
      assertVmStateAllows(turn.vm, 'changeCd');
      driveOf(turn.vm, drive);
      if (isRunning(turn.vm.state)) {
        const report = copyReporter(core.clock, job, 1);
        await turn.driver.changeMedium(vmId, { name: drive, path }, signal, (file, done, known) =>
          report(done, known, file),
        );
      }
      record(turn, drive, path);
      return null;
    }),
  );
}

function record(turn: VmTurn, drive: string, path: string | null): void {
  turn.write((tx, emit) => {
    const { vm } = turn;
    const cdroms = withMedium(vm.cdroms, drive, path);
    const { event, undo } = changed(vm, drive, path);
    tx.vms.update(vm.id, { cdroms });
    emit(event[0], 'normal', event[1], undoOf(vm, cdroms, undo));
  });
}
