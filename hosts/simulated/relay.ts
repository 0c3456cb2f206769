import type { Clock } from '../../engine/ports/clock';
import type { RelayLine } from '../../engine/ports/stretch';

/** Frames of this number acknowledge: four bytes, what came so far. */
const ACK = 65_535;
const ACK_EVERY = 16_384;
/** As WireGuard's persistent keepalive. */
const KEEPALIVE_MS = 25_000;
/** The length of the made-up datagrams, that of a WireGuard handshake. */
const DATAGRAM_BYTES = 148;
/** The first of its made-up ports. */
const FIRST_PORT = 40_000;
const PING = 1;
const PONG = 2;

/** What the simulated host decides and counts. */
interface Ends {
  readonly clock: Clock;
  /** Whether datagrams from and to a host pass now. */
  passes(number: number): boolean;
  heard(number: number, bytes: number): void;
  sent(number: number, bytes: number): void;
}

/** The relay of a simulated host: made-up datagrams that another simulated host answers. */
export class SimulatedRelay implements RelayLine {
  readonly ports: ReadonlyMap<number, number>;
  readonly #used = new Set<number>();
  readonly #ends: Ends;
  readonly #listeners = new Set<(bytes: Uint8Array) => void>();
  readonly #closers = new Set<() => void>();
  readonly #waiting = new Map<number, () => void>();
  #input: Uint8Array = new Uint8Array();
  #came = 0;
  #reported = 0;
  #serial = 0;
  #closed = false;
  #cancelTimer: (() => void) | null = null;

  constructor(numbers: readonly number[], ends: Ends) {
    this.ports = new Map(numbers.map((number, i) => [number, FIRST_PORT + i]));
    this.#ends = ends;
  }

  /** Speaks to these hosts, now and as often as a keepalive. */
  use(numbers: readonly number[]): void {
    for (const number of numbers) this.#used.add(number);
    this.#cancelTimer?.();
    // After the caller has set its listener.
    this.#cancelTimer = this.#ends.clock.after(0, () => this.#keepAlive());
  }

  onData(listener: (bytes: Uint8Array) => void): void {
    this.#listeners.add(listener);
  }

  onClose(listener: () => void): void {
    if (this.#closed) listener();
    else this.#closers.add(listener);
  }

  write(bytes: Uint8Array): void {
    if (this.#closed) return;
    this.#came += bytes.length;
    this.#input = Buffer.concat([this.#input, bytes]);
    this.#read();
    if (this.#came - this.#reported <= ACK_EVERY) return;
    this.#reported = this.#came;
    const total = Buffer.alloc(4);
    total.writeUInt32BE(this.#came % 2 ** 32);
    this.#put(ACK, total);
  }

  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    this.#cancelTimer?.();
    for (const closer of [...this.#closers]) closer();
  }

  /** Whether a host answers one datagram in time. */
  ping(number: number, withinMs: number, signal: AbortSignal): Promise<boolean> {
    return new Promise((resolve) => {
      const serial = (this.#serial += 1);
      const end = (answered: boolean): void => {
        cancel();
        this.#waiting.delete(serial);
        signal.removeEventListener('abort', abort);
        resolve(answered);
      };
      const abort = (): void => end(false);
      const cancel = this.#ends.clock.after(withinMs, abort);
      signal.addEventListener('abort', abort, { once: true });
      this.#waiting.set(serial, () => end(true));
      this.#send(number, PING, serial);
    });
  }

  #keepAlive(): void {
    for (const number of this.#used) this.#send(number, PING, 0);
    if (!this.#closed) this.#cancelTimer = this.#ends.clock.after(KEEPALIVE_MS, () => this.#keepAlive());
  }

  #read(): void {
    let at = 0;
    const view = Buffer.from(this.#input);
    while (view.length - at >= 4) {
      const length = view.readUInt16BE(at);
      if (view.length - at - 4 < length) break;
      const from = view.readUInt16BE(at + 2);
      const datagram = view.subarray(at + 4, at + 4 + length);
      at += 4 + length;
      if (from !== ACK) this.#hear(from, datagram);
    }
    this.#input = view.subarray(at);
  }

  #hear(from: number, datagram: Buffer): void {
    if (!this.ports.has(from) || !this.#ends.passes(from) || datagram.length < 5) return;
    this.#ends.heard(from, datagram.length);
    const serial = datagram.readUInt32BE(1);
    if (datagram[0] === PING) this.#send(from, PONG, serial);
    else this.#waiting.get(serial)?.();
  }

  #send(to: number, kind: number, serial: number): void {
    if (this.#closed || !this.#ends.passes(to)) return;
    const datagram = Buffer.alloc(DATAGRAM_BYTES);
    datagram.writeUInt8(kind);
    datagram.writeUInt32BE(serial, 1);
    this.#ends.sent(to, datagram.length);
    this.#put(to, datagram);
  }

  #put(host: number, data: Uint8Array): void {
    const frame = Buffer.alloc(4 + data.length);
    frame.writeUInt16BE(data.length);
    frame.writeUInt16BE(host, 2);
    frame.set(data, 4);
    for (const listener of [...this.#listeners]) listener(frame);
  }
}
