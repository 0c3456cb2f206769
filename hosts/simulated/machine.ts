import type { Clock } from '../../engine/ports/clock';
import type { HostNotice } from '../../engine/ports/host-driver';
import type { HostHow } from '../../engine/ports/hosts';
import { AppError } from '../../contract';
import { Faults } from './faults';
import { cutPower, newState, switchOn, type SimState, type SimVm } from './state';
import type { StateFile } from './state-file';

export type SimulatedHow = Extract<HostHow, { kind: 'simulated' }>;

/** The time for a guest to boot and to shut down, beside the host's own delay: short, but visible. */
const BOOT_MS = 60;
const SHUTDOWN_MS = 40;

/**
 * The simulated computer: its state, its watchers, and its clock. Transitional VM states end by the clock, not by a timer for each
 * VM: the next access applies what is due, and one timer is set for the earliest while there is a watcher or an open console.
 */
export class Machine {
  readonly storeId: string;
  readonly how: SimulatedHow;
  readonly clock: Clock;
  readonly faults: Faults;
  #state: SimState = newState();
  #loaded = false;
  #connected = false;
  #unsaved = false;
  readonly #file: StateFile;
  readonly #watchers = new Set<(notice: HostNotice) => void>();
  readonly #lines = new Map<string, () => void>();
  readonly #screens = new Set<{ readonly vmId: string; readonly close: () => void }>();
  readonly #passing = new Set<SimVm>();
  #cancelAlarm: (() => void) | null = null;
  #pending: Array<{ kind: 'network' | 'tap' | 'vm'; detail: string }> = [];

  constructor(
    host: { readonly id: string; readonly name: string },
    storeId: string,
    how: SimulatedHow,
    file: StateFile,
    clock: Clock,
  ) {
    this.storeId = storeId;
    this.how = how;
    this.clock = clock;
    this.faults = new Faults(host, how.delayMs, how.faultRate);
    this.#file = file;
  }

  /** The state, after applying everything that is due. */
  get state(): SimState {
    this.#settle();
    return this.#state;
  }

  get bootMs(): number {
    return BOOT_MS + 4 * this.how.delayMs;
  }

  get shutdownMs(): number {
    return SHUTDOWN_MS + 2 * this.how.delayMs;
  }

  /** Loads the saved state (once) and switches the power on. */
  async connect(): Promise<void> {
    if (this.faults.unreachable) throw this.faults.noAnswer();
    await this.load();
    this.#connected = true;
    const known = this.#state.powered && this.#state.bornAt !== null;
    this.#state.bornAt ??= this.clock.now();
    if (!this.#state.powered) switchOn(this.#state);
    if (!known) await this.save();
  }

  /** Throws HOST_UNREACHABLE unless the host is connected, on, and responsive. */
  mustAnswer(): void {
    if (!this.#connected || !this.#state.powered || this.faults.unreachable) throw this.faults.noAnswer();
  }

  /** Saves the changes; resolves when they are on disk. */
  save(): Promise<void> {
    this.#unsaved = false;
    return this.#file.save(this.#state);
  }

  /** Records a change that may wait: a console's output is on disk with the next save, or when the driver closes. */
  touch(): void {
    this.#unsaved = true;
  }

  async saveTouched(): Promise<void> {
    if (this.#unsaved) await this.save();
  }

  watch(listener: (notice: HostNotice) => void): () => void {
    this.#watchers.add(listener);
    this.#setAlarm();
    return () => this.#watchers.delete(listener);
  }

  /** Notifies the watchers, soon and once for several changes. */
  notify(kind: 'network' | 'tap' | 'vm', detail: string): void {
    if (this.#watchers.size === 0) return;
    this.#pending.push({ kind, detail });
    if (this.#pending.length === 1) queueMicrotask(() => this.#flushPending());
  }

  isLineOpen(vmId: string): boolean {
    return this.#lines.has(vmId);
  }

  /** Registers an open serial console; `close` is called when the VM ends or the host becomes unreachable. */
  openLine(vmId: string, close: () => void): () => void {
    this.#lines.set(vmId, close);
    this.#setAlarm();
    return () => this.#lines.delete(vmId);
  }

  /** Like `openLine`, for a viewer of a VM's screen. */
  openScreen(vmId: string, close: () => void): () => void {
    const screen = { vmId, close };
    this.#screens.add(screen);
    return () => this.#screens.delete(screen);
  }

  /** Puts a VM into a transitional state for `ms`. */
  pass(vm: SimVm, state: 'powering_up' | 'powering_down' | 'reboot_in_progress', ms: number): void {
    vm.state = state;
    vm.until = this.clock.now() + ms;
    this.#passing.add(vm);
    this.#setAlarm();
  }

  /** Puts a VM into a stable state. A stopped VM loses its taps and closes its serial console. */
  land(vm: SimVm, state: 'up' | 'down' | 'suspended' | 'paused', why: string | null): void {
    vm.state = state;
    vm.until = null;
    vm.why = why;
    this.#passing.delete(vm);
    if (state === 'up' || state === 'paused') return;
    for (const vnic of vm.live?.vnics ?? []) this.#state.links.delete(vnic.tap);
    vm.live = null;
    this.#lines.get(vm.spec.id)?.();
    for (const { vmId, close } of [...this.#screens]) if (vmId === vm.spec.id) close();
  }

  /** The host is unreachable: watchers and consoles end, the host itself keeps its state. */
  lose(detail: string): void {
    for (const watcher of [...this.#watchers]) watcher({ kind: 'lost', detail });
    this.disconnect();
  }

  /** Watchers and consoles end; the host keeps running. */
  disconnect(): void {
    this.#connected = false;
    this.#watchers.clear();
    this.#cancelAlarm?.();
    this.#cancelAlarm = null;
    for (const close of [...this.#lines.values()]) close();
    for (const { close } of [...this.#screens]) close();
  }

  async powerOff(): Promise<void> {
    await this.load();
    cutPower(this.#state);
    this.#passing.clear();
    this.lose('the power is off');
    await this.save();
  }

  async destroy(): Promise<void> {
    this.disconnect();
    this.#state = newState();
    this.#passing.clear();
    this.#loaded = false;
    await this.#file.remove();
  }

  /** Loads the saved state, once. */
  async load(): Promise<void> {
    if (this.#loaded) return;
    const saved = await this.#file.load();
    if (this.#loaded) return;
    this.#loaded = true;
    if (saved === null) return;
    this.#state = saved;
    for (const vm of saved.vms.values()) if (vm.until !== null) this.#passing.add(vm);
  }

  #settle(): void {
    if (this.#passing.size === 0) return;
    const now = this.clock.now();
    const longest = this.bootMs + this.shutdownMs;
    for (const vm of [...this.#passing]) {
      // Longer than any transitional state lasts: the clock was set back in the meantime.
      if (vm.until === null || (vm.until > now && vm.until <= now + longest)) continue;
      if (vm.state === 'powering_down') this.land(vm, 'down', 'shutdown');
      else this.land(vm, 'up', null);
      this.notify('vm', `${vm.spec.name} is ${vm.state}`);
    }
  }

  #setAlarm(): void {
    this.#cancelAlarm?.();
    this.#cancelAlarm = null;
    if (this.#passing.size === 0 || this.#watchers.size + this.#lines.size === 0) return;
    const due = Math.min(...[...this.#passing].map((vm) => vm.until ?? Infinity));
    this.#cancelAlarm = this.clock.after(Math.max(0, due - this.clock.now()), () => {
      this.#settle();
      this.#setAlarm();
    });
  }

  #flushPending(): void {
    const reported = this.#pending;
    this.#pending = [];
    for (const kind of ['network', 'tap', 'vm'] as const) {
      const details = reported.filter((one) => one.kind === kind).map((one) => one.detail);
      if (details.length === 0) continue;
      const detail = details.slice(0, 5).join('; ') + (details.length > 5 ? `; and ${details.length - 5} more` : '');
      for (const watcher of [...this.#watchers]) watcher({ kind, detail });
    }
  }

  /** The VM of that id, or the error of a host for an unknown one. */
  vm(vmId: string): SimVm {
    const vm = this.state.vms.get(vmId);
    if (vm) return vm;
    throw new AppError('NOT_FOUND', `The simulated host has no VM with the id ${vmId}`);
  }
}
