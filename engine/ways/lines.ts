import { describeError } from '../core/errors';
import type { Clock } from '../ports/clock';
import type { Log } from '../ports/log';
import { Relay } from './relay';
import type { Side } from './sides';

/** Requests of this time are served by one line. */
const GATHER_MS = 30;
const OPENED_WITHIN_MS = 20_000;

interface Deps {
  readonly clock: Clock;
  readonly log: Log;
  readonly passes: (from: number, to: number) => boolean;
  /** The line of a host has ended unasked. */
  readonly onLost: (hostId: string) => void;
}

/** One host: the others that it reaches by relay, and its line. */
interface Entry {
  readonly wanted: Set<number>;
  /** Which the open line serves. */
  served: ReadonlySet<number>;
  opening: Promise<void> | null;
}

/** The relay lines of hosts: one for each host with relayed pairs, whatever their number. */
export class Lines {
  private readonly relay: Relay;
  private readonly entries = new Map<string, Entry>();
  private readonly numbers = new Map<string, number>();
  private isClosed = false;

  constructor(private readonly deps: Deps) {
    this.relay = new Relay({ now: () => deps.clock.now(), passes: deps.passes });
  }

  /** Whether the relay connects two hosts now. */
  joins(a: Side, b: Side): boolean {
    return this.serves(a, b.number) && this.serves(b, a.number);
  }

  /** Makes the relay the way from a host to another. Throws the error of the attempt. */
  async ensure(side: Side, other: number, signal: AbortSignal): Promise<void> {
    const entry: Entry = this.entries.get(side.id) ?? { wanted: new Set(), served: new Set(), opening: null };
    this.entries.set(side.id, entry);
    this.numbers.set(side.id, side.number);
    entry.wanted.add(other);
    while (!this.serves(side, other)) {
      signal.throwIfAborted();
      entry.opening ??= this.open(side, entry).finally(() => (entry.opening = null));
      await entry.opening;
    }
  }

  /** The line of a host is open, but nothing passes to the other: the next `ensure` opens it again. */
  distrust(hostId: string): void {
    const entry = this.entries.get(hostId);
    if (entry) entry.served = new Set();
  }

  /** A host no longer reaches another by relay. The line ends with its last. */
  release(hostId: string, other: number): void {
    const entry = this.entries.get(hostId);
    if (!entry) return;
    entry.wanted.delete(other);
    if (entry.wanted.size === 0) this.drop(hostId);
  }

  closeAll(): void {
    this.isClosed = true;
    this.entries.clear();
    this.relay.closeAll();
  }

  private drop(hostId: string): void {
    const number = this.numbers.get(hostId);
    this.entries.delete(hostId);
    this.numbers.delete(hostId);
    if (number !== undefined) this.relay.detach(number);
  }

  private serves({ id, number }: Side, other: number): boolean {
    return this.relay.has(number) && this.entries.get(id)?.served.has(other) === true;
  }

  private async open(side: Side, entry: Entry): Promise<void> {
    await new Promise<void>((resolve) => this.deps.clock.after(GATHER_MS, resolve));
    const { driver, number, id } = side;
    const spec = side.spec();
    if (!driver || !spec) throw new Error('the host is not ready for a relay');
    const numbers = [...entry.wanted].sort((a, b) => a - b);
    const line = await driver.openRelay(spec, numbers, AbortSignal.timeout(OPENED_WITHIN_MS));
    if (this.isClosed || this.entries.get(id) !== entry) {
      line.close();
      throw new Error('the relay is no longer needed');
    }
    entry.served = new Set(numbers);
    this.relay.attach(number, line, (reason) => {
      this.deps.log.warn({ host: id, reason, ...this.relay.counters(number) }, 'relay ended');
      entry.served = new Set();
      this.deps.onLost(id);
    });
    this.deps.log.debug({ host: id, peers: numbers.length }, 'relay opened');
  }
}

/** Text of an error for a pair. */
export const errorText = (error: unknown): string => describeError(error).message.slice(0, 300);
