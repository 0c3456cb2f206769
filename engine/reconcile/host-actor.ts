import PQueue from 'p-queue';
import { AppError, type ErrorCode, type HostState, note, type HostReason, say, type Remedy } from '../../contract';
import { describeError, throwIfCancelled } from '../core/errors';
import { instant } from '../core/ids';
import { tryToWrite } from '../core/try-to-write';
import type { Clock } from '../ports/clock';
import type { HostDriver, HostNotice } from '../ports/host-driver';
import type { Log } from '../ports/log';
import type { ObservedHost } from '../ports/observed';
import type { Store } from '../ports/store';
import { BackOff } from './back-off';
import { Batch } from './batch';
import { BootFile } from './boot-file';
import type { BusyVms } from './busy-vms';
import { DesiredHost } from './desired-host';
import { Gathering } from './gathering';
import { reconcileHost } from './reconcile-host';
import { ObservationShare } from './observation-share';
import { dropConfirmedKeys, lacks, moveHost } from './record/host-states';
import type { Recorded } from './record/record-observed';
import type { ConvergeReport } from './record/record-result';
import { GRACE_MS, InFlightFilter } from './in-flight-filter';
import { KeptState } from './kept-state';
import { NextObservation } from './next-observation';
import type { Finding } from '../plan/model/finding';

/** From the first notice to the observation that it causes: long enough for the notices of one change to arrive together. */
const DEBOUNCE_MS = 5;
/** The same for VMs and their taps: libvirt makes a tap, its bridge's port and the VM one after the other. */
const VM_DEBOUNCE_MS = 15;
/** Until the next observation while a VM is changed: the end of its turn causes one, this one is in case that fails. */
const TURN_MS = 2_000;
/** A full observation, in case a notice was lost (rule O4). */
const FULL_OBSERVATION_MS = 60_000;
/** A connection that is lost sooner than this counts as a failed attempt: the delays keep growing. */
const STEADY_MS = 10_000;
/** A wrong host key, password or login stays wrong until a user acts; retries would get accounts locked. */
const FOR_A_PERSON: ReadonlySet<string> = new Set<ErrorCode>(['FORBIDDEN', 'BAD_INPUT']);

export interface ActorDeps {
  readonly store: Store;
  readonly clock: Clock;
  readonly log: Log;
  readonly busy: BusyVms;
  /** Called after each observation. */
  readonly onObserved?: (hostId: string, observed: ObservedHost) => void;
  /** Called when a restart of the host was recorded. */
  readonly onRestarted?: (hostId: string) => void;
}

/**
 * How much of a host a reconcile reads at its start, least first. `assured`: nothing, if it is known to be in order; `planned`: nothing, if
 * what has to change is clear from what is known; `networks`: all but VMs without notices; `whole`: everything.
 */
const EXTENTS = ['assured', 'planned', 'networks', 'whole'] as const;
export type Extent = (typeof EXTENTS)[number];

const wider = (one: Extent, other: Extent): Extent => (EXTENTS.indexOf(one) < EXTENTS.indexOf(other) ? other : one);

/** One connection, from `connect` to its loss. */
interface Connection {
  readonly abort: AbortController;
  /** Why it was lost before it was complete. */
  lost?: string;
}

/** What an attempt to connect came to. */
export interface Connected {
  /** The reconcile that follows each connection, of the whole host; null: there was a connection already. */
  readonly first: Promise<ConvergeReport> | null;
}

const runningServices = (observed: ObservedHost | null): ReadonlySet<string> =>
  new Set((observed?.services ?? []).flatMap(({ networkId, isRunning }) => (isRunning ? [networkId] : [])));

const failedWith = (error: string, remedy: Remedy | null): HostReason => say('reason.host.error', { error, remedy });

const IN_ORDER: ConvergeReport = { deployed: [], removed: 0, failures: [], lacking: [], setupIsDue: false };

/** Whether all is as desired, and all of it was read; the inside of servers and tunnels changes without a notice. */
const isKept = (
  { failures, lacking, setupIsDue }: ConvergeReport,
  { vms, services = [], tunnel }: ObservedHost,
): boolean => failures.length + lacking.length + services.length === 0 && !setupIsDue && vms !== null && !tunnel;

/**
 * Keeps one active host in its desired state.
 *
 *     connect -> watch -> converge (rule S6) -> up | non_operational
 *        ^                    ^     |
 *        | back-off           |     | notice, request, 60 s, retry
 *     non_responsive <- lost  +-----+
 *
 * All observations and changes of networks go through one queue; waiting requests are served by one run.
 */
export class HostActor {
  private readonly queue = new PQueue({ concurrency: 1 });
  private readonly life = new AbortController();
  private readonly inFlight = new InFlightFilter();
  private readonly unreported = new Map<string, readonly Finding[]>();
  private readonly reconnect: BackOff;
  private readonly retry: BackOff;
  private readonly share: ObservationShare;
  private readonly kept: KeptState;
  private readonly desired: DesiredHost;
  private readonly recorded: Recorded = { last: null };
  private readonly gathering: Gathering;
  private readonly next: NextObservation;
  private readonly bootFile: BootFile;
  private cancelSteady: (() => void) | null = null;
  private connection: Connection | null = null;
  private attempt: Promise<Connected> | null = null;
  private batch: Batch<ConvergeReport> | null = null;
  /** The most that someone waiting for the next batch needs read. */
  private extent: Extent = 'assured';
  private cancelObservation: (() => void) | null = null;
  private seenAt: number | null = null;
  private observed: ObservedHost | null = null;

  constructor(
    readonly hostId: string,
    readonly driver: HostDriver,
    private readonly deps: ActorDeps,
  ) {
    this.reconnect = new BackOff(deps.clock);
    this.retry = new BackOff(deps.clock);
    this.share = new ObservationShare(deps.clock);
    this.kept = new KeptState(hostId, deps.busy, deps.clock);
    this.desired = new DesiredHost(deps.store, hostId);
    this.gathering = new Gathering(hostId, deps.busy, deps.clock);
    this.next = new NextObservation(deps.clock, this.share, () => {
      if (this.connection) this.nextBatch('networks');
    });
    this.bootFile = new BootFile(hostId, driver, deps);
  }

  /** Whether the host responded last time. */
  get connected(): boolean {
    return this.connection !== null;
  }

  /** Milliseconds since the epoch of the last observation that the host answered; null: none yet. */
  get lastSeen(): number | null {
    return this.seenAt;
  }

  /** The last observation of the host, with unmanaged objects; null: not observed yet. */
  get seen(): ObservedHost | null {
    return this.observed;
  }

  /** The host as it was last read back, as long as nothing says that it has changed since; null: it has to be observed. */
  get known(): ObservedHost | null {
    return this.connection ? this.kept.current : null;
  }

  /** The same for its networks alone: of VMs and their taps it says what was. */
  get knownNetworks(): ObservedHost | null {
    return this.connection ? this.kept.networks : null;
  }

  /** Connects now, or waits for the running attempt. Throws the error of the attempt; the actor then retries automatically. */
  connect(): Promise<Connected> {
    if (this.connection) return Promise.resolve({ first: null });
    this.reconnect.stop();
    this.attempt ??= this.tryConnect().finally(() => {
      this.attempt = null;
    });
    return this.attempt;
  }

  /**
   * Brings the host to its desired state. Served together with all other waiting requests. Throws HOST_UNREACHABLE if it does not
   * answer.
   */
  async converge(signal?: AbortSignal, extent: Extent = 'whole'): Promise<ConvergeReport> {
    if (signal) throwIfCancelled(signal);
    if (this.attempt) await this.attempt;
    if (!this.connection) throw this.unreachable();
    return this.nextBatch(extent).join(signal);
  }

  /**
   * Brings the host to its desired state after an action on a VM has ended. While others run there it waits a little for them: ten that end
   * one after the other are not ten observations.
   */
  async convergeAfterTurn(signal: AbortSignal): Promise<ConvergeReport> {
    await this.gathering.wait();
    return this.converge(signal);
  }

  /** Observes again soon, as after a notice. */
  nudge(delayMs = DEBOUNCE_MS): void {
    this.kept.stale();
    this.next.within(delayMs);
  }

  /** VMs or their taps have changed. While Atoll changes VMs of this host, it is mostly because of that, and is observed at its end. */
  private onVmNotice(): void {
    this.kept.staleVms();
    this.next.within(this.deps.busy.actingOn(this.hostId) > 0 ? TURN_MS : VM_DEBOUNCE_MS);
  }

  /**
   * This computer has resumed from suspend: observes now, or retries now what would be retried later. What waits for a user
   * continues to wait.
   */
  wake(): void {
    this.kept.stale();
    if (this.connection) this.nextBatch('whole');
    else if (this.reconnect.waiting) {
      this.connect().catch((error: unknown) => {
        this.deps.log.debug({ host: this.hostId, message: describeError(error).message }, 'not reconnected yet');
      });
    }
  }

  /** Runs `work` on the connected host without a concurrent converge. */
  async exclusive<T>(signal: AbortSignal, work: (signal: AbortSignal) => Promise<T>): Promise<T> {
    if (this.attempt) await this.attempt;
    const { connection } = this;
    if (!connection) throw this.unreachable();
    const both = AbortSignal.any([signal, connection.abort.signal]);
    return this.queue.add(async () => {
      throwIfCancelled(both);
      try {
        return await work(both);
      } finally {
        this.kept.stale();
      }
    });
  }

  /** Stops all work of this actor and closes the connection. The host and its VMs continue to run. */
  async stop(): Promise<void> {
    this.life.abort();
    this.disconnect();
    this.reconnect.stop();
    await this.attempt?.catch(() => undefined);
    await this.queue.onIdle();
    this.desired.close();
    await this.driver.close();
  }

  private unreachable(): AppError {
    const host = this.deps.store.hosts.get(this.hostId);
    return new AppError('HOST_UNREACHABLE', `The host ${host?.name ?? this.hostId} does not answer`, {
      remedy: note('Atoll retries automatically, and applies what it lacks once it is back.'),
    });
  }

  private async tryConnect(): Promise<Connected> {
    const connection: Connection = { abort: new AbortController() };
    const signal = AbortSignal.any([this.life.signal, connection.abort.signal]);
    try {
      await this.driver.connect(signal);
      // Watchers first: changes between their start and the first observation are then seen by one of them.
      await this.driver.watch((notice) => this.onNotice(connection, notice), signal);
      throwIfCancelled(signal);
    } catch (thrown) {
      connection.abort.abort();
      const error = connection.lost === undefined ? thrown : new AppError('HOST_UNREACHABLE', connection.lost);
      this.failedToConnect(error);
      throw error;
    }
    dropConfirmedKeys(this.deps, this.hostId);
    this.connection = connection;
    this.cancelSteady = this.deps.clock.after(STEADY_MS, () => this.reconnect.reset());
    this.scheduleObservation();
    this.move('connecting', null);
    // The first converge starts here; callers can await its report.
    const first = this.nextBatch('whole').join();
    first.catch(() => undefined);
    return { first };
  }

  private failedToConnect(error: unknown): void {
    if (this.life.signal.aborted) return;
    const { code, message, remedy } = describeError(error);
    this.deps.log.warn({ host: this.hostId, code, message }, 'cannot connect');
    const forPerson = FOR_A_PERSON.has(code);
    const lastSeenAt = this.seenAt === null ? {} : { lastSeenAt: instant(this.seenAt) };
    const state = forPerson || code === 'NOT_SUPPORTED' ? 'error' : 'non_responsive';
    this.move(state, failedWith(message, remedy), lastSeenAt);
    if (!forPerson) this.tryLater();
  }

  private tryLater(): void {
    if (this.life.signal.aborted) return;
    this.reconnect.again(() => {
      this.connect().catch((error: unknown) => {
        this.deps.log.debug({ host: this.hostId, message: describeError(error).message }, 'still not connected');
      });
    });
  }

  private onNotice(connection: Connection, notice: HostNotice): void {
    if (this.connection !== connection) {
      // A watcher that is lost during the attempt must fail it.
      if (notice.kind === 'lost' && this.connection === null) {
        connection.lost ??= notice.detail.slice(0, 300);
        connection.abort.abort();
      }
      return;
    }
    this.deps.log.debug({ host: this.hostId, notice: notice.kind, detail: notice.detail.slice(0, 200) }, 'notice');
    if (notice.kind === 'lost') this.lost(notice.detail);
    else if (notice.kind === 'network') this.nudge();
    else this.onVmNotice();
  }

  private lost(detail: string): void {
    this.deps.log.warn({ host: this.hostId, detail: detail.slice(0, 200) }, 'connection lost');
    this.disconnect();
    if (this.life.signal.aborted) return;
    if (!this.reconnect.fresh) {
      this.move('non_responsive', failedWith(detail.slice(0, 300), null));
      this.tryLater();
      return;
    }
    this.reconnect.grow();
    this.connect().catch((error: unknown) => {
      this.deps.log.debug({ host: this.hostId, message: describeError(error).message }, 'not reconnected yet');
    });
  }

  private disconnect(): void {
    this.kept.stale();
    this.connection?.abort.abort();
    this.connection = null;
    this.cancelSteady?.();
    this.cancelSteady = null;
    this.next.cancel();
    this.cancelObservation?.();
    this.cancelObservation = null;
    this.retry.reset();
  }

  private scheduleObservation(): void {
    this.cancelObservation = this.deps.clock.after(FULL_OBSERVATION_MS, () => {
      this.scheduleObservation();
      if (this.connection) this.nextBatch('whole');
    });
  }

  private nextBatch(extent: Extent): Batch<ConvergeReport> {
    this.extent = wider(this.extent, extent);
    if (this.batch) return this.batch;
    const batch = new Batch<ConvergeReport>();
    this.batch = batch;
    void this.queue.add(async () => {
      // Only once all listeners know of the commit that this follows is the desired state up to date.
      await Promise.resolve();
      await this.runBatch(batch);
    });
    return batch;
  }

  private async runBatch(batch: Batch<ConvergeReport>): Promise<void> {
    if (this.batch !== batch) return;
    const { connection, extent } = this;
    this.batch = null;
    this.extent = 'assured';
    if (!connection) {
      await batch.run(this.life.signal, () => Promise.reject(this.unreachable()));
      return;
    }
    await batch.run(connection.abort.signal, (signal) => this.convergeNow(connection, extent, signal));
  }

  private async convergeNow(connection: Connection, extent: Extent, signal: AbortSignal): Promise<ConvergeReport> {
    const kept = extent === 'assured' || extent === 'planned' ? this.known : null;
    try {
      const reconciled = await reconcileHost({
        ...this.deps,
        hostId: this.hostId,
        driver: this.driver,
        desired: this.desired,
        recorded: this.recorded,
        inFlight: this.inFlight,
        unreported: this.unreported,
        knownServices: runningServices(this.observed),
        knownTunnel: this.observed?.tunnel ?? null,
        signal,
        kept,
        assured: extent === 'assured' ? this.knownNetworks : null,
        whole: extent === 'whole',
        onObserve: () => this.forgetNotices(),
        onObserved: (observed) => this.remember(observed),
        onRestarted: () => this.deps.onRestarted?.(this.hostId),
      });
      if (reconciled === null) return IN_ORDER;
      const { report, unsettled, untried, keep } = reconciled;
      this.settle(report, unsettled, untried);
      // After the report: nobody waits for it.
      if (keep) void this.queue.add(() => this.bootFile.write(keep, connection.abort.signal));
      return report;
    } catch (error) {
      this.kept.stale();
      if (signal.aborted) throw error;
      this.failedToConverge(connection, error);
      throw error;
    }
  }

  /** The observation that starts now covers all earlier notices; our own changes cause no second one. */
  private forgetNotices(): void {
    this.share.begin();
    this.kept.begin();
    this.next.cancel();
    if (!this.batch?.empty) return;
    this.batch = null;
    // This observation may leave out VMs; what was to read them, too, is left to the next.
    if (this.extent !== 'whole') this.extent = 'assured';
  }

  private remember(observed: ObservedHost): void {
    this.seenAt = this.deps.clock.now();
    this.observed = observed;
    this.share.end();
    this.deps.onObserved?.(this.hostId, observed);
  }

  private settle(report: ConvergeReport, unsettled: boolean, untried: boolean): void {
    this.reconnect.shrink();
    const { lacking, failures } = report;
    if (this.observed && !untried && isKept(report, this.observed)) this.kept.keep(this.observed, !unsettled);
    else this.kept.stale();
    if (lacking.length > 0) this.move('non_operational', lacks(lacking));
    else this.move('up', null);
    if (unsettled) this.next.within(this.deps.busy.anyOn(this.hostId) ? TURN_MS : GRACE_MS);
    if (failures.length > 0 || lacking.length > 0) this.retry.again(() => this.nudge());
    else this.retry.reset();
  }

  private move(state: HostState, reason: HostReason | null, seen: { readonly lastSeenAt?: string } = {}): void {
    tryToWrite(this.deps.log, 'the state of a host', () => moveHost(this.deps, this.hostId, state, reason, seen));
  }

  private failedToConverge(connection: Connection, error: unknown): void {
    const { code, message, remedy } = describeError(error);
    this.deps.log.warn({ host: this.hostId, code, message }, 'converge failed');
    if (code === 'HOST_UNREACHABLE' && this.connection === connection) {
      this.lost(message);
      return;
    }
    this.move('non_operational', failedWith(message, remedy));
    this.retry.again(() => this.nudge());
  }
}
