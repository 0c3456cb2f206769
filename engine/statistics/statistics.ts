import { AppError, type HostStatistics } from '../../contract';
import { Channel, type Following } from '../core/channel';
import { describeError } from '../core/errors';
import { instant } from '../core/ids';
import type { Clock } from '../ports/clock';
import type { Log } from '../ports/log';
import type { HostCounters } from '../ports/statistics';
import type { Store } from '../ports/store';
import type { HostActor } from '../reconcile/host-actor';
import type { HostActors } from '../reconcile/host-actors';
import { ratesOf } from './rates';

/** Between two readings of a host. */
export const EVERY_MS = 5_000;
/** The second reading of a host comes sooner, so that a new screen has something to show. */
const FIRST_MS = 1_000;
/** A host that takes long to read is read less often: at most a tenth of its time. */
const SHARE = 10;
const LONGEST_MS = 60_000;
const ANSWER_MS = 15_000;
/** Readings of a host that are remembered, while somebody looks: ten minutes; fewer of a host with very many VMs. */
const REMEMBERED = 120;
const REMEMBERED_VMS = 20_000;
/** For how long after the last reader a host's readings still count. */
const FORGOTTEN_MS = 60_000;

interface Deps {
  readonly store: Store;
  readonly clock: Clock;
  readonly log: Log;
  readonly actors: HostActors;
}

type Listener = (reading: HostStatistics) => void;

/** One host, while somebody looks. */
class Reader {
  private readonly listeners = new Set<Listener>();
  private before: HostCounters | null = null;
  private cancel: (() => void) | null = null;
  private isReading = false;
  private remembered: readonly HostStatistics[] = [];

  constructor(
    private readonly hostId: string,
    private readonly deps: Deps,
  ) {}

  listen(listener: Listener): () => void {
    this.listeners.add(listener);
    if (this.listeners.size === 1) this.resume();
    return () => {
      if (!this.listeners.delete(listener) || this.listeners.size > 0) return;
      this.cancel?.();
      this.cancel = null;
    };
  }

  /** The remembered readings, unless the last one is from a while ago. */
  recent(): readonly HostStatistics[] {
    const last = this.remembered.at(-1);
    return last && this.deps.clock.now() - Date.parse(last.at) <= FORGOTTEN_MS ? this.remembered : [];
  }

  /** The counters from a while ago say nothing of now: the rate since then would be an average of all that time. */
  private resume(): void {
    this.remembered = this.recent();
    this.before = null;
    this.next(0);
  }

  private next(ms: number): void {
    if (this.listeners.size === 0 || this.isReading) return;
    this.cancel?.();
    this.cancel = this.deps.clock.after(ms, () => {
      this.isReading = true;
      void this.read().finally(() => {
        this.isReading = false;
        this.next(this.pause);
      });
    });
  }

  private pause = FIRST_MS;

  private async read(): Promise<void> {
    const { actors, clock, log } = this.deps;
    const began = clock.now();
    const actor = actors.find(this.hostId);
    const isFirst = this.before === null;
    try {
      if (!actor?.connected) {
        this.before = null;
        return;
      }
      const now = await actor.driver.statistics(AbortSignal.timeout(ANSWER_MS));
      const { before } = this;
      this.before = now;
      if (before !== null) this.publish(ratesOf(before, now, this.facts(actor)));
    } catch (error) {
      this.before = null;
      log.debug({ host: this.hostId, message: describeError(error).message }, 'statistics not read');
    } finally {
      const took = clock.now() - began;
      const isSecondNext = isFirst && this.before !== null;
      this.pause = isSecondNext ? FIRST_MS : Math.max(EVERY_MS, Math.min(took * SHARE, LONGEST_MS));
    }
  }

  private facts({ seen }: HostActor) {
    const { store, clock } = this.deps;
    const vms = seen?.vms ?? [];
    const ours = new Set(vms.filter((vm) => vm.ours).map(({ id }) => id));
    return {
      hostId: this.hostId,
      at: instant(clock.now()),
      simulated: store.hosts.get(this.hostId)?.kind === 'simulated',
      cpus: seen?.capabilities.cpus ?? 1,
      memoryMiB: seen?.capabilities.memoryMiB ?? 0,
      macs: new Map(vms.flatMap(({ vnics }) => vnics.flatMap(({ tap, mac }) => (tap === null ? [] : [[tap, mac]])))),
      isOurs: (id: string) => ours.has(id),
    };
  }

  private publish(reading: HostStatistics): void {
    const most = Math.min(REMEMBERED, Math.ceil(REMEMBERED_VMS / Math.max(1, reading.vms.length)));
    this.remembered = [...this.remembered, reading].slice(-most);
    for (const listener of this.listeners) listener(reading);
  }
}

/** Reads the statistics of hosts: each host once for all who look at it, and not at all while nobody does. */
export class Statistics {
  private readonly readers = new Map<string, Reader>();

  constructor(private readonly deps: Deps) {}

  /** Readings of these hosts (undefined: of all that there are), with the part of one VM. */
  follow(
    hostIds: readonly string[] | undefined,
    vmId: string | undefined,
    signal?: AbortSignal,
  ): Following<HostStatistics> {
    const ids = hostIds ?? this.deps.store.hosts.list().map(({ id }) => id);
    const earlier = hostIds === undefined ? [] : ids.flatMap((id) => this.reader(id).recent());
    // One for each host: a slow reader must not make memory grow.
    const waiting = new Map<string, HostStatistics>();
    const pull = (): { value: HostStatistics } | 'wait' => {
      const old = earlier.shift();
      if (old) return { value: partOf(old, vmId) };
      for (const [id, reading] of waiting) {
        waiting.delete(id);
        return { value: partOf(reading, vmId) };
      }
      return 'wait';
    };
    const subscribe = (wake: () => void): (() => void) => {
      const stops = new Map<string, () => void>();
      const add = (id: string): void => {
        if (stops.has(id)) return;
        const take = (reading: HostStatistics): void => {
          waiting.set(id, reading);
          wake();
        };
        stops.set(id, this.reader(id).listen(take));
      };
      ids.forEach(add);
      const unsubscribe = this.deps.store.onCommit((touched) => {
        for (const { kind, id } of touched) {
          if (kind !== 'host') continue;
          if (!this.deps.store.hosts.get(id)) this.drop(id, stops);
          else if (hostIds === undefined) add(id);
        }
      });
      return () => {
        unsubscribe();
        for (const stop of stops.values()) stop();
      };
    };
    return new Channel<HostStatistics>(pull, subscribe, signal);
  }

  /** One reading of each of these hosts that answers. */
  async show(hostIds: readonly string[], vmId: string | undefined, signal?: AbortSignal): Promise<HostStatistics[]> {
    const { actors } = this.deps;
    const deadline = AbortSignal.timeout(ANSWER_MS);
    const ended = signal ? AbortSignal.any([signal, deadline]) : deadline;
    const reachable = hostIds.filter((id) => actors.find(id)?.connected === true);
    const readings = reachable.map(
      (id) =>
        new Promise<HostStatistics | null>((resolve) => {
          const end = (reading: HostStatistics | null): void => {
            stop();
            ended.removeEventListener('abort', give);
            resolve(reading);
          };
          const give = (): void => end(null);
          const stop = this.reader(id).listen(end);
          ended.addEventListener('abort', give, { once: true });
        }),
    );
    const found = (await Promise.all(readings)).flatMap((reading) => (reading === null ? [] : [partOf(reading, vmId)]));
    if (found.length > 0 || hostIds.length !== 1) return found;
    const name = this.deps.store.hosts.get(hostIds[0] ?? '')?.name ?? '';
    throw new AppError('HOST_UNREACHABLE', `The host "${name}" did not report statistics in time`);
  }

  /** A host that was removed. */
  private drop(hostId: string, stops: Map<string, () => void>): void {
    stops.get(hostId)?.();
    stops.delete(hostId);
    this.readers.delete(hostId);
  }

  private reader(hostId: string): Reader {
    const found = this.readers.get(hostId) ?? new Reader(hostId, this.deps);
    this.readers.set(hostId, found);
    return found;
  }
}

const partOf = (reading: HostStatistics, vmId: string | undefined): HostStatistics =>
  vmId === undefined ? reading : { ...reading, vms: reading.vms.filter((vm) => vm.vmId === vmId) };
