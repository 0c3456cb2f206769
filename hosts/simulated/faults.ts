import { AppError, note, type Remedy } from '../../contract';
import type { Clock } from '../../engine/ports/clock';
import { throwIfCancelled } from '../cancelled';
import { CommandError } from '../command-error';

/** Pseudo-random numbers in [0, 1), the same in every run for the same seed (mulberry32 over an FNV-1a hash of it). */
export function seededRandom(seed: string): () => number {
  let a = 0x811c9dc5;
  for (const byte of Buffer.from(seed)) a = Math.imul(a ^ byte, 0x01000193);
  return () => {
    a = (a + 0x6d2b79f5) | 0;
    let t = Math.imul(a ^ (a >>> 15), 1 | a);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/** The faults of a simulated host, and the duration of its steps. */
export class Faults {
  /** Milliseconds added to each step. */
  extraDelayMs = 0;
  /** How many of the next steps fail. */
  failNext = 0;
  /** Bridges of which every change fails. */
  readonly failing = new Set<string>();
  /** The host is unreachable, but keeps running. */
  unreachable = false;

  readonly #host: string;
  readonly #delayMs: number;
  readonly #rate: number;
  readonly #random: () => number;

  constructor(host: { readonly id: string; readonly name: string }, delayMs: number, rate: number) {
    this.#host = host.name;
    this.#delayMs = delayMs;
    this.#rate = rate;
    this.#random = seededRandom(host.id);
  }

  /** Whether the next step fails. Draws one number per step, so that a run can be repeated. */
  strikes(): boolean {
    const unlucky = this.#rate > 0 && this.#random() < this.#rate;
    if (this.failNext === 0) return unlucky;
    this.failNext -= 1;
    return true;
  }

  /** A number from 0 to `below` - 1: where in a step it fails. */
  pick(below: number): number {
    return Math.floor(this.#random() * below);
  }

  /** Waits for the duration of one step; throws CANCELLED if the signal is aborted. */
  async step(clock: Clock, signal: AbortSignal): Promise<void> {
    throwIfCancelled(signal);
    const ms = this.#delayMs + this.extraDelayMs;
    if (ms > 0) await pause(ms, clock, signal);
    throwIfCancelled(signal);
    if (this.unreachable) throw this.noAnswer();
  }

  noAnswer(): AppError {
    return new AppError('HOST_UNREACHABLE', `The simulated host ${this.#host} does not answer`, {
      remedy: note('Activate the host when it is back.'),
    });
  }

  /** The failure of a command, as a real host would report it. */
  failure(argv: readonly string[], stderr: string, remedy: Remedy | null = null): CommandError {
    return new CommandError(`simulated host ${this.#host}`, argv, 1, stderr, remedy);
  }
}

function pause(ms: number, clock: Clock, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const end = (): void => {
      cancel();
      signal.removeEventListener('abort', end);
      resolve();
    };
    const cancel = clock.after(ms, end);
    signal.addEventListener('abort', end, { once: true });
  });
}
