import { describeError } from '../core/errors';
import type { Clock } from '../ports/clock';
import type { Log } from '../ports/log';
import type { RelayLine, TunnelSpec } from '../ports/stretch';
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
  /** A host has another line than before; these others were reached by the former one. */
  readonly onReplaced: (hostId: string, others: ReadonlySet<number>) => void;
}

/** One host: the others that it reaches by relay, and its line. */
interface Entry {
  readonly wanted: Set<number>;
  /** Null: none, or it is to be replaced. */
  line: RelayLine | null;
  /** Which the host reaches by that line. */
  served: Set<number>;
  /** Which it has reached by the last line. */
  led: ReadonlySet<number>;
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
    const fresh: Entry = { wanted: new Set(), line: null, served: new Set(), led: new Set(), opening: null };
    const entry = this.entries.get(side.id) ?? fresh;
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
    if (entry) this.forget(entry);
  }

  private forget(entry: Entry): void {
    if (entry.served.size > 0) entry.led = entry.served;
    Object.assign(entry, { line: null, served: new Set<number>() });
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
    if (number !== undefined) void this.relay.detach(number);
  }

  private serves({ id, number }: Side, other: number): boolean {
    return this.relay.has(number) && this.entries.get(id)?.served.has(other) === true;
  }

  /** Makes the relay the way to every host that is wanted, by the open line if it can lead there. */
  private async open(side: Side, entry: Entry): Promise<void> {
    await new Promise<void>((resolve) => this.deps.clock.after(GATHER_MS, resolve));
    const { driver } = side;
    const spec = side.spec();
    if (!driver || !spec) throw new Error('the host is not ready for a relay');
    const signal = AbortSignal.timeout(OPENED_WITHIN_MS);
    const wanted = [...entry.wanted].sort((a, b) => a - b);
    const isEnough = entry.line !== null && wanted.every((other) => entry.line?.ports.has(other));
    // A line leads to every peer: the next pair needs no other one.
    if (!isEnough) await this.replace(side, entry, () => driver.openRelay(spec, numbersOf(spec), signal));
    const { line } = entry;
    const missing = wanted.filter((other) => !entry.served.has(other));
    if (line === null) throw new Error('the relay has ended');
    await driver.useRelay(spec, line, missing, signal);
    if (entry.line === line) for (const other of missing) entry.served.add(other);
  }

  /**
   * The former line ends before the new one is the way: WireGuard answers to where it last heard a peer from, so what the former still
   * delivers would make it send to a port where nobody listens.
   */
  private async replace({ id, number }: Side, entry: Entry, open: () => Promise<RelayLine>): Promise<void> {
    const line = await open();
    const had = this.relay.has(number);
    this.forget(entry);
    await this.relay.detach(number);
    if (this.isClosed || this.entries.get(id) !== entry) {
      await line.close();
      throw new Error('the relay is no longer needed');
    }
    entry.line = line;
    this.relay.attach(number, line, (reason) => {
      this.deps.log.warn({ host: id, reason, ...this.relay.counters(number) }, 'relay ended');
      this.forget(entry);
      this.deps.onLost(id);
    });
    this.deps.log.debug({ host: id, peers: line.ports.size }, 'relay opened');
    if (had) this.deps.onReplaced(id, entry.led);
  }
}

const numbersOf = ({ peers }: TunnelSpec): number[] => peers.map(({ number }) => number).sort((a, b) => a - b);

/** Text of an error for a pair. */
export const errorText = (error: unknown): string => describeError(error).message.slice(0, 300);
