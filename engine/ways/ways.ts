import type { HostActors } from '../reconcile/host-actors';
import type { LiveFeed } from '../core/live';
import { tryToWrite } from '../core/try-to-write';
import type { Clock } from '../ports/clock';
import type { Log } from '../ports/log';
import type { Store, Touched, TunnelPairKey } from '../ports/store';
import type { TunnelPing } from '../ports/stretch';
import { Lines, errorText } from './lines';
import { type Measured, Pair } from './pair';
import { type Side, Sides, pairId } from './sides';

/** Between two pings of all pairs: a cable that is pulled is shown within this and the time of three pings. */
const EVERY_MS = 25_000;
/** Milliseconds over which commits are gathered. */
const GATHER_MS = 30;
/** A measurement older than this is no longer shown. */
const FRESH_MS = 90_000;
const ANSWER_MS = 15_000;

/** What ways follow from. */
const KINDS: ReadonlySet<Touched['kind']> = new Set<Touched['kind']>(['tunnel', 'host', 'network']);

interface Deps {
  readonly store: Store;
  readonly clock: Clock;
  readonly log: Log;
  readonly actors: HostActors;
  readonly live: LiveFeed;
}

/**
 * How each two hosts that share a stretched network reach each other: chooses the way, opens the relay, measures, and repairs. The
 * pairs are rows of the store, which others insert and remove; what comes of them is written there.
 */
export class Ways {
  private readonly pairs = new Map<string, Pair>();
  /** `from>to`, as numbers. */
  private allowed: ReadonlySet<string> = new Set();
  private readonly sides: Sides;
  private readonly lines: Lines;
  private cancelLook: (() => void) | null = null;
  private cancelTick: (() => void) | null = null;
  private isRunning = false;

  constructor(private readonly deps: Deps) {
    this.sides = new Sides(deps.store, deps.actors);
    this.lines = new Lines({
      ...{ clock: deps.clock, log: deps.log },
      passes: (from, to) => this.allowed.has(`${from}>${to}`),
      onLost: (hostId) => this.ofHost(hostId).forEach((pair) => void pair.step()),
      // "Connected" was said of the former line.
      onReplaced: (hostId, others) => this.ofHost(hostId).forEach((pair) => pair.verify(hostId, others)),
    });
  }

  /** Begins; the returned function ends it, and closes the relay. */
  start(): () => void {
    const { store, actors, clock } = this.deps;
    this.isRunning = true;
    this.reopenRelays();
    const unsubscribe = store.onCommit((touched) => {
      if (touched.some(({ kind }) => KINDS.has(kind))) this.cancelLook ??= clock.after(GATHER_MS, () => this.look());
    });
    const ignore = actors.onObserved((hostId) => this.ofHost(hostId).forEach((pair) => pair.notice()));
    this.look();
    return () => {
      this.isRunning = false;
      unsubscribe();
      ignore();
      this.cancelLook?.();
      this.cancelTick?.();
      // What they are waiting for ends with the actors; the store may be closed by then.
      for (const pair of this.pairs.values()) pair.halt();
      this.pairs.clear();
      this.lines.closeAll();
    };
  }

  /** Relays pass through this process: those of the last one are gone, and connected again only when something passes. */
  private reopenRelays(): void {
    const { store, log } = this.deps;
    const rows = store.tunnelPairs.list().filter(({ way, state }) => way === 'relay' && state === 'connected');
    if (rows.length === 0) return;
    tryToWrite(log, 'the relays of the last engine', () =>
      store.transaction((tx) => {
        for (const { lowId, highId } of rows) tx.tunnelPairs.update({ lowId, highId }, { state: 'connecting' });
      }),
    );
  }

  /** Loss and delay of a pair, as measured lately; null: not. */
  measured(key: TunnelPairKey): Measured | null {
    const measured = this.pairs.get(pairId(key))?.measured ?? null;
    return measured && this.deps.clock.now() - measured.at <= FRESH_MS ? measured : null;
  }

  /** Measures these pairs now. */
  async measure(keys: readonly TunnelPairKey[]): Promise<void> {
    await this.ping(keys.flatMap((key) => this.pairs.get(pairId(key)) ?? []));
  }

  /** Tries the direct way between these hosts now. Resolves when it is known. */
  async tryDirect(keys: readonly TunnelPairKey[]): Promise<void> {
    const pairs = keys.flatMap((key) => this.pairs.get(pairId(key)) ?? []);
    await Promise.all(pairs.map((pair) => pair.tryDirect()));
  }

  private ofHost(hostId: string): Pair[] {
    return [...this.pairs.values()].filter(({ key }) => key.lowId === hostId || key.highId === hostId);
  }

  /** The pairs of the store are those that are kept. */
  private look(): void {
    this.cancelLook = null;
    const { store } = this.deps;
    const rows = store.tunnelPairs.list();
    const numbers = new Map(store.tunnels.list().map(({ hostId, number }) => [hostId, number]));
    this.allowed = new Set(
      rows.flatMap(({ lowId, highId }) => {
        const [low, high] = [numbers.get(lowId), numbers.get(highId)];
        return low === undefined || high === undefined ? [] : [`${low}>${high}`, `${high}>${low}`];
      }),
    );
    const wanted = new Set(rows.map(pairId));
    for (const [id, pair] of this.pairs) {
      if (wanted.has(id)) continue;
      this.pairs.delete(id);
      pair.end();
    }
    for (const { lowId, highId } of rows) {
      const key = { lowId, highId };
      if (!this.pairs.has(pairId(key))) this.pairs.set(pairId(key), this.newPair(key));
    }
    for (const pair of this.pairs.values()) pair.notice();
    if (this.pairs.size > 0) this.scheduleTick();
  }

  private newPair(key: TunnelPairKey): Pair {
    const { store, clock, log, live } = this.deps;
    const { sides, lines } = this;
    const onMeasured = (): void => live.touch({ kind: 'tunnel', id: pairId(key) });
    return new Pair(key, { store, clock, log, sides, lines, onMeasured });
  }

  private scheduleTick(): void {
    this.cancelTick ??= this.deps.clock.after(EVERY_MS, () => {
      void this.ping([...this.pairs.values()]).finally(() => {
        this.cancelTick = null;
        if (this.isRunning && this.pairs.size > 0) this.scheduleTick();
      });
    });
  }

  /** Pings these pairs: each host once for all of its own. */
  private async ping(pairs: readonly Pair[]): Promise<void> {
    const byHost = new Map<string, { readonly side: Side; readonly pairs: Map<number, Pair> }>();
    for (const pair of pairs) {
      const from = pair.pinger();
      if (!from) continue;
      const entry = byHost.get(from.side.id) ?? { side: from.side, pairs: new Map<number, Pair>() };
      entry.pairs.set(from.other.number, pair);
      byHost.set(from.side.id, entry);
    }
    await Promise.all([...byHost.values()].map(({ side, pairs: ofSide }) => this.pingFrom(side, ofSide)));
  }

  private async pingFrom(side: Side, pairs: ReadonlyMap<number, Pair>): Promise<void> {
    const { driver, id } = side;
    const spec = side.spec();
    if (!driver || !spec) return;
    let pings: readonly TunnelPing[] = [];
    try {
      pings = await driver.ping(spec, [...pairs.keys()], AbortSignal.timeout(ANSWER_MS));
    } catch (error) {
      this.deps.log.debug({ host: id, message: errorText(error) }, 'no pings through the tunnel');
      pings = [...pairs.keys()].map((number) => ({ number, sent: 0, received: 0, delay: null, mtu: null }));
    }
    if (this.isRunning) for (const ping of pings) pairs.get(ping.number)?.take(ping);
  }
}
