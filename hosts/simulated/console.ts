import { AppError, note } from '../../contract';
import type { ConsoleLine } from '../../engine/ports/host-driver';
import { prompt, runLine } from './guest-shell';
import type { Machine } from './machine';
import type { SimVm } from './state';

/** A serial log keeps only its last part: enough to scroll back, and small with thousands of VMs. */
const KEPT = 16_384;
const LINE_MAX = 1000;

/** A non-empty serial log shows each new start, as a real one does with the kernel's first lines. */
export function beginSession(vm: SimVm): void {
  if (vm.transcript !== '') vm.transcript = `${vm.transcript}\r\n${greeting(vm)}`.slice(-KEPT);
}

function greeting(vm: SimVm): string {
  return `Simulated console of ${printable(vm.spec.name)}. Type help.\r\n${prompt(vm)}`;
}

/**
 * Opens the serial console of a running VM. Nothing is written to it between sessions: there is no program behind it.
 * @throws AppError STATE_ILLEGAL if the VM does not run, CONFLICT if the console is already open, as on a real host
 */
export function openConsole(machine: Machine, vm: SimVm): ConsoleLine {
  if (!vm.live) {
    throw new AppError('STATE_ILLEGAL', 'The VM has no open serial line: it is not running', {
      remedy: note('Start it first.'),
    });
  }
  if (vm.lines?.console === false)
    throw new AppError('NOT_SUPPORTED', 'The definition of the VM has no serial port that Atoll can open');
  if (machine.isLineOpen(vm.spec.id)) {
    throw new AppError('CONFLICT', 'The serial line of this VM is already open', {
      remedy: note('It takes one reader at a time.'),
    });
  }
  if (vm.transcript === '') vm.transcript = greeting(vm);
  return new SimulatedLine(machine, vm);
}

class SimulatedLine implements ConsoleLine {
  readonly replay: Uint8Array;
  readonly #machine: Machine;
  readonly #vm: SimVm;
  readonly #data: Array<(bytes: Uint8Array) => void> = [];
  readonly #closed: Array<() => void> = [];
  readonly #decoder = new TextDecoder();
  readonly #forget: () => void;
  #open = true;
  #typed = '';

  constructor(machine: Machine, vm: SimVm) {
    this.#machine = machine;
    this.#vm = vm;
    this.replay = Buffer.from(vm.transcript);
    this.#forget = machine.openLine(vm.spec.id, () => this.close());
  }

  onData(listener: (bytes: Uint8Array) => void): void {
    this.#data.push(listener);
  }

  onClose(listener: () => void): void {
    this.#closed.push(listener);
    if (!this.#open) listener();
  }

  write(bytes: Uint8Array): void {
    for (const key of this.#decoder.decode(bytes, { stream: true })) if (this.#open) this.#press(key);
  }

  close(): void {
    if (!this.#open) return;
    this.#open = false;
    this.#forget();
    for (const listener of this.#closed) listener();
  }

  #press(key: string): void {
    if (key === '\r' || key === '\n') return this.#enter();
    if (key === '\u0003') return this.#clear();
    if (key === '\u007f' || key === '\b') return this.#erase();
    if (/\p{Cc}/u.test(key) || this.#typed.length >= LINE_MAX) return;
    this.#typed += key;
    this.#print(key);
  }

  #erase(): void {
    if (this.#typed === '') return;
    this.#typed = [...this.#typed].slice(0, -1).join('');
    this.#print('\b \b');
  }

  #clear(): void {
    this.#typed = '';
    this.#print(`^C\r\n${prompt(this.#vm)}`);
  }

  #enter(): void {
    const line = this.#typed;
    this.#typed = '';
    const { out, request } = runLine(this.#machine, this.#vm, line);
    this.#print(['', ...out, request === null ? prompt(this.#vm) : ''].join('\r\n'));
    if (request !== null) this.#ask(request);
  }

  #ask(request: 'reboot' | 'poweroff'): void {
    const { bootMs, shutdownMs } = this.#machine;
    if (request === 'poweroff') this.#machine.pass(this.#vm, 'powering_down', shutdownMs);
    else this.#machine.pass(this.#vm, 'reboot_in_progress', shutdownMs + bootMs);
    this.#machine.notify('vm', `${this.#vm.spec.name}: ${request} from its console`);
    if (request === 'reboot') this.#print(prompt(this.#vm));
  }

  #print(text: string): void {
    this.#vm.transcript = (this.#vm.transcript + text).slice(-KEPT);
    this.#machine.touch();
    const bytes = Buffer.from(text);
    for (const listener of this.#data) listener(bytes);
  }
}

/** A VM's name can contain bidirectional marks and the like; a terminal gets only printable characters. */
function printable(name: string): string {
  return name.replace(/[\p{Cc}\p{Cf}]/gu, '');
}
