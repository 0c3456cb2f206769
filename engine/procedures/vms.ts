import {
  type CommandOutput,
  type SeedFiles,
  type PreviewLine,
  say,
  type Vm,
  VM_VERBS,
  type VmVerb,
} from '../../contract';
import { CloneVmPayload, cloneVmHandler, runCloneVm, takenRoom } from '../labcare/clone-vm';
import { EXPORT_VM_JOB, ExportVmPayload, exportVmHandler, runExportVm } from '../images/export-vm';
import { IMPORT_VM_JOB, ImportVmPayload, importVmHandler, runImportVm } from '../labcare/import-file';
import { refuseRetry } from '../core/jobs/again';
import { RemoveVmPayload } from '../vms/remove-vm';
import { MovePayload } from '../vms/move-job';
import { ForgetVmsPayload } from '../vms/forget-vm';
import { VmPayload } from '../core/jobs/payload';
import type { Outcome, Scope } from '../core/scope';
import type { Core } from '../context';
import type { HostRow, VmRow } from '../ports/store';
import { addVm, type VmRequest } from '../vms/add-vm';
import { absentFiles, assertNewFile } from '../vms/boot-files';
import { assertRoom } from '../vms/disk-files';
import { diskFormats } from '../vms/disk-formats';
import { askedCopyBytes, copyLines } from '../vms/full-copy';
import { networksOf } from '../vms/choose-host';
import { ConsoleHub } from '../vms/console-hub';
import { followConsole, writeConsole } from '../vms/consoles';
import { FORGET_JOB, forgetHandler, runForgetVms } from '../vms/forget-vm';
import { MOVE_JOB } from '../vms/move-job';
import { additionsOf, moveAgain, moveVmHandler, runMove } from '../vms/move-vm';
import { definitionOf } from '../vms/definition';
import { listingParts, movedAlone } from '../vms/part-lines';
import { placementLines } from '../vms/placement-lines';
import { bootRequest } from '../vms/boot-request';
import { shownSeed } from '../vms/shown-seed';
import { placement } from '../vms/placement-query';
import { diskLines } from '../vms/disk-commands';
import { presentVm, presentVms } from '../vms/present';
import { removeAgain, removeHandler, runRemove } from '../vms/remove-vm';
import { assertVmStateAllows, assertVmStaysOnHost } from '../vms/rules';
import { runStart, startJob } from '../vms/start-vm';
import { updateHandler } from '../vms/update-vm';
import { Screens } from '../vms/screens';
import { warnIfSplit } from '../vms/warn-if-split';
import { keyed } from '../../contract/keyed';
import { guestOf } from '../vms/guest';
import { ShutdownPayload, runShutdown, runVerb, shutdownJob, verbJob } from '../vms/verbs';

type Export = Parameters<typeof exportVmHandler>[1] & { readonly dryRun: boolean };
type Import = Parameters<typeof importVmHandler>[2] & { readonly dryRun: boolean };
type Clone = { readonly vm: string; readonly name: string; readonly dryRun: boolean };
type Add = VmRequest & { readonly start: boolean; readonly dryRun: boolean };

export function vmHandlers(core: Core) {
  const { os, store, refs, command } = core;
  const consoles = new ConsoleHub(core);
  const screens = new Screens(core);
  defineJobs(core);
  core.live.present('vm', (id) => {
    const row = store.vms.get(id);
    return row ? presentVm(store, row) : undefined;
  });
  return {
    list: os.vms.list.handler(({ input }) => presentVms(store, listed(core, input))),
    show: os.vms.show.handler(({ input }) => presentVm(store, refs.vm(input.vm))),
    add: os.vms.add.handler(async ({ input, context }) => {
      const absent = await absentFiles(core, [input]);
      const formats = await diskFormats(core, [input.boot], absent);
      const boot = bootRequest(input.boot);
      const copied = askedCopyBytes(store, boot);
      const added = input.disks.reduce((sum, { sizeBytes }) => sum + sizeBytes, copied);
      if (added > 0) await assertRoom(core, hostsFor(core, input), added, copied > 0 ? 'boot.copy' : 'disks');
      const request = { ...input, absent, formats, boot };
      return command<Add, CommandOutput & Added>((scope) => addHandler(core, scope, request))({
        input,
        context,
      });
    }),
    seed: os.vms.seed.handler(({ input }) => shownSeed(store, refs.vm(input.vm))),
    update: os.vms.update.handler(command((scope, input) => updateHandler(scope, input))),
    placement: os.vms.placement.handler(({ input }) => placement(core, input)),
    clone: os.vms.clone.handler(async ({ input, context, signal }) => {
      const taken = await takenRoom(core, input.vm, signal ?? new AbortController().signal);
      return command<Clone, CommandOutput & { vm: Vm }>((scope) => cloneVmHandler(scope, store.storeId, input, taken))({
        input,
        context,
      });
    }),
    export: os.vms.export.handler(async ({ input, context }) => {
      await assertNewFile(core, input.path);
      return command<Export, CommandOutput>((scope) => exportVmHandler(scope, input))({ input, context });
    }),
    describeFile: os.vms.describeFile.handler(({ input, signal }) =>
      core.appliances.read(input.path, signal ?? new AbortController().signal),
    ),
    import: os.vms.import.handler(async ({ input, context, signal }) => {
      const appliance = await core.appliances.read(input.path, signal ?? new AbortController().signal);
      const added = appliance.disks.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
      await assertRoom(core, hostsFor(core, input), added, 'path');
      return command<Import, CommandOutput & { vm: Vm; leftOut: string[] }>((scope) =>
        importVmHandler(scope, store.storeId, input, appliance),
      )({ input, context });
    }),
    definition: os.vms.definition.handler(({ input, signal }) =>
      definitionOf(core, input.vm, signal ?? new AbortController().signal),
    ),
    additions: os.vms.additions.handler(({ input, signal }) =>
      additionsOf(core, input.vm, signal ?? new AbortController().signal),
    ),
    move: os.vms.move.handler(
      listingParts(
        core,
        command((scope, input) => moveVmHandler(scope, input)),
        (input) => movedAlone(core, input),
      ),
    ),
    start: os.vms.start.handler(command((scope, input) => startHandler(scope, input))),
    ...keyed(VM_VERBS, (verb) => os.vms[verb].handler(command((scope, input) => verbHandler(scope, input, verb)))),
    shutdown: os.vms.shutdown.handler(command((scope, input) => shutdownHandler(scope, input))),
    guest: os.vms.guest.handler(({ input }) => guestOf(core, input.vm)),
    resume: os.vms.resume.handler(command((scope, input) => resumeHandler(scope, input))),
    remove: os.vms.remove.handler(command((scope, input) => removeHandler(scope, input))),
    forget: os.vms.forget.handler(command((scope, input) => forgetHandler(scope, scope.refs.vm(input.vm)))),
    console: os.vms.console.handler(({ input, signal }) => followConsole(consoles, refs.vm(input.vm), signal)),
    consoleWrite: os.vms.consoleWrite.handler(({ input }) => writeConsole(consoles, refs.vm(input.vm), input.data)),
    screen: os.vms.screen.handler(({ input, signal }) => screens.follow(refs.vm(input.vm), signal)),
    screenWrite: os.vms.screenWrite.handler(({ input }) => screens.write(input.screen, input.data)),
  };
}

/** Where a new VM may be. */
function hostsFor({ store, refs }: Core, { host, cluster }: Pick<Add, 'host' | 'cluster'>): HostRow[] {
  return host === undefined ? store.hosts.ofCluster(refs.cluster(cluster).id) : [refs.host(host)];
}

interface Added {
  readonly vm: Vm;
  readonly seed: SeedFiles | null;
}

function addHandler({ store }: Core, scope: Scope, input: Add): Outcome<Added> {
  const vm = addVm(scope, store.storeId, input);
  const lines = [
    say('preview.vm.add', { vm: vm.name, memoryMiB: vm.memoryMiB, vnics: input.vnics.length }),
    ...copyLines(scope.tx, vm),
    ...diskLines(scope.tx.disks.ofVm(vm.id), { ...vm, hostId: null }),
  ];
  const seed = shownSeed(scope.tx, vm);
  if (input.start) {
    const outcome = start(scope, 'vms.add', vm, lines);
    return { ...outcome, output: { ...outcome.output, seed } };
  }
  const apart = warnIfSplit(scope.tx, scope.emit, vm, networksOf(scope.tx, vm));
  return { output: { vm: presentVm(scope.tx, vm), seed }, lines: [...lines, ...apart] };
}

function defineJobs(core: Core): void {
  for (const kind of ['vms.add', 'vms.start', 'vms.restore'])
    core.kinds.define(kind, VmPayload, (job) => runStart(core, job));
  for (const verb of VM_VERBS)
    if (verb !== 'shutdown') core.kinds.define(`vms.${verb}`, VmPayload, (job) => runVerb(core, job, verb));
  core.kinds.define('vms.shutdown', ShutdownPayload, (job) => runShutdown(core, job));
  core.kinds.define(MOVE_JOB, MovePayload, (job) => runMove(core, job), { holdsLocks: true, again: moveAgain });
  core.kinds.define('vms.clone', CloneVmPayload, (job) => runCloneVm(core, job), {
    holdsLocks: true,
    again: () => refuseRetry('Clone it again.'),
  });
  core.kinds.define(EXPORT_VM_JOB, ExportVmPayload, (job) => runExportVm(core, job));
  core.kinds.define(IMPORT_VM_JOB, ImportVmPayload, (job) => runImportVm(core, job), {
    holdsLocks: true,
    again: () => refuseRetry('Import it again.'),
  });
  core.kinds.define(FORGET_JOB, ForgetVmsPayload, (job) => runForgetVms(core, job));
  core.kinds.define('vms.remove', RemoveVmPayload, (job) => runRemove(core, job), { again: removeAgain });
}

function listed(
  { store, refs }: Core,
  input: { cluster?: string | undefined; network?: string | undefined; host?: string | undefined },
): VmRow[] {
  const host = input.host === undefined ? undefined : refs.host(input.host).id;
  const cluster = input.cluster === undefined ? undefined : refs.cluster(input.cluster).id;
  const network = input.network === undefined ? undefined : refs.network(input.network).id;
  const onNetwork =
    network === undefined ? undefined : new Set(store.vnics.ofNetwork(network).map((vnic) => vnic.vmId));
  const rows =
    host !== undefined
      ? store.vms.ofHost(host)
      : cluster !== undefined
        ? store.vms.ofCluster(cluster)
        : store.vms.list();
  return rows.filter((vm) => (cluster === undefined || vm.clusterId === cluster) && (onNetwork?.has(vm.id) ?? true));
}

function startHandler(scope: Scope, input: { vm: string; host?: string | undefined }): Outcome<{ vm: Vm }> {
  const { tx, refs } = scope;
  const vm = refs.vm(input.vm);
  assertVmStateAllows(vm, 'start');
  const asked = input.host === undefined ? undefined : refs.host(input.host);
  assertVmStaysOnHost(vm, vm.hostId === null ? undefined : tx.hosts.get(vm.hostId), asked);
  return start(scope, 'vms.start', vm, [], asked?.id);
}

function start(
  { tx, emit }: Scope,
  kind: string,
  vm: VmRow,
  lines: readonly PreviewLine[],
  askedId?: string,
): Outcome<{ vm: Vm }> {
  const asked = askedId === undefined ? undefined : tx.hosts.get(askedId);
  const { job, host } = startJob(tx, kind, vm, asked);
  const placed = { ...vm, hostId: host.id };
  const output = { vm: presentVm(tx, placed) };
  const all = [
    ...lines,
    say('preview.vm.start', { vm: vm.name, host: host.name }),
    ...placementLines(tx, vm, host),
    ...warnIfSplit(tx, emit, placed, networksOf(tx, vm)),
  ];
  return { output, job, hosts: [host.id], lines: all };
}

function verbHandler({ tx, refs }: Scope, input: { vm: string }, verb: VmVerb): Outcome<{ vm: Vm }> {
  const vm = refs.vm(input.vm);
  assertVmStateAllows(vm, verb);
  const job = verbJob(verb, vm, vm.hostId === null ? undefined : tx.hosts.get(vm.hostId));
  return { output: { vm: presentVm(tx, vm) }, job, lines: [say('preview.vm.act', { vm: vm.name, verb })] };
}

function shutdownHandler(
  { tx, refs }: Scope,
  input: { readonly vm: string } & Pick<ShutdownPayload, 'timeoutS' | 'thenStop'>,
): Outcome<{ vm: Vm }> {
  const vm = refs.vm(input.vm);
  assertVmStateAllows(vm, 'shutdown');
  const { timeoutS, thenStop } = input;
  const job = shutdownJob(vm, vm.hostId === null ? undefined : tx.hosts.get(vm.hostId), { timeoutS, thenStop });
  const lines: PreviewLine[] = [say('preview.vm.act', { vm: vm.name, verb: 'shutdown' })];
  if (thenStop) lines.push(say('preview.vm.then_stop', { vm: vm.name, seconds: timeoutS }));
  return { output: { vm: presentVm(tx, vm) }, job, lines };
}

/** A paused VM resumes in place; one whose memory was saved is started from it, with all checks of a start. */
function resumeHandler(scope: Scope, input: { vm: string }): Outcome<{ vm: Vm }> {
  const vm = scope.refs.vm(input.vm);
  if (vm.state !== 'suspended') return verbHandler(scope, input, 'resume');
  return start(scope, 'vms.restore', vm, []);
}
