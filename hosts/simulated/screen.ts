import { AppError, note } from '../../contract';
import type { ScreenLine } from '../../engine/ports/host-driver';
import type { Machine } from './machine';
import { type Area, type DotFormat, HEIGHT, TYPED, WIDTH, drawScreen, encode, onPicture } from './framebuffer';
import type { SimVm } from './state';

const SECURITY_NONE = 1;
/** The maximum clipboard size; there is no guest to receive it. */
const CLIPBOARD_MAX = 1 << 20;
const FORMAT: DotFormat = { bits: 32, bigEndian: false, max: [255, 255, 255], shift: [16, 8, 0] };

/**
 * Opens the screen of a running VM: a VNC server in memory that draws one labelled image.
 * @throws AppError NOT_SUPPORTED for a tiny guest, as on a real host, STATE_ILLEGAL if the VM does not run
 */
export function openScreen(machine: Machine, vm: SimVm): ScreenLine {
  if (vm.spec.boot.kind === 'tiny')
    throw new AppError('NOT_SUPPORTED', 'The VM has no screen', { remedy: note('Use its console.') });
  if ((vm.lines ?? { screen: 'vnc' }).screen !== 'vnc')
    throw new AppError('NOT_SUPPORTED', 'The definition of the VM has no VNC display');
  if (!vm.live)
    throw new AppError('STATE_ILLEGAL', 'The VM has no open screen: it is not running', {
      remedy: note('Start it first.'),
    });
  return new SimulatedScreen(machine, vm);
}

/** One viewer. Implements RFB 3.8 (RFC 6143) with raw pixels, and only the required messages. */
class SimulatedScreen implements ScreenLine {
  readonly #name: string;
  readonly #forget: () => void;
  readonly #data: Array<(bytes: Uint8Array) => void> = [];
  readonly #closed: Array<() => void> = [];
  readonly #talk = this.#session();
  #format = FORMAT;
  #typed = '';
  /** The viewer has requested changes and got none yet; there is one to send. */
  #asked = false;
  #changed = false;
  #open = true;
  #held = false;
  #inbox: Buffer = Buffer.alloc(0);
  /** How many bytes the session needs next; null: it has not started. */
  #wants: number | null = null;
  #taken: Array<() => void> = [];

  constructor(machine: Machine, vm: SimVm) {
    this.#name = vm.spec.name;
    this.#forget = machine.openScreen(vm.spec.id, () => this.close());
  }

  onData(listener: (bytes: Uint8Array) => void): void {
    this.#data.push(listener);
    if (this.#wants === null) this.#go(this.#talk.next());
  }

  onClose(listener: () => void): void {
    this.#closed.push(listener);
    if (!this.#open) listener();
  }

  write(bytes: Uint8Array): Promise<void> {
    if (!this.#open) return Promise.resolve();
    this.#inbox = Buffer.concat([this.#inbox, bytes]);
    return new Promise((resolve) => {
      this.#taken.push(resolve);
      this.#work();
    });
  }

  hold(on: boolean): void {
    this.#held = on;
    this.#work();
  }

  close(): void {
    if (!this.#open) return;
    this.#open = false;
    this.#forget();
    this.#release();
    for (const listener of this.#closed) listener();
  }

  /** Feeds the session while it runs. A paused server also stops reading, otherwise its answers would pile up. */
  #work(): void {
    while (this.#open && !this.#held && this.#wants !== null && this.#inbox.length >= this.#wants) {
      const bytes = this.#inbox.subarray(0, this.#wants);
      this.#inbox = this.#inbox.subarray(this.#wants);
      this.#go(this.#talk.next(bytes));
    }
    if (!this.#held) this.#release();
  }

  #release(): void {
    for (const resolve of this.#taken.splice(0)) resolve();
  }

  #go(step: IteratorResult<number, void>): void {
    if (step.done) this.close();
    else this.#wants = step.value;
  }

  #send(...parts: Uint8Array[]): void {
    const bytes = Buffer.concat(parts);
    for (const listener of this.#data) listener(bytes);
  }

  /** Yields how many bytes it needs and receives them. Ends, and closes the connection, on an unknown message. */
  *#session(): Generator<number, void, Buffer> {
    this.#send(Buffer.from('RFB 003.008\n'));
    if ((yield 12).toString() !== 'RFB 003.008\n') return;
    this.#send(Buffer.from([1, SECURITY_NONE]));
    if ((yield 1)[0] !== SECURITY_NONE) return;
    this.#send(u32(0));
    yield 1; // whether to share the desktop: always
    const name = Buffer.from(`${this.#name} (simulated)`);
    this.#send(u16(WIDTH, HEIGHT), formatBytes(FORMAT), u32(name.length), name);
    while (yield* this.#message());
  }

  *#message(): Generator<number, boolean, Buffer> {
    const [kind] = yield 1;
    switch (kind) {
      case 0:
        return this.#setFormat((yield 19).subarray(3));
      case 2: // the supported encodings: raw is always among them
        yield 4 * (yield 3).readUInt16BE(1);
        return true;
      case 3:
        return this.#update(yield 9);
      case 4: {
        const key = yield 7;
        if (key[0] === 1) this.#press(key.readUInt32BE(3));
        return true;
      }
      case 5: // pointer events are ignored
        yield 5;
        return true;
      case 6: {
        const length = (yield 7).readUInt32BE(3);
        if (length > CLIPBOARD_MAX) return false;
        yield length;
        return true;
      }
      default:
        return false;
    }
  }

  /** Indexed colors are not supported: only viewers from before this century need them. */
  #setFormat(bytes: Buffer): boolean {
    const [bits = 0, , bigEndian, trueColor] = bytes;
    if (![8, 16, 32].includes(bits) || trueColor === 0) return false;
    this.#format = {
      bits,
      bigEndian: bigEndian !== 0,
      max: [bytes.readUInt16BE(4), bytes.readUInt16BE(6), bytes.readUInt16BE(8)],
      shift: [(bytes[10] ?? 0) & 31, (bytes[11] ?? 0) & 31, (bytes[12] ?? 0) & 31],
    };
    return true;
  }

  #update(request: Buffer): boolean {
    if (request[0] !== 0) {
      this.#asked = true;
      this.#tell();
      return true;
    }
    const [x, y, width, height] = [1, 3, 5, 7].map((at) => request.readUInt16BE(at)) as [
      number,
      number,
      number,
      number,
    ];
    this.#show(onPicture({ x, y, width, height }));
    return true;
  }

  #press(keysym: number): void {
    if (keysym === 0xff08) this.#typed = this.#typed.slice(0, -1);
    else if (keysym === 0xff0d) this.#typed = '';
    else if (keysym >= 0x20 && keysym < 0x7f) this.#typed = (this.#typed + String.fromCharCode(keysym)).slice(-100);
    else return;
    this.#changed = true;
    this.#tell();
  }

  #tell(): void {
    if (!this.#asked || !this.#changed) return;
    this.#asked = false;
    this.#changed = false;
    this.#show(TYPED);
  }

  #show(area: Area): void {
    const head = Buffer.concat([Buffer.from([0, 0]), u16(1, area.x, area.y, area.width, area.height), u32(0)]);
    this.#send(head, encode(drawScreen(this.#name, this.#typed), area, this.#format));
  }
}

function formatBytes({ bits, bigEndian, max, shift }: DotFormat): Buffer {
  return Buffer.concat([Buffer.from([bits, 24, bigEndian ? 1 : 0, 1]), u16(...max), Buffer.from([...shift, 0, 0, 0])]);
}

function u16(...values: number[]): Buffer {
  const bytes = Buffer.alloc(2 * values.length);
  for (const [index, value] of values.entries()) bytes.writeUInt16BE(value, 2 * index);
  return bytes;
}

function u32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
}
