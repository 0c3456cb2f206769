import {
  AppError,
  type EntityChange,
  type EntityKind,
  type EntityOf,
  type Event,
  type LiveBatch,
} from '../../contract';
import type { Clock } from '../ports/clock';
import type { Store, Touched } from '../ports/store';
import { Channel, type Following } from './channel';

/** Milliseconds over which changes are merged into one batch. */
const GATHER_MS = 50;
/** How many batches can wait for one reader before it has to read everything again. */
const MAX_WAITING = 64;
/** Above this number of changes in a batch, reading everything again is cheaper. */
const MAX_CHANGES = 20_000;

/** An entity in the form of its area's `list`; null or undefined: it no longer exists. */
type Presenter<K extends EntityKind> = (id: string) => EntityOf<K> | null | undefined;

interface Reader {
  readonly queue: LiveBatch[];
  reset: boolean;
  wake(): void;
}

interface Deps {
  readonly store: Store;
  readonly clock: Clock;
}

/**
 * Sends changes to readers. Nothing is collected or presented without readers. Batches are created once and shared; a reader that
 * is too slow loses its queue and gets `reset`, so that no reader can make the engine's memory grow.
 */
export class LiveFeed {
  private readonly presenters = new Map<EntityKind, (id: string) => EntityChange>();
  private readonly readers = new Set<Reader>();
  private touched = new Map<string, Touched>();
  private events: Event[] = [];
  private cancelTimer: (() => void) | null = null;
  private readonly unsubscribe: () => void;

  constructor(private readonly deps: Deps) {
    this.unsubscribe = deps.store.onCommit((touched, events) => this.gather(touched, events));
  }

  /** Sets how entities of a kind are presented. */
  present<K extends EntityKind>(kind: K, presenter: Presenter<K>): void {
    // The presenter's type ties the value to its kind; TypeScript can't follow that through the union.
    this.presenters.set(kind, (id) => ({ kind, id, value: presenter(id) ?? null }) as EntityChange);
  }

  /** Changes from now on. The first batch is always a `reset`: read everything once. */
  follow(signal?: AbortSignal): Following<LiveBatch> {
    const reader: Reader = { queue: [], reset: true, wake: () => undefined };
    const subscribe = (wake: () => void): (() => void) => {
      reader.wake = wake;
      this.readers.add(reader);
      return () => this.readers.delete(reader);
    };
    return new Channel<LiveBatch>(() => this.next(reader), subscribe, signal);
  }

  /** Presents an entity again whose shown state changed without a commit. */
  touch(thing: Touched): void {
    this.gather([thing], []);
  }

  /** Disconnects all readers and stops collecting. */
  close(): void {
    this.unsubscribe();
    this.cancelTimer?.();
    this.readers.clear();
  }

  private next(reader: Reader): { value: LiveBatch } | 'wait' {
    if (reader.reset) {
      reader.reset = false;
      return { value: { seq: this.deps.store.events.lastSeq(), reset: true, changes: [], events: [] } };
    }
    const batch = reader.queue.shift();
    return batch ? { value: batch } : 'wait';
  }

  private gather(touched: readonly Touched[], events: readonly Event[]): void {
    if (this.readers.size === 0) return;
    for (const thing of touched) {
      this.touched.set(`${thing.kind}:${thing.id}`, thing);
      // A network's status in its clusters depends on its attachments (rule O6), so it changes with them.
      if (thing.kind === 'attachment') {
        const networkId = thing.id.slice(0, thing.id.indexOf('/'));
        this.touched.set(`network:${networkId}`, { kind: 'network', id: networkId });
      }
    }
    this.events.push(...events);
    this.cancelTimer ??= this.deps.clock.after(GATHER_MS, () => this.flush());
  }

  private flush(): void {
    this.cancelTimer = null;
    const touched = this.touched;
    const events = this.events;
    this.touched = new Map();
    this.events = [];
    if (touched.size > MAX_CHANGES || events.length > MAX_CHANGES) {
      for (const reader of this.readers) this.reset(reader);
      return;
    }
    const changes = [...touched.values()].map(({ kind, id }) => this.changeOf(kind, id));
    const batch: LiveBatch = { seq: this.deps.store.events.lastSeq(), reset: false, changes, events };
    for (const reader of this.readers) {
      if (reader.queue.length >= MAX_WAITING) this.reset(reader);
      else if (!reader.reset) reader.queue.push(batch);
      reader.wake();
    }
  }

  private reset(reader: Reader): void {
    reader.queue.length = 0;
    reader.reset = true;
    reader.wake();
  }

  private changeOf(kind: EntityKind, id: string): EntityChange {
    const presenter = this.presenters.get(kind);
    if (!presenter) throw new AppError('INTERNAL', `no presenter for entities of the kind ${kind}`);
    return presenter(id);
  }
}
