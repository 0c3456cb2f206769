import type { Clock } from '../../engine/ports/clock';
import type { HostNotice } from '../../engine/ports/host-driver';
import type { HostHow } from '../../engine/ports/hosts';
import { AppError } from '../../contract';
import { Faults } from './faults';
import { cutPower, newState, switchOn, type SimState, type SimVm } from './state';
import type { StateFile } from './state-file';

export type SimulatedHow = Extract<HostHow, { kind: 'simulated' }>;

/** Time for a guest to boot and to shut down, beside the host's own delay: short, but long enough to be seen. */
const BOOT_MS = 60;
const SHUTDOWN_MS = 40;

/**
 * The simulated computer: its state, who watches it, and its time. Passing VM states end by the clock, not by a timer
 * for each VM: whoever looks first settles what is due, and one alarm rings for the earliest while somebody watches or has a console open.
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
  #told: Array<{ kind: 'network' | 'vm'; detail: string }> = [];

  constructor(id: string, storeId: string, how: SimulatedHow, file: StateFile, clock: Clock) {
    this.storeId = storeId;
    this.how = how;
    this.clock = clock;
    this.faults = new Faults(id, how.delayMs, how.faultRate);
    this.#file = file;
  }

  /** The state, with all that is due by now done. */
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

  /** Reads what was saved (once) and switches the power on. */
  async connect(): Promise<void> {
    if (this.faults.unreachable) throw this.faults.noAnswer();
    await this.load();
    this.#connected = true;
    const known = this.#state.powered && this.#state.bornAt !== null;
    this.#state.bornAt ??= this.clock.now();
    if (!this.#state.powered) switchOn(this.#state);
    if (!known) await this.save();
  }

  /** Throws HOST_UNREACHABLE unless the host is connected, on, and answers. */
  mustAnswer(): void {
    if (!this.#connected || !this.#state.powered || this.faults.unreachable) throw this.faults.noAnswer();
  }

  /** Puts what was changed on disk; resolves when it is there. */
  save(): Promise<void> {
    this.#unsaved = false;
    return this.#file.save(this.#state);
  }

  /** Notes a change that may wait: a console's output is on disk with the next save, or when the driver closes. */
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

  /** Tells the watchers, soon and once for what changes in one go. */
  tell(kind: 'network' | 'vm', detail: string): void {
    if (this.#watchers.size === 0) return;
    this.#told.push({ kind, detail });
    if (this.#told.length === 1) queueMicrotask(() => this.#flushTold());
  }

  isLineOpen(vmId: string): boolean {
    return this.#lines.has(vmId);
  }

  /** Notes that a VM's serial line is open; `close` is called when the VM ends or nothing gets through any more. */
  openLine(vmId: string, close: () => void): () => void {
    this.#lines.set(vmId, close);
    this.#setAlarm();
    return () => this.#lines.delete(vmId);
  }

  /** As `openLine`, for one of the viewers of a VM's screen. */
  openScreen(vmId: string, close: () => void): () => void {
    const screen = { vmId, close };
    this.#screens.add(screen);
    return () => this.#screens.delete(screen);
  }

  /** Puts a VM into a passing state for `ms`. */
  pass(vm: SimVm, state: 'powering_up' | 'powering_down' | 'reboot_in_progress', ms: number): void {
    vm.state = state;
    vm.until = this.clock.now() + ms;
    this.#passing.add(vm);
    this.#setAlarm();
  }

  /** Puts a VM into a lasting state. One that does not run loses its taps and closes its serial line. */
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

  /** Nothing gets through any more: watchers and serial lines are gone, the host itself is as it was. */
  lose(detail: string): void {
    for (const watcher of [...this.#watchers]) watcher({ kind: 'lost', detail });
    this.disconnect();
  }

  /** Watchers and serial lines end; the host goes on. */
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

  /** Reads what was saved, once. */
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
      // Later than any passing state lasts: the clock was set back meanwhile.
      if (vm.until === null || (vm.until > now && vm.until <= now + longest)) continue;
      if (vm.state === 'powering_down') this.land(vm, 'down', 'shutdown');
      else this.land(vm, 'up', null);
      this.tell('vm', `${vm.spec.name} is ${vm.state}`);
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

  #flushTold(): void {
    const told = this.#told;
    this.#told = [];
    for (const kind of ['network', 'vm'] as const) {
      const details = told.filter((one) => one.kind === kind).map((one) => one.detail);
      if (details.length === 0) continue;
      const detail = details.slice(0, 5).join('; ') + (details.length > 5 ? `; and ${details.length - 5} more` : '');
      for (const watcher of [...this.#watchers]) watcher({ kind, detail });
    }
  }

  /** The VM of that id, or the error that a host gives for an unknown one. */
  vm(vmId: string): SimVm {
    const vm = this.state.vms.get(vmId);
    if (vm) return vm;
    throw new AppError('NOT_FOUND', `The simulated host has no VM with the id ${vmId}`);
  }
}
