import { AppError, type Boot, type Cdrom, note, say, type StepResult } from '../../contract';
import type { Core } from '../context';
import { describeError } from '../core/errors';
import { emitter } from '../core/events';
import { instant } from '../core/ids';
import { copyReporter } from '../core/jobs/copying';
import type { RunningJob } from '../core/jobs/job-kinds';
import type { MoveChoice, VmFile, VmMover, VmPack, VmPart, VmSpec } from '../ports/host-driver';
import type { Repositories, VmRow } from '../ports/store';
import { networksOf } from './choose-host';
import { clearLeftover } from './leftovers';
import type { MovePayload } from './move-job';
import { choiceOf } from './definition-parts';
import { assertChoicesMatchParts, assertEveryPartDecided, assertEnoughSpace } from './move-rules';
import { warnIfSplit } from './warn-if-split';
import { vmSpec } from './vm-spec';

/** Data on a host is removed later if that can't be done within this time, milliseconds. */
const CLEAR_MS = 60_000;

/** A running move: the engine transfers the bytes between two hosts. */
export class Moving {
  constructor(
    private readonly core: Core,
    private readonly job: RunningJob,
    readonly ids: MovePayload,
  ) {}

  /** Steps 1 to 3, up to the transaction after which the VM is on its new host. */
  async copyAndLand(): Promise<void> {
    const { job } = this;
    const spec = this.spec();
    let pack: VmPack = { definition: '', files: [] };
    let missing: readonly VmFile[] = [];
    let choice: MoveChoice = { carry: [], leave: [] };
    await job.step(1, async (signal) => {
      const [source, target] = await Promise.all([this.mover(this.ids.fromId), this.mover(this.ids.toId)]);
      pack = await source.pack(spec, signal);
      choice = this.choiceOf(pack);
      assertEveryPartDecided(spec.name, pack.parts ?? [], choice);
      const reception = await target.expect(spec, pack, signal);
      missing = reception.missing;
      assertEnoughSpace(this.nameOf(this.ids.toId), sum(missing, 'allocated'), reception.roomBytes);
      return missing.length === 0
        ? say('result.nothing_to_copy', {})
        : say('result.to_copy', { files: missing.length, bytes: sum(missing, 'bytes') });
    });
    if (missing.length === 0) job.skip(2, say('result.nothing_to_copy', {}));
    else await job.step(2, (signal) => this.copyAll(missing, signal));
    await job.step(3, async (signal) => {
      const paths = await (await this.mover(this.ids.toId)).land(spec, pack, signal, choice);
      this.commit(paths, choice.carry);
      return partsResult(pack.parts ?? [], choice);
    });
  }

  /** Step 4. The VM is where it should be, so a host that does not answer now is no failure of the move. */
  async clearSource(): Promise<void> {
    const { fromId, vmId } = this.ids;
    if (!this.core.store.leftovers.get({ vmId, hostId: fromId }))
      return this.job.skip(4, say('result.nothing_left', {}));
    await this.job.step(4, async () => {
      const problem = await this.clear(fromId);
      return problem === null ? null : say('result.left_behind', { error: problem });
    });
  }

  /** Removes the data on a host of this VM, which lives elsewhere. Returns why it could not be done now. */
  async clear(hostId: string): Promise<string | null> {
    try {
      await clearLeftover(this.core, { vmId: this.ids.vmId, hostId }, AbortSignal.timeout(CLEAR_MS));
      return null;
    } catch (error) {
      const { message } = describeError(error);
      this.core.log.warn({ vm: this.ids.vmId, host: hostId, message }, 'leftovers of a move could not be removed yet');
      return message;
    }
  }

  private async copyAll(missing: readonly VmFile[], signal: AbortSignal): Promise<StepResult> {
    const known = sum(missing, 'bytes');
    const report = copyReporter(this.core.clock, this.job, 2);
    let done = 0;
    for (const file of missing) {
      await this.copy(file, signal, (bytes) => report((done += bytes), known));
    }
    return say('result.copied', { files: missing.length, bytes: known });
  }

  /** The original is read a second time for its hash, while it is copied: a difference means that it was changed under us. */
  private async copy(file: VmFile, signal: AbortSignal, onBytes: (bytes: number) => void): Promise<void> {
    const { vmId } = this.ids;
    const [source, target] = await Promise.all([this.mover(this.ids.fromId), this.mover(this.ids.toId)]);
    const failed = new AbortController();
    const both = AbortSignal.any([signal, failed.signal]);
    try {
      const [there, here] = await Promise.all([
        target.receive(vmId, file, counted(source.read(vmId, file, both), onBytes), both),
        source.hash(vmId, file, both),
      ]);
      if (there === here) return;
    } catch (error) {
      failed.abort();
      throw error;
    }
    throw new AppError('HOST_COMMAND_FAILED', `The copy of ${file.path} differs from it`, {
      remedy: note(
        'It was changed while it was copied, or a disk or connection is faulty. The VM stays in place; try again.',
      ),
    });
  }

  /** From here on the VM is on its new host. */
  private commit(paths: ReadonlyMap<string, string>, carried: readonly string[]): void {
    const { vmId, fromId, toId } = this.ids;
    const at = instant(this.core.clock.now());
    this.core.store.transaction((tx) => {
      const vm = rowOf(tx, vmId);
      const moved: VmRow = {
        ...vm,
        hostId: toId,
        state: 'down',
        reason: null,
        boot: bootAt(vm.boot, paths),
        cdroms: cdromsAt(vm.cdroms, paths),
      };
      tx.vms.update(vmId, { hostId: toId, state: 'down', reason: null, boot: moved.boot, cdroms: moved.cdroms });
      for (const { id, path } of tx.disks.ofVm(vmId))
        if (path !== null) tx.disks.update(id, { path: paths.get(path) ?? path });
      tx.leftovers.remove({ vmId, hostId: toId });
      for (const part of carried) tx.acceptedParts.accept({ vmId, part });
      if (!tx.leftovers.get({ vmId, hostId: fromId })) tx.leftovers.insert({ vmId, hostId: fromId });
      const emit = emitter(tx, this.job.actor, at);
      const { undoes } = this.job.row.subjects;
      const subjects = { vmId, hostId: toId, jobId: this.job.id, ...(undoes === undefined ? {} : { undoes }) };
      const [from, to] = [this.nameOf(fromId), this.nameOf(toId)];
      emit('vm.moved', 'normal', say('vm.moved', { vm: vm.name, from, to }), subjects, {
        words: say('undo.vm.moved', { vm: vm.name, from, to }),
        change: { kind: 'vm.moved', vmId, was: fromId, now: toId },
      });
      warnIfSplit(tx, emit, moved, networksOf(tx, vm));
    });
  }

  private choiceOf({ parts = [] }: VmPack): MoveChoice {
    const { vmId, choice } = this.ids;
    assertChoicesMatchParts(parts, choice);
    return choiceOf(this.core.store, vmId, parts, choice);
  }

  /** Connects first: a resumed job may get here before its hosts are connected. */
  private async mover(hostId: string): Promise<VmMover> {
    const actor = this.core.actors.get(hostId);
    await actor.connect();
    return actor.driver.vms.mover;
  }

  private spec(): VmSpec {
    const { store, images } = this.core;
    return vmSpec(store, images, rowOf(store, this.ids.vmId), store.vnics.ofVm(this.ids.vmId));
  }

  private nameOf(hostId: string): string {
    return this.core.store.hosts.get(hostId)?.name ?? hostId;
  }
}

/** How the parts were handled; null: there were none. */
function partsResult(parts: readonly VmPart[], { carry, leave }: MoveChoice): StepResult | null {
  const named = (ids: readonly string[]): string[] => parts.flatMap(({ id, what }) => (ids.includes(id) ? [what] : []));
  const [carried, left] = [named(carry), named(leave)];
  return carried.length + left.length === 0 ? null : say('result.parts', { carried, left });
}

const sum = (of: readonly VmFile[], what: 'bytes' | 'allocated'): number =>
  of.reduce((all, file) => all + file[what], 0);

async function* counted(
  content: AsyncIterable<Uint8Array>,
  onBytes: (bytes: number) => void,
): AsyncIterable<Uint8Array> {
  for await (const chunk of content) {
    yield chunk;
    onBytes(chunk.length);
  }
}

function rowOf(db: Pick<Repositories, 'vms'>, id: string): VmRow {
  const vm = db.vms.get(id);
  if (vm) return vm;
  throw new AppError('NOT_FOUND', 'The VM was removed in the meantime', { field: 'vm' });
}

/** Its CD drives, likewise. */
const cdromsAt = (cdroms: readonly Cdrom[], paths: ReadonlyMap<string, string>): Cdrom[] =>
  cdroms.map(({ name, path }) => ({ name, path: path === null ? null : (paths.get(path) ?? path) }));

/** What the VM boots from, with the paths of its files on the new host. */
export function bootAt(boot: Boot, paths: ReadonlyMap<string, string>): Boot {
  const at = (path: string): string => paths.get(path) ?? path;
  switch (boot.kind) {
    case 'disk':
      return { ...boot, path: at(boot.path) };
    case 'kernel':
      return { ...boot, kernel: at(boot.kernel), initrd: boot.initrd === null ? null : at(boot.initrd) };
    case 'tiny':
    case 'image':
    case 'devices':
    case 'imported':
      return boot;
  }
}
