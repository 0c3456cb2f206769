import { AppError } from '../../../contract';
import type { RelayLine } from '../../../engine/ports/stretch';
import type { Pipe } from '../../shell';

/** A line of port numbers is short, and a host that sends none for so long does not relay. */
const MOST_HEAD_BYTES = 8192;
const HEAD_WITHIN_MS = 15_000;
/** A script that has lost its input ends at once; a host that is cut off never says so. */
const ENDED_WITHIN_MS = 2_000;

/**
 * Waits for the first line of a relay's script: a local port for each of the hosts.
 * @throws AppError HOST_COMMAND_FAILED if it prints anything else, or ends
 */
export function begin(pipe: Pipe, numbers: readonly number[], host: string, signal: AbortSignal): Promise<RelayLine> {
  return new Promise((resolve, reject) => {
    let head = Buffer.alloc(0);
    let said = '';
    const settle = (): void => {
      clearTimeout(timer);
      signal.removeEventListener('abort', onAbort);
      pipe.stdout.off('data', onData);
      pipe.stdout.pause();
    };
    const fail = (why: string): void => {
      settle();
      pipe.close();
      reject(
        signal.aborted
          ? new AppError('CANCELLED', 'Cancelled')
          : new AppError('HOST_COMMAND_FAILED', `The relay on ${host} did not start: ${why}`),
      );
    };
    const onAbort = (): void => fail('cancelled');
    const timer = setTimeout(() => fail('it did not respond'), HEAD_WITHIN_MS);
    const onData = (bytes: Buffer): void => {
      head = Buffer.concat([head, bytes]);
      const end = head.indexOf('\n');
      if (end < 0) return head.length > MOST_HEAD_BYTES ? fail('it printed something else') : undefined;
      const words = head.subarray(0, end).toString('latin1').split(' ');
      const ports = words.map((word) => (/^\d{1,5}$/.test(word) ? Number(word) : 0));
      if (ports.length !== numbers.length || ports.some((port) => port < 1 || port > 65_535))
        return fail('it printed something else');
      settle();
      const byNumber = new Map(numbers.map((number, i) => [number, ports[i] ?? 0]));
      resolve(new PipeLine(pipe, byNumber, head.subarray(end + 1)));
    };
    signal.addEventListener('abort', onAbort, { once: true });
    pipe.stdout.on('data', onData);
    // A shell can hand it over paused.
    pipe.stdout.resume();
    pipe.stderr.on('data', (bytes: Buffer) => void (said = (said + bytes.toString()).slice(-500)));
    pipe.stdin.on('error', () => undefined);
    void pipe.ended.then(() => {
      if (head.indexOf('\n') < 0) fail(said.trim() || 'it ended');
    });
  });
}

/** The streams of a relay's script, after its first line. */
class PipeLine implements RelayLine {
  #closed = false;
  readonly #closers = new Set<() => void>();
  #rest: Buffer | null;

  constructor(
    private readonly pipe: Pipe,
    readonly ports: ReadonlyMap<number, number>,
    rest: Buffer,
  ) {
    this.#rest = rest.length > 0 ? Buffer.from(rest) : null;
    void pipe.ended.then(() => this.#end());
    pipe.stdin.on('error', () => void this.close());
    pipe.stdout.on('error', () => void this.close());
  }

  onData(listener: (bytes: Uint8Array) => void): void {
    const rest = this.#rest;
    this.#rest = null;
    if (rest) listener(rest);
    this.pipe.stdout.on('data', listener);
    this.pipe.stdout.resume();
  }

  onClose(listener: () => void): void {
    if (this.#closed) listener();
    else this.#closers.add(listener);
  }

  /** How much may wait is limited by the window of whoever writes. */
  write(bytes: Uint8Array): void {
    if (!this.#closed && !this.pipe.stdin.destroyed) this.pipe.stdin.write(bytes);
  }

  /** Its script ends with its input, and only that shows that it sends WireGuard nothing more. */
  async close(): Promise<void> {
    if (this.#closed) return;
    this.#end();
    this.pipe.stdin.end();
    this.pipe.stdout.resume();
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<void>((resolve) => (timer = setTimeout(resolve, ENDED_WITHIN_MS)));
    await Promise.race([this.pipe.ended, late]);
    clearTimeout(timer);
    this.pipe.close();
  }

  #end(): void {
    if (this.#closed) return;
    this.#closed = true;
    for (const closer of [...this.#closers]) closer();
    this.#closers.clear();
  }
}
