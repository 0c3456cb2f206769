import type { CopiedDisk, CopyDriver, DiskContent, VmPart, VmSpec } from '../../engine/ports/host-driver';
import { AppError, note } from '../../contract';
import { emptyQcow2 } from './empty-qcow2';
import type { Machine } from './machine';
import type { SimulatedDisks } from './disks';

/** Copies simulated VMs, whose disks have sizes and no content. */
export class SimulatedCopies implements CopyDriver {
  readonly #machine: Machine;
  readonly #disks: SimulatedDisks;

  constructor(machine: Machine, disks: SimulatedDisks) {
    this.#machine = machine;
    this.#disks = disks;
  }

  async copy(from: VmSpec, _to: VmSpec, _disks: readonly CopiedDisk[], signal: AbortSignal): Promise<void> {
    await this.#step('copy', from.id, signal);
  }

  async define(from: VmSpec, to: VmSpec, _disks: readonly CopiedDisk[], signal: AbortSignal): Promise<VmPart[]> {
    await this.#step('define', to.id, signal);
    const { state, storeId } = this.#machine;
    const original = state.vms.get(from.id);
    if (original === undefined) return [];
    const down = { state: 'down', until: null, why: null, live: null, transcript: '' } as const;
    if (!state.vms.has(to.id)) state.vms.set(to.id, { spec: to, storeId, ...down });
    this.#machine.notify('vm', `${to.name} defined`);
    await this.#machine.save();
    return [...(original.parts ?? [])];
  }

  async open(vm: VmSpec, diskId: string | null, signal: AbortSignal): Promise<DiskContent> {
    const known = this.#machine.state.vms.has(vm.id) ? await this.#disks.usage(vm, signal) : [];
    const found = known.find(({ id }) => id === diskId);
    if (found === undefined)
      throw new AppError('NOT_FOUND', `The disk of the VM "${vm.name}" does not exist yet`, {
        field: 'vm',
        remedy: note('It is created when the VM first starts.'),
      });
    const content = emptyQcow2(found.virtualBytes);
    return {
      path: found.path,
      format: 'qcow2',
      isOverlay: diskId === null && vm.boot.kind === 'image' && vm.boot.copy === 'thin',
      bytes: content.length,
      read: async function* (inner) {
        inner.throwIfAborted();
        yield content;
      },
    };
  }

  async #step(verb: string, vmId: string, signal: AbortSignal): Promise<void> {
    const { faults, clock } = this.#machine;
    await faults.step(clock, signal);
    this.#machine.mustAnswer();
    if (faults.strikes()) throw faults.failure(['simulated', verb, vmId], 'internal error: simulated fault');
  }
}
