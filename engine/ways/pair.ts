import { type StretchReason, type TunnelPairState, type TunnelWay, type Written, say } from '../../contract';
import { emitter, ENGINE } from '../core/events';
import { instant } from '../core/ids';
import { tryToWrite } from '../core/try-to-write';
import type { Clock } from '../ports/clock';
import type { Log } from '../ports/log';
import type { Store, TunnelPairKey, TunnelPairRow } from '../ports/store';
import type { TunnelPing } from '../ports/stretch';
import { couldBeDirect, elsewhere } from './endpoints';
import { type Lines, errorText } from './lines';
import { type Side, type Sides, whyNotReady } from './sides';

/** A try at a direct way lasts two seconds on the hosts; a ping, two. */
const ANSWER_MS = 15_000;
/** Pings until a new relay counts as broken: WireGuard repeats its first handshake after 5 s. */
const FIRST_PINGS = 4;
/** A pair that was connected directly once is tried again so much later, twice as late each time. */
const AGAIN_MS = 300_000;
const AGAIN_MOST_MS = 3_600_000;
/** Between two times that an open relay through which nothing passes is opened again: it serves other pairs too. */
const RENEW_MS = 300_000;

export interface PairDeps {
  readonly store: Store;
  readonly clock: Clock;
  readonly log: Log;
  readonly sides: Sides;
  readonly lines: Lines;
  /** What is shown of a pair has changed without a commit. */
  readonly onMeasured: (key: TunnelPairKey) => void;
}

/** The last measurement. */
export interface Measured {
  readonly at: number;
  /** 0 to 1. */
  readonly loss: number;
  /** Milliseconds; null: nothing came back. */
  readonly delay: number | null;
}

/** What decides a way, besides the answers of the hosts: if it changes, the direct way is tried again. */
const circumstances = (row: TunnelPairRow, sides: readonly Side[]): string =>
  JSON.stringify([row.choice, sides.map(({ endpoints }) => endpoints)]);

interface Outcome {
  readonly state: TunnelPairState;
  readonly way: TunnelWay | null;
  /** Omitted: as it was. */
  readonly why?: Written<StretchReason> | null;
  readonly endpoints?: Pick<TunnelPairRow, 'lowEndpoint' | 'highEndpoint'>;
}

/**
 * Keeps the way between two hosts: direct where that works and is not ruled out, otherwise by relay.
 *
 *     not ready -> try direct -> direct: ping -> silent -> try direct -> relay -> silent: down, and again
 *
 * One step at a time; whatever happens in between causes one more.
 */
export class Pair {
  private isStepping = false;
  private isDue = false;
  private isRequested = false;
  private isOver = false;
  /** In which circumstances the direct way was tried. */
  private tried: string | null = null;
  private wasReady: string | null = null;
  private wasDirect = false;
  private againAt = Infinity;
  private againMs = AGAIN_MS;
  private renewAt = 0;
  private waiters: Array<() => void> = [];
  measured: Measured | null = null;

  constructor(
    readonly key: TunnelPairKey,
    private readonly deps: PairDeps,
  ) {}

  /** Tries the direct way now, even if it did not work before. Resolves when the way is decided. */
  tryDirect(): Promise<void> {
    this.isRequested = true;
    return this.step();
  }

  /** Observes whether the hosts, their addresses or the choice have changed since, and decides again if so. */
  notice(): void {
    const sides = this.sides();
    const row = this.row();
    if (!sides || !row) return;
    const now = JSON.stringify([whyNotReady(sides), circumstances(row, sides)]);
    if (now === this.wasReady) return;
    this.wasReady = now;
    void this.step();
  }

  /** A host has another relay line than the one by which it reached these others. */
  verify(hostId: string, others: ReadonlySet<number>): void {
    const [low, high] = this.numbers ?? [];
    const other = hostId === this.key.lowId ? high : low;
    if (other !== undefined && others.has(other)) void this.step();
  }

  /** Decides the way, or repairs it. Resolves when that is done. */
  step(): Promise<void> {
    const done = new Promise<void>((resolve) => this.waiters.push(resolve));
    this.isDue = true;
    if (!this.isStepping) void this.run();
    return done;
  }

  /** The pings of the pair that were sent for all at once. */
  take(ping: TunnelPing): void {
    this.remember(ping);
    const row = this.row();
    if (!row) return;
    const isAlive = ping.received > 0;
    const isTimeToTry = this.deps.clock.now() >= this.againAt && row.way === 'relay' && row.choice === 'auto';
    if (isTimeToTry) void this.tryDirect();
    else if (!isAlive || row.state !== 'connected') void this.step();
  }

  /** Which of the hosts can ping the other; null: neither. */
  pinger(): { readonly side: Side; readonly other: Side } | null {
    const [low, high] = this.sides() ?? [];
    if (!low || !high) return null;
    if (low.driver && low.isReady) return { side: low, other: high };
    return high.driver && high.isReady ? { side: high, other: low } : null;
  }

  /** The engine ends: nothing is read or written any more. The hosts keep the way that they have. */
  halt(): void {
    this.isOver = true;
    for (const resolve of this.waiters.splice(0)) resolve();
  }

  /** The hosts no longer share a network. */
  end(): void {
    this.halt();
    const [low, high] = this.numbers ?? [];
    if (low !== undefined && high !== undefined) {
      this.deps.lines.release(this.key.lowId, high);
      this.deps.lines.release(this.key.highId, low);
    }
  }

  private numbers: readonly [number, number] | null = null;

  private row(): TunnelPairRow | undefined {
    return this.isOver ? undefined : this.deps.store.tunnelPairs.get(this.key);
  }

  private sides(): readonly [Side, Side] | null {
    if (this.isOver) return null;
    const { lowId, highId } = this.key;
    const low = this.deps.sides.read(lowId, highId);
    const high = this.deps.sides.read(highId, lowId);
    if (!low || !high) return null;
    this.numbers = [low.number, high.number];
    return [low, high];
  }

  private async run(): Promise<void> {
    this.isStepping = true;
    while (this.isDue && !this.isOver) {
      this.isDue = false;
      const served = this.waiters;
      this.waiters = [];
      try {
        await this.decide();
      } catch (error) {
        if (this.isOver) break;
        this.deps.log.warn({ ...this.key, message: errorText(error) }, 'the way between two hosts failed');
        this.write({ state: 'down', way: null, why: say('stretch.failed', { error: errorText(error) }) });
      }
      for (const resolve of served) resolve();
    }
    this.isStepping = false;
  }

  private async decide(): Promise<void> {
    const row = this.row();
    const sides = this.sides();
    if (!row || !sides) return;
    const why = whyNotReady(sides);
    if (why) return this.withoutOne(row, sides, why);
    if (row.choice === 'relay') this.isRequested = false;
    const mayBeDirect = couldBeDirect(...sides) && row.choice !== 'relay';
    if (mayBeDirect && (await this.direct(row, sides))) return;
    if (row.choice === 'direct') {
      const endpoints = sides.flatMap((side) => side.endpoints);
      return this.write({
        state: 'down',
        way: 'direct',
        why: whyRelayed(sides) ?? say('stretch.no_answer', { endpoints }),
      });
    }
    await this.relayed(row, sides);
  }

  /** One host can't be asked, or is not set up. The other still knows whether frames pass directly. */
  private async withoutOne(
    row: TunnelPairRow,
    sides: readonly [Side, Side],
    why: Written<StretchReason>,
  ): Promise<void> {
    // When it returns, its network may be another.
    this.tried = null;
    if (row.way === 'direct' && row.state !== 'connecting' && (await this.answers())) {
      return this.write({ state: 'connected', way: 'direct', why: whyDirect(row) });
    }
    const silent = sides.filter(({ driver }) => driver === null);
    // An engine that has just started does not know more than the last one did.
    if (row.way === 'direct' && silent.some(({ isConnecting }) => isConnecting)) return;
    const isDown = silent.some(({ isConnecting }) => !isConnecting);
    this.write({ state: isDown ? 'down' : 'connecting', way: row.way, why });
  }

  /** Whether the direct way works, after trying it where that is due. */
  private async direct(row: TunnelPairRow, sides: readonly [Side, Side]): Promise<boolean> {
    const now = circumstances(row, sides);
    const isRequested = this.isRequested;
    this.isRequested = false;
    if (row.way === 'direct' && !isRequested && (await this.answers())) {
      this.tried = now;
      this.wasDirect = true;
      this.write({ state: 'connected', way: 'direct', why: whyDirect(row) });
      return true;
    }
    const isDue = isRequested || row.way === 'direct' || row.choice === 'direct' || this.tried !== now;
    if (!isDue) return false;
    this.tried = now;
    const [low, high] = sides;
    const [ofLow, ofHigh] = [elsewhere(low.endpoints, high.endpoints), elsewhere(high.endpoints, low.endpoints)];
    const rounds = Math.max(ofLow.length, ofHigh.length);
    for (let round = 0; round < rounds; round += 1) {
      const to = { low: ofLow[round] ?? ofLow[0], high: ofHigh[round] ?? ofHigh[0] };
      // Both at once: two firewalls that let answers in are opened by what each side sends.
      const [highEndpoint, lowEndpoint] = await Promise.all([tries(low, high, to.high), tries(high, low, to.low)]);
      if (highEndpoint === null && lowEndpoint === null) continue;
      // The host that did not get through itself learns the way from what it gets.
      await (highEndpoint === null ? this.pingFrom(high, low) : this.pingFrom(low, high));
      const why = whyDirect({ ...row, lowEndpoint, highEndpoint });
      this.wasDirect = true;
      this.againMs = AGAIN_MS;
      this.againAt = Infinity;
      this.write({ state: 'connected', way: 'direct', why, endpoints: { lowEndpoint, highEndpoint } });
      this.releaseLines();
      return true;
    }
    if (this.wasDirect) {
      this.againAt = this.deps.clock.now() + this.againMs;
      this.againMs = Math.min(AGAIN_MOST_MS, this.againMs * 2);
    }
    return false;
  }

  private async relayed(row: TunnelPairRow, sides: readonly [Side, Side]): Promise<void> {
    const [low, high] = sides;
    const unable = sides.find(({ canRelay }) => !canRelay);
    const nowhere = { lowEndpoint: null, highEndpoint: null };
    if (unable) {
      this.write({ state: 'down', way: null, why: say('stretch.no_relay', { host: unable.name }), endpoints: nowhere });
      return;
    }
    const isLate = this.deps.clock.now() >= this.renewAt;
    if (row.way === 'relay' && row.state === 'down' && isLate) {
      this.renewAt = this.deps.clock.now() + RENEW_MS;
      for (const { id } of sides) this.deps.lines.distrust(id);
    }
    const wasOpen = this.deps.lines.joins(low, high);
    if (!wasOpen) {
      const signal = AbortSignal.timeout(ANSWER_MS * 2);
      await Promise.all([
        this.deps.lines.ensure(low, high.number, signal),
        this.deps.lines.ensure(high, low.number, signal),
      ]);
    }
    const why =
      row.choice === 'relay'
        ? say('stretch.chosen', { way: 'relay' })
        : (whyRelayed(sides) ?? say('stretch.no_answer', { endpoints: sides.flatMap(({ endpoints }) => endpoints) }));
    const isAlive = await this.answers(wasOpen ? 2 : FIRST_PINGS);
    const state = isAlive ? 'connected' : 'down';
    this.write({ state, way: 'relay', why: isAlive ? why : say('stretch.silent', {}), endpoints: nowhere });
  }

  /** Whether the other host answers; asked twice, since a single packet can be lost. */
  private async answers(times = 2): Promise<boolean> {
    for (let i = 0; i < times; i += 1) {
      const from = this.pinger();
      if (from && (await this.pingFrom(from.side, from.other))) return true;
    }
    return false;
  }

  private async pingFrom(side: Side, { number }: Side): Promise<boolean> {
    const { driver } = side;
    const spec = side.spec();
    if (!driver || !spec) return false;
    try {
      const [ping] = await driver.ping(spec, [number], AbortSignal.timeout(ANSWER_MS));
      if (ping) this.remember(ping);
      return ping !== undefined && ping.received > 0;
    } catch (error) {
      this.deps.log.debug({ ...this.key, message: errorText(error) }, 'no ping through the tunnel');
      return false;
    }
  }

  private remember({ sent, received, delay }: TunnelPing): void {
    const loss = sent === 0 ? 1 : Math.min(1, Math.max(0, 1 - received / sent));
    this.measured = { at: this.deps.clock.now(), loss, delay };
    this.deps.onMeasured(this.key);
  }

  private releaseLines(): void {
    const [low, high] = this.numbers ?? [];
    if (low === undefined || high === undefined) return;
    this.deps.lines.release(this.key.lowId, high);
    this.deps.lines.release(this.key.highId, low);
  }

  /** Records what came of it, if that is new, and reports a connection that was made or lost. */
  private write({ state, way, why, endpoints }: Outcome): void {
    const row = this.row();
    if (!row) return;
    const isNew = row.state !== state || row.way !== way;
    const patch = { state, way, ...(why === undefined ? {} : { why }), ...(endpoints ?? {}) };
    const was = JSON.stringify([row.state, row.way, row.why, row.lowEndpoint, row.highEndpoint]);
    const after = { ...row, ...patch };
    if (was === JSON.stringify([after.state, after.way, after.why, after.lowEndpoint, after.highEndpoint])) return;
    const { store, clock, log } = this.deps;
    const at = instant(clock.now());
    const hosts = [row.lowId, row.highId].map((id) => store.hosts.get(id)?.name ?? id);
    tryToWrite(log, 'the way between two hosts', () =>
      store.transaction((tx) => {
        tx.tunnelPairs.update(this.key, { ...patch, ...(isNew ? { since: at } : {}) });
        if (!isNew) return;
        const emit = emitter(tx, ENGINE, at);
        const subjects = { hostId: row.lowId };
        const isBack = row.state === 'down' || row.way !== way || row.since === null;
        if (state === 'connected' && way !== null && isBack)
          emit('tunnel.state', 'normal', say('tunnel.connected', { hosts, way }), subjects);
        if (state === 'down' && row.state === 'connected')
          emit('tunnel.state', 'warning', say('tunnel.down', { hosts }), subjects);
      }),
    );
  }
}

/** Why the direct way is used, in place of what the pair was down for before. */
function whyDirect({
  choice,
  lowEndpoint,
  highEndpoint,
}: Pick<TunnelPairRow, 'choice' | 'lowEndpoint' | 'highEndpoint'>): Written<StretchReason> {
  const endpoints = [lowEndpoint, highEndpoint].filter((each) => each !== null);
  return choice === 'direct' ? say('stretch.chosen', { way: 'direct' }) : say('stretch.direct', { endpoints });
}

/** Why two hosts have no direct way at all; null: they could have one. */
function whyRelayed(sides: readonly [Side, Side]): Written<StretchReason> | null {
  const lab = sides.find(({ kind }) => kind === 'lab');
  if (lab) return say('stretch.lab', { host: lab.name });
  return couldBeDirect(...sides) ? null : say('stretch.simulated', {});
}

/** Where the other host is reached directly; null: not. */
async function tries(from: Side, to: Side, endpoint: string | undefined): Promise<string | null> {
  const spec = from.spec();
  if (endpoint === undefined || !from.driver || !spec) return null;
  return from.driver.tryDirect(spec, to.number, endpoint, AbortSignal.timeout(ANSWER_MS));
}
