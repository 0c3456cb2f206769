import type { DiskCopy, SnapshotDriver } from '../../engine/ports/snapshots';
import { AppError } from '../../contract';
import type { Machine } from './machine';
import type { SimVm } from './state';

/** What the snapshots need of the VM driver. */
export interface SimulatedPower {
  step(verb: string, vmId: string, signal: AbortSignal): Promise<void>;
  done(detail: string): Promise<void>;
  restore(vm: SimVm): void;
}

/** Snapshots of a simulated host's VMs: there are no disks; memory is the serial output so far. */
export class SimulatedSnapshots implements SnapshotDriver {
  readonly #machine: Machine;
  readonly #power: SimulatedPower;

  constructor(machine: Machine, power: SimulatedPower) {
    this.#machine = machine;
    this.#power = power;
  }

  async freeze(vmIds: readonly string[], signal: AbortSignal): Promise<void> {
    await this.#each('suspend', vmIds, signal, (vm) => {
      if (vm.live) this.#machine.land(vm, 'paused', null);
    });
  }

  async thaw(vmIds: readonly string[], signal: AbortSignal): Promise<void> {
    await this.#each('resume', vmIds, signal, (vm) => {
      if (vm.state === 'paused') this.#machine.land(vm, 'up', null);
    });
  }

  /** For a VM that is not defined here it records that there was nothing. */
  async take(snapshotId: string, vmId: string, signal: AbortSignal): Promise<void> {
    await this.#power.step('save', vmId, signal);
    const { state } = this.#machine;
    const [key, vm] = [keyOf(snapshotId, vmId), state.vms.get(vmId)];
    if (state.snapshots.has(key)) return;
    const withMemory = vm !== undefined && vm.live !== null;
    state.snapshots.set(key, { withMemory, transcript: vm?.transcript ?? '' });
    if (vm && withMemory) this.#machine.land(vm, 'down', 'saved');
    await this.#power.done(`${vmId} kept`);
  }

  async wake(snapshotId: string, vmId: string, signal: AbortSignal): Promise<void> {
    await this.#each('restore', [vmId], signal, (vm) => {
      const kept = this.#machine.state.snapshots.get(keyOf(snapshotId, vmId));
      if (vm.state === 'paused') this.#machine.land(vm, 'up', null);
      else if (kept?.withMemory && vm.live === null) this.#power.restore(vm);
    });
  }

  async revert(snapshotId: string, vmId: string, signal: AbortSignal): Promise<void> {
    const kept = this.#machine.state.snapshots.get(keyOf(snapshotId, vmId));
    if (!kept) throw new AppError('NOT_FOUND', `The VM ${vmId} has no data of the snapshot ${snapshotId}`);
    await this.#each('revert', [vmId], signal, (vm) => {
      this.#machine.land(vm, 'down', 'destroyed');
      vm.transcript = kept.transcript;
    });
  }

  async forget(snapshotId: string, vmIds: readonly string[], signal: AbortSignal): Promise<void> {
    await this.#power.step('forget', vmIds[0] ?? snapshotId, signal);
    for (const vmId of vmIds) this.#machine.state.snapshots.delete(keyOf(snapshotId, vmId));
    await this.#power.done('snapshot forgotten');
  }

  /** A simulated VM has no disks. */
  async copyDisks(fromId: string, _toId: string, _disks: readonly DiskCopy[], signal: AbortSignal): Promise<void> {
    await this.#power.step('copy', fromId, signal);
  }

  async renew(vmId: string, signal: AbortSignal): Promise<void> {
    await this.#each('renew', [vmId], signal, (vm) => {
      this.#machine.land(vm, 'down', 'destroyed');
      vm.transcript = '';
    });
  }

  /** As on a real host, a VM that is not defined here needs nothing. */
  async #each(verb: string, vmIds: readonly string[], signal: AbortSignal, work: (vm: SimVm) => void): Promise<void> {
    for (const vmId of vmIds) {
      await this.#power.step(verb, vmId, signal);
      const vm = this.#machine.state.vms.get(vmId);
      if (vm) work(vm);
    }
    await this.#power.done(`${verb}: ${vmIds.length} VMs`);
  }
}

const keyOf = (snapshotId: string, vmId: string): string => `${snapshotId}/${vmId}`;
