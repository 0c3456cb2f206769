import type { DiskUse } from '../../contract';
import type { DiskDriver, DiskSpec, GrownDisk, VmSpec } from '../../engine/ports/host-driver';
import type { Machine } from './machine';
import { ROOM_BYTES } from './mover';

/** What an empty qcow2 file takes. */
export const EMPTY_BYTES = 196_624;
/** The size of the disk that a simulated VM boots an image or a file from. */
const BOOT_BYTES = 8 * 1024 ** 3;

/** The disks of simulated VMs: sizes and paths without files. What is in the trash exists only as far as the engine knows. */
export class SimulatedDisks implements DiskDriver {
  readonly #machine: Machine;

  constructor(machine: Machine) {
    this.#machine = machine;
  }

  async room(signal: AbortSignal): Promise<number> {
    await this.#step('df', '', signal);
    return ROOM_BYTES;
  }

  async create(vmId: string, disk: DiskSpec, signal: AbortSignal): Promise<string> {
    await this.#step('create', vmId, signal);
    return pathOf(vmId, disk);
  }

  async fill(vmId: string, disk: DiskSpec, _source: unknown, signal: AbortSignal): Promise<string> {
    await this.#step('convert', vmId, signal);
    return pathOf(vmId, disk);
  }

  async plug(vmId: string, disk: DiskSpec, signal: AbortSignal): Promise<void> {
    await this.#step('attach-device', vmId, signal);
    this.#change(vmId, (disks) => [...disks.filter(({ id }) => id !== disk.id), disk]);
  }

  async grow(vmId: string, { id, sizeBytes }: GrownDisk, signal: AbortSignal): Promise<void> {
    await this.#step('blockresize', vmId, signal);
    this.#change(vmId, (disks) => disks.map((each) => (each.id === id ? { ...each, sizeBytes } : each)));
  }

  async trash(vmId: string, disk: DiskSpec, signal: AbortSignal): Promise<boolean> {
    await this.#step('detach-device', vmId, signal);
    this.#change(vmId, (disks) => disks.filter(({ id }) => id !== disk.id));
    return true;
  }

  async untrash(vmId: string, _disk: DiskSpec, signal: AbortSignal): Promise<void> {
    await this.#step('untrash', vmId, signal);
  }

  async give(vmId: string, disk: DiskSpec, toVmId: string, signal: AbortSignal): Promise<string> {
    await this.#step('detach-device', vmId, signal);
    this.#change(vmId, (disks) => disks.filter(({ id }) => id !== disk.id));
    return pathOf(toVmId, disk);
  }

  async usage({ id: vmId, boot, disks = [] }: VmSpec, signal: AbortSignal): Promise<DiskUse[]> {
    await this.#step('stat', vmId, signal);
    const path = boot.kind === 'disk' ? boot.path : `/simulated/${vmId}/disk.qcow2`;
    const format = boot.kind === 'disk' ? (boot.format ?? 'raw') : 'qcow2';
    const lacks = boot.kind === 'image' && boot.copy === 'full' && !this.#machine.state.vms.has(vmId);
    const hasDisk = !lacks && (boot.kind === 'image' || boot.kind === 'disk');
    const virtualBytes = (boot.kind === 'image' ? boot.diskBytes : null) ?? BOOT_BYTES;
    const first = { id: null, path, format, virtualBytes, usedBytes: EMPTY_BYTES };
    const others = disks.map((disk) => ({
      ...{ id: disk.id, path: pathOf(vmId, disk), format: disk.format },
      ...{ virtualBytes: disk.sizeBytes, usedBytes: disk.format === 'raw' ? 0 : EMPTY_BYTES },
    }));
    return [...(hasDisk ? [first] : []), ...others];
  }

  #change(vmId: string, change: (disks: readonly DiskSpec[]) => DiskSpec[]): void {
    const vm = this.#machine.state.vms.get(vmId);
    if (vm) vm.spec = { ...vm.spec, disks: change(vm.spec.disks ?? []) };
  }

  async #step(verb: string, vmId: string, signal: AbortSignal): Promise<void> {
    const { faults, clock } = this.#machine;
    await faults.step(clock, signal);
    this.#machine.mustAnswer();
    if (faults.strikes()) throw faults.failure(['simulated', verb, vmId], 'internal error: simulated fault');
  }
}

const pathOf = (vmId: string, { id, format }: DiskSpec): string => `/simulated/${vmId}/disk-${id}.${format}`;
