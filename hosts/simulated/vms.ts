import type {
  CopyProgress,
  ConsoleLine,
  Disposal,
  GuestInfo,
  ScreenLine,
  VmDriver,
  VmSpec,
  DriverVerb,
  VnicSpec,
} from '../../engine/ports/host-driver';
import {
  AppError,
  type Cdrom,
  DEFAULT_HARDWARE,
  type DiskFormat,
  type VmDefinition,
  type VmState,
  note,
} from '../../contract';
import { beginSession, openConsole } from './console';
import { SimulatedCopies } from './copies';
import { EMPTY_BYTES, SimulatedDisks } from './disks';
import type { Machine } from './machine';
import { SimulatedMover } from './mover';
import { guestNics, ipv4, ping } from './guest';
import { freeMemory, hasAgent } from './observe';
import { openScreen } from './screen';
import { SimulatedSnapshots } from './snapshots';
import type { SimState, SimVm, SimVnic } from './state';

/** The states in which libvirt performs an action. */
const POSSIBLE: Record<DriverVerb, readonly VmState[]> = {
  start: ['down', 'suspended'],
  shutdown: ['powering_up', 'up', 'reboot_in_progress', 'powering_down'],
  stop: ['down', 'powering_up', 'up', 'powering_down', 'reboot_in_progress', 'paused', 'suspended'],
  reboot: ['powering_up', 'up', 'reboot_in_progress'],
  reset: ['powering_up', 'up', 'powering_down', 'reboot_in_progress'],
  suspend: ['powering_up', 'up', 'paused'],
  resume: ['paused', 'suspended'],
};

/** The VMs of a simulated host. No program runs behind them; their states, memory, links and consoles behave like real ones. */
export class SimulatedVms implements VmDriver {
  readonly #machine: Machine;
  readonly mover: SimulatedMover;
  readonly disks: SimulatedDisks;
  readonly copies: SimulatedCopies;
  readonly snapshots: SimulatedSnapshots;

  constructor(machine: Machine) {
    this.#machine = machine;
    this.mover = new SimulatedMover(machine);
    this.disks = new SimulatedDisks(machine);
    this.copies = new SimulatedCopies(machine, this.disks);
    this.snapshots = new SimulatedSnapshots(machine, {
      step: (verb, vmId, signal) => this.#step(verb, vmId, signal),
      done: (detail) => this.#done(detail),
      restore: (vm) => this.#restore(vm),
    });
  }

  async define(spec: VmSpec, signal: AbortSignal, progress?: CopyProgress): Promise<void> {
    await this.#step('define', spec.id, signal);
    await this.#copyImage(spec, signal, progress);
    const { state, storeId } = this.#machine;
    const known = state.vms.get(spec.id);
    if (spec.boot.kind === 'imported') redefine(known, spec, spec.boot.others);
    else if (known) known.spec = spec;
    else {
      const parts = state.removedParts?.get(spec.id);
      const down = { state: 'down', until: null, why: null, live: null, transcript: '' } as const;
      state.vms.set(spec.id, { spec, storeId, parts, ...down });
      state.removedParts?.delete(spec.id);
    }
    await this.#done(`${spec.name} defined`);
  }

  /** A full copy of an image that does not exist yet: it has no content, and takes as long as other changes. */
  async #copyImage({ id, boot }: VmSpec, signal: AbortSignal, progress?: CopyProgress): Promise<void> {
    if (boot.kind !== 'image' || boot.copy === 'thin' || this.#machine.state.vms.has(id)) return;
    if (boot.base === null) throw new AppError('NOT_FOUND', `The disk of the VM ${id} is no longer there`);
    const known = boot.diskBytes ?? EMPTY_BYTES;
    for (const part of [0.25, 0.5, 0.75, 1]) {
      await this.#step('convert', id, signal);
      progress?.('disk.qcow2', Math.round(known * part), known);
    }
  }

  async adopt(
    vmId: string,
    vnics: ReadonlyArray<Pick<VnicSpec, 'mac'>>,
    signal: AbortSignal,
    from?: string,
  ): Promise<void> {
    await this.#step('metadata', vmId, signal);
    const vm = this.#machine.vm(vmId);
    if (vm.storeId !== null && vm.storeId === from) refuseOdd(vm);
    else if (vm.storeId !== null && vm.storeId !== this.#machine.storeId)
      throw new AppError('CONFLICT', `The VM ${vmId} has the mark of another Atoll, and was left alone`);
    Object.assign(vm, { storeId: this.#machine.storeId, kept: true, noted: vnics.map(({ mac }) => mac) });
    await this.#done(`${vm.spec.name} marked`);
  }

  async whyNotAdopted(vmId: string, signal: AbortSignal): Promise<string | null> {
    await this.#step('dumpxml', vmId, signal);
    return whyOdd(this.#machine.vm(vmId));
  }

  async release(vmId: string, signal: AbortSignal, to?: string): Promise<void> {
    await this.#step('metadata', vmId, signal);
    const vm = this.#machine.state.vms.get(vmId);
    if (vm?.storeId !== this.#machine.storeId) return;
    if (to === undefined) Object.assign(vm, { storeId: null, kept: undefined, noted: undefined });
    else vm.storeId = to;
    await this.#done(`${vm.spec.name} released`);
  }

  /** There is no file content: the name decides. */
  async diskFormat(vmId: string, path: string, signal: AbortSignal): Promise<DiskFormat> {
    await this.#step('qemu-img', vmId, signal);
    const known = this.#machine.state.vms.get(vmId)?.spec.boot;
    const format = known?.kind === 'disk' && known.path === path ? known.format : null;
    return format ?? (/\.qcow2?$/i.test(path) ? 'qcow2' : 'raw');
  }

  async definition(vmId: string, signal: AbortSignal): Promise<VmDefinition | null> {
    await this.#step('dumpxml', vmId, signal);
    const vm = this.#machine.state.vms.get(vmId);
    if (!vm) return null;
    const { firmware, machine, video, sound, tpm, cpuModel } = vm.spec.hardware ?? DEFAULT_HARDWARE;
    return {
      ...{ machine, cpu: cpuModel === 'host' ? 'host-passthrough' : cpuModel, firmware },
      ...{ tpm: tpm === 'none' ? null : tpm, video: [video], sound: sound === 'none' ? [] : [sound] },
      devices: (vm.parts ?? []).map(({ what }) => ({ kind: what, model: null, address: null })),
    };
  }

  async act(vmId: string, verb: DriverVerb, signal: AbortSignal): Promise<void> {
    await this.#step(verb, vmId, signal);
    const vm = this.#machine.vm(vmId);
    if (!POSSIBLE[verb].includes(vm.state)) {
      throw this.#refusal(verb, vmId, `Requested operation is not valid: domain is ${vm.state.replaceAll('_', ' ')}`);
    }
    this.#carryOut(vm, verb);
    await this.#done(`${vm.spec.name}: ${verb}`);
  }

  async remove(vmId: string, disks: Disposal, signal: AbortSignal): Promise<string[]> {
    await this.#step('undefine', vmId, signal);
    const vm = this.#machine.state.vms.get(vmId);
    if (!vm) return [];
    if (vm.kept === true) {
      await this.release(vmId, signal);
      return [];
    }
    this.#machine.land(vm, 'down', 'destroyed');
    this.#machine.state.vms.delete(vmId);
    if (vm.parts && disks !== 'delete') (this.#machine.state.removedParts ??= new Map()).set(vmId, vm.parts);
    await this.#done(`${vm.spec.name} removed`);
    return []; // a simulated VM has no disks
  }

  /** Without disks the trash is always empty. */
  untrash(vmId: string): Promise<void> {
    const error = new AppError('NOT_FOUND', `There are no disks of the VM ${vmId} in the trash`);
    return Promise.reject(error);
  }

  emptyTrash(vmIds: readonly string[]): Promise<void> {
    for (const id of vmIds) this.#machine.state.removedParts?.delete(id);
    return Promise.resolve();
  }

  async plug(vmId: string, vnic: VnicSpec, signal: AbortSignal): Promise<void> {
    await this.#step('attach-device', vmId, signal);
    const { vm, live } = this.#running(vmId, 'attach-device');
    if (!live.vnics.some((one) => one.mac === vnic.mac)) live.vnics.push(this.#cable(vnic, vmId));
    vm.spec = { ...vm.spec, vnics: [...vm.spec.vnics.filter((one) => one.mac !== vnic.mac), vnic] };
    vm.noted = [...(vm.noted ?? []), vnic.mac];
    await this.#done(`${vm.spec.name}: ${vnic.mac} plugged`);
  }

  async unplug(vmId: string, vnic: VnicSpec, signal: AbortSignal): Promise<void> {
    await this.#step('detach-device', vmId, signal);
    const { vm, live } = this.#running(vmId, 'detach-device');
    const gone = live.vnics.find((one) => one.mac === vnic.mac);
    if (gone) this.#machine.state.links.delete(gone.tap);
    live.vnics = live.vnics.filter((one) => one !== gone);
    vm.spec = { ...vm.spec, vnics: vm.spec.vnics.filter((one) => one.mac !== vnic.mac) };
    await this.#done(`${vm.spec.name}: ${vnic.mac} unplugged`);
  }

  async update(vmId: string, vnic: VnicSpec, signal: AbortSignal): Promise<void> {
    await this.#step('update-device', vmId, signal);
    const { vm, live } = this.#running(vmId, 'update-device');
    const device = live.vnics.find((one) => one.mac === vnic.mac);
    if (!device)
      throw new AppError('NOT_FOUND', `The VM has no NIC ${vnic.mac}`, { remedy: note('Plug it in first.') });
    this.#mustHaveBridge(vnic, vmId, 'update-device');
    const tap = this.#machine.state.links.get(device.tap);
    if (tap && device.bridge !== vnic.bridge) tap.master = vnic.bridge;
    Object.assign(device, { bridge: vnic.bridge, linked: vnic.linked });
    vm.spec = { ...vm.spec, vnics: vm.spec.vnics.map((one) => (one.mac === vnic.mac ? vnic : one)) };
    await this.#done(`${vm.spec.name}: ${vnic.mac} updated`);
  }

  async changeMedium(vmId: string, { name, path }: Cdrom, signal: AbortSignal): Promise<void> {
    await this.#step('change-media', vmId, signal);
    const { vm } = this.#running(vmId, 'change-media');
    const drives = vm.spec.cdroms ?? [];
    if (!drives.some((each) => each.name === name))
      throw new AppError('NOT_FOUND', `The running VM has no CD drive ${name}`, { field: 'drive' });
    vm.spec = { ...vm.spec, cdroms: drives.map((each) => (each.name === name ? { name, path } : each)) };
    await this.#done(`${vm.spec.name}: ${name} ${path === null ? 'ejected' : 'changed'}`);
  }

  /** A tiny guest has no agent; every other simulated guest is a Linux with one, and the addresses that Linux gives itself. */
  async guest(vmId: string, signal: AbortSignal): Promise<GuestInfo | null> {
    await this.#machine.faults.step(this.#machine.clock, signal);
    this.#machine.mustAnswer();
    const vm = this.#machine.vm(vmId);
    if (!hasAgent(vm)) return null;
    const { spec } = vm;
    const addresses = guestNics(this.#machine, vm).flatMap(({ mac, address }) => [
      ...(address.startsWith('169.254.') ? [] : [{ mac, address }]),
      { mac, address: `${linkLocal(mac)}/64` },
    ]);
    return { hostname: hostnameOf(spec.name), os: 'Simulated Linux', addresses };
  }

  async pingFrom(vmId: string, address: string, signal: AbortSignal): Promise<boolean | null> {
    await this.#machine.faults.step(this.#machine.clock, signal);
    this.#machine.mustAnswer();
    const vm = this.#machine.vm(vmId);
    const target = ipv4(address);
    if (!hasAgent(vm) || target === null) return null;
    const { state } = this.#machine;
    const isDropped = ({ mac }: { readonly mac: string }): boolean => state.dropped?.has(mac) ?? false;
    const owners = [...state.vms.values()].flatMap((each) => guestNics(this.#machine, each));
    if (guestNics(this.#machine, vm).some(isDropped)) return false;
    if (owners.some((nic) => isDropped(nic) && nic.address.split('/')[0] === address)) return false;
    return ping(this.#machine, vm, target) === 'answers';
  }

  async openConsole(vmId: string, signal: AbortSignal): Promise<ConsoleLine> {
    await this.#machine.faults.step(this.#machine.clock, signal);
    this.#machine.mustAnswer();
    return openConsole(this.#machine, this.#machine.vm(vmId));
  }

  async openScreen(vmId: string, signal: AbortSignal): Promise<ScreenLine> {
    await this.#machine.faults.step(this.#machine.clock, signal);
    this.#machine.mustAnswer();
    return openScreen(this.#machine, this.#machine.vm(vmId));
  }

  #carryOut(vm: SimVm, verb: DriverVerb): void {
    const machine = this.#machine;
    switch (verb) {
      case 'start':
        return vm.state === 'suspended' ? this.#restore(vm) : this.#start(vm);
      case 'resume':
        return vm.state === 'suspended' ? this.#restore(vm) : machine.land(vm, 'up', null);
      case 'shutdown':
        return machine.pass(vm, 'powering_down', machine.shutdownMs);
      case 'stop':
        return machine.land(vm, 'down', 'destroyed');
      case 'reboot':
        return machine.pass(vm, 'reboot_in_progress', machine.shutdownMs + machine.bootMs);
      case 'reset':
        return machine.pass(vm, 'powering_up', machine.bootMs);
      case 'suspend':
        return machine.land(vm, 'suspended', 'saved');
    }
  }

  #start(vm: SimVm): void {
    this.#powerOn(vm);
    beginSession(vm);
    this.#machine.pass(vm, 'powering_up', this.#machine.bootMs);
  }

  #restore(vm: SimVm): void {
    this.#powerOn(vm);
    this.#machine.land(vm, 'up', null);
  }

  #powerOn(vm: SimVm): void {
    const { spec } = vm;
    const free = freeMemory(this.#machine.state, this.#machine.how);
    if (spec.memoryMiB > free) {
      throw this.#refusal(
        'start',
        spec.id,
        `cannot set up guest memory: ${spec.memoryMiB} MiB wanted, ${free} MiB free`,
      );
    }
    for (const vnic of spec.vnics) this.#mustHaveBridge(vnic, spec.id, 'start');
    vm.why = null;
    vm.live = { memoryMiB: spec.memoryMiB, vnics: spec.vnics.map((vnic) => this.#cable(vnic, spec.id)) };
  }

  /** A tap for a vNIC, quiet from the start as in a lab, with libvirt's MAC for the host's end. */
  #cable(vnic: VnicSpec, vmId: string): SimVnic {
    this.#mustHaveBridge(vnic, vmId, 'attach-device');
    const { state } = this.#machine;
    const tap = freeTapName(state);
    const mac = `fe${vnic.mac.slice(2)}`;
    state.links.set(tap, {
      name: tap,
      kind: 'tap',
      mac,
      mtu: vnic.mtu,
      up: true,
      master: vnic.bridge,
      ipv6Disabled: true,
    });
    return { id: vnic.id, mac: vnic.mac, tap, bridge: vnic.bridge, linked: vnic.linked };
  }

  #mustHaveBridge(vnic: VnicSpec, vmId: string, verb: string): void {
    if (vnic.bridge === null || this.#machine.state.bridges.has(vnic.bridge)) return;
    throw this.#refusal(verb, vmId, `Cannot get interface MTU on '${vnic.bridge}': No such device`);
  }

  #running(vmId: string, verb: string): { vm: SimVm; live: NonNullable<SimVm['live']> } {
    const vm = this.#machine.vm(vmId);
    if (vm.live) return { vm, live: vm.live };
    throw this.#refusal(verb, vmId, 'Requested operation is not valid: domain is not running');
  }

  #refusal(verb: string, vmId: string, why: string): Error {
    return this.#machine.faults.failure(['simulated', verb, vmId], why);
  }

  async #step(verb: string, vmId: string, signal: AbortSignal): Promise<void> {
    const { faults, clock } = this.#machine;
    await faults.step(clock, signal);
    this.#machine.mustAnswer();
    if (faults.strikes()) throw this.#refusal(verb, vmId, 'internal error: simulated fault');
  }

  async #done(detail: string): Promise<void> {
    this.#machine.notify('vm', detail);
    await this.#machine.save();
  }
}

/** User additions to a definition count as unknown to the allow-list of a real host. */
function whyOdd({ parts = [] }: SimVm): string | null {
  return parts.length === 0 ? null : `its definition has ${parts.map(({ what }) => what).join(', ')}`;
}

function refuseOdd(vm: SimVm): void {
  const why = whyOdd(vm);
  if (why !== null) throw new AppError('RULE_BROKEN', `The VM "${vm.spec.name}" can't be taken over: ${why}`);
}

/** As libvirt keeps parts of a definition that the engine does not know: its name, its memory, and foreign NICs. */
function redefine(known: SimVm | undefined, spec: VmSpec, others: readonly string[]): void {
  if (!known) throw new AppError('NOT_FOUND', `The imported VM ${spec.name} is no longer defined on the host`);
  const { name, memoryMiB, cpus, vnics } = known.spec;
  const noted = new Set(known.noted);
  const wanted = new Set(spec.vnics.map(({ mac }) => mac));
  const kept = vnics.filter(({ mac }) => !wanted.has(mac) && (others.includes(mac) || !noted.has(mac)));
  known.noted = [...wanted];
  known.spec = { ...spec, name, memoryMiB, cpus, vnics: [...spec.vnics, ...kept] };
}

/** A NIC's own IPv6 address (RFC 4291, appendix A). */
function linkLocal(mac: string): string {
  const [a = 0, b = 0, c = 0, d = 0, e = 0, f = 0] = mac.split(':').map((part) => Number.parseInt(part, 16));
  const words = [((a ^ 2) << 8) | b, (c << 8) | 0xff, 0xfe00 | d, (e << 8) | f];
  return `fe80::${words.map((word) => word.toString(16)).join(':')}`;
}

/** As a host name (RFC 1123). */
const hostnameOf = (name: string): string =>
  name
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .slice(0, 63)
    .replace(/^-+|-+$/g, '') || 'vm';

/** With libvirt's names. */
export function freeTapName(state: SimState): string {
  while (state.links.has(`vnet${state.nextTap}`)) state.nextTap += 1;
  state.nextTap += 1;
  return `vnet${state.nextTap - 1}`;
}
