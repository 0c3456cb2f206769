import type { RelayLine } from '../ports/stretch';
import { ACKNOWLEDGE, FrameReader, HEADER_BYTES, acknowledgedIn, acknowledgement, frame, joined } from './frames';
import { Window } from './window';

/** A line is acknowledged after so many bytes. */
const ACKNOWLEDGED_EVERY = 16_384;

interface Deps {
  /** Milliseconds. */
  readonly now: () => number;
  /** Whether datagrams pass from one host (its number) to another. Asked for each datagram. */
  readonly passes: (from: number, to: number) => boolean;
}

/** What a host has sent through the relay. */
export interface RelayCounters {
  readonly passed: number;
  readonly dropped: number;
}

/** Parts for one receiver out of one piece of a line, written at once. */
interface Parcel {
  readonly parts: Uint8Array[];
  bytes: number;
}

/**
 * Passes the encrypted datagrams of hosts on to each other. A host speaks under its own number only: that follows from its line, not from
 * what it sends. It reaches the hosts that `passes` allows and no other, and takes neither memory (the rest of one frame, and one
 * window for each receiver) nor the line of a receiver from the others.
 */
export class Relay {
  private readonly hosts = new Map<number, Attached>();

  constructor(private readonly deps: Deps) {}

  /** Connects a host's line; one that it had before is closed. `onClose` is called once, unless `detach` or another line is the cause. */
  attach(number: number, line: RelayLine, onClose: (reason: 'ended' | 'misbehaved') => void): void {
    void this.detach(number);
    const host: Attached = new Attached(number, line, this.deps.now, {
      forward: (frames) => this.forward(host, frames),
      closed: (reason) => {
        if (this.hosts.get(number) !== host) return;
        this.hosts.delete(number);
        onClose(reason);
      },
    });
    this.hosts.set(number, host);
    host.begin();
  }

  /** Closes a host's line. Resolves when nothing of it runs there any more. */
  async detach(number: number): Promise<void> {
    const host = this.hosts.get(number);
    this.hosts.delete(number);
    await host?.close();
  }

  has(number: number): boolean {
    return this.hosts.has(number);
  }

  counters(number: number): RelayCounters {
    const { passed = 0, dropped = 0 } = this.hosts.get(number) ?? {};
    return { passed, dropped };
  }

  closeAll(): void {
    for (const number of [...this.hosts.keys()]) void this.detach(number);
  }

  private forward(sender: Attached, frames: ReadonlyArray<{ readonly host: number; readonly data: Uint8Array }>): void {
    const parcels = new Map<Attached, Parcel>();
    for (const { host: to, data } of frames) {
      const receiver = this.hosts.get(to);
      const isAllowed = receiver !== undefined && receiver !== sender && this.deps.passes(sender.number, to);
      const parcel = isAllowed ? (parcels.get(receiver) ?? { parts: [], bytes: 0 }) : null;
      const bytes = HEADER_BYTES + data.length;
      const fits = parcel && receiver?.window.fits(sender.number, parcel.bytes + bytes);
      if (!parcel || !receiver || data.length === 0 || !fits) {
        sender.dropped += 1;
        continue;
      }
      sender.passed += 1;
      parcel.parts.push(frame(sender.number, data));
      parcel.bytes += bytes;
      parcels.set(receiver, parcel);
    }
    for (const [receiver, { parts }] of parcels) receiver.send(sender.number, joined(parts));
  }
}

interface Listeners {
  readonly forward: (frames: ReadonlyArray<{ readonly host: number; readonly data: Uint8Array }>) => void;
  readonly closed: (reason: 'ended' | 'misbehaved') => void;
}

/** One host's line. */
class Attached {
  readonly window: Window;
  passed = 0;
  dropped = 0;
  private readonly reader = new FrameReader();
  private arrived = 0;
  private acknowledged = 0;
  private isClosed = false;

  constructor(
    readonly number: number,
    private readonly line: RelayLine,
    now: () => number,
    private readonly listeners: Listeners,
  ) {
    this.window = new Window(now);
  }

  begin(): void {
    this.line.onClose(() => this.end('ended'));
    this.line.onData((bytes) => this.take(bytes));
  }

  send(from: number, bytes: Uint8Array): void {
    if (this.isClosed) return;
    this.window.send(from, bytes.length);
    this.line.write(bytes);
  }

  async close(): Promise<void> {
    if (this.isClosed) return;
    this.isClosed = true;
    await this.line.close();
  }

  private end(reason: 'ended' | 'misbehaved'): void {
    if (this.isClosed) return;
    void this.close();
    this.listeners.closed(reason);
  }

  private take(bytes: Uint8Array): void {
    if (this.isClosed) return;
    this.arrived += bytes.length;
    const frames = this.reader.read(bytes);
    for (const { host, data } of frames) {
      if (host !== ACKNOWLEDGE) continue;
      const total = acknowledgedIn(data);
      if (total === null || !this.window.acknowledge(total)) return this.end('misbehaved');
    }
    this.listeners.forward(frames.filter(({ host }) => host !== ACKNOWLEDGE));
    if (this.arrived - this.acknowledged <= ACKNOWLEDGED_EVERY) return;
    this.acknowledged = this.arrived;
    this.send(0, acknowledgement(this.arrived));
  }
}
