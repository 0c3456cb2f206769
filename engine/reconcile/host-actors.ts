import { AppError, isActive, note } from '../../contract';
import { describeError } from '../core/errors';
import type { HostDriver } from '../ports/host-driver';
import type { Hosts } from '../ports/hosts';
import type { HostRow } from '../ports/store';
import { type ActorDeps, HostActor } from './host-actor';
import { moveHosts } from './record/host-states';

type Observed = NonNullable<ActorDeps['onObserved']>;
type Restarted = NonNullable<ActorDeps['onRestarted']>;

interface Deps extends ActorDeps {
  readonly hosts: Hosts;
}

/**
 * The actors of all active hosts. A host in maintenance has none: nothing is done to it, and whatever puts it there (or removes it)
 * thereby ends its actor, even if the job that should have released it was cancelled.
 */
export class HostActors {
  private readonly actors = new Map<string, HostActor>();
  private readonly leaving = new Map<string, Promise<void>>();
  private readonly unsubscribe: () => void;

  private readonly observers = new Set<Observed>();
  private readonly restartListeners = new Set<Restarted>();

  constructor(private readonly deps: Deps) {
    this.unsubscribe = deps.store.onCommit((touched) => {
      for (const { kind, id } of touched) if (kind === 'host') this.releaseInactive(id);
    });
  }

  /** Starts an actor for every active host in the database. Returns at once; each connects on its own. */
  startAll(): void {
    const active = this.deps.store.hosts.list().filter((row) => isActive(row.state));
    // The last engine's state is outdated: these hosts have not been contacted yet.
    const stale = active.filter((row) => row.state === 'up' || row.state === 'non_operational');
    moveHosts(this.deps, stale, 'connecting');
    for (const host of active) {
      this.ensure(host)
        .connect()
        .catch((error: unknown) => {
          this.deps.log.warn({ host: host.id, message: describeError(error).message }, 'not connected at start');
        });
    }
  }

  /** The actor of a host, created if there is none yet. */
  ensure(host: Pick<HostRow, 'id' | 'how' | 'name'>): HostActor {
    const found = this.actors.get(host.id);
    if (found) return found;
    const actor = new HostActor(host.id, this.driver(host), {
      ...{ ...this.deps, onObserved: this.notify },
      onRestarted: (hostId) => this.restartListeners.forEach((listener) => listener(hostId)),
    });
    this.actors.set(host.id, actor);
    return actor;
  }

  /** Calls back with each observation of a host. Returns the unsubscribe function. */
  onObserved(observer: Observed): () => void {
    this.observers.add(observer);
    return () => this.observers.delete(observer);
  }

  /** Calls back with each host that was seen to have restarted. Returns the unsubscribe function. */
  onRestarted(listener: Restarted): () => void {
    this.restartListeners.add(listener);
    return () => this.restartListeners.delete(listener);
  }

  private readonly notify: Observed = (hostId, observed) => {
    for (const observer of this.observers) observer(hostId, observed);
  };

  /** A separate driver, for a host without an actor (removal). The caller closes it. */
  driver(host: Pick<HostRow, 'id' | 'how' | 'name'>): HostDriver {
    const { hosts, store } = this.deps;
    return hosts.driver({ id: host.id, storeId: store.storeId, how: host.how, name: host.name });
  }

  find(hostId: string): HostActor | undefined {
    return this.actors.get(hostId);
  }

  /** The actor of a host that must be active. Throws STATE_ILLEGAL for one in maintenance. */
  get(hostId: string): HostActor {
    const actor = this.actors.get(hostId);
    if (actor) return actor;
    const name = this.deps.store.hosts.get(hostId)?.name ?? hostId;
    throw new AppError('STATE_ILLEGAL', `The host ${name} is not active`, { remedy: note(`Activate it first.`) });
  }

  /** Stops a host's actor and closes its connection. */
  async release(hostId: string): Promise<void> {
    const actor = this.actors.get(hostId);
    if (!actor) return this.leaving.get(hostId);
    this.actors.delete(hostId);
    const done = actor.stop().finally(() => this.leaving.delete(hostId));
    this.leaving.set(hostId, done);
    return done;
  }

  /** Resolves when a released host can be driven again. */
  async left(hostId: string): Promise<void> {
    await this.leaving.get(hostId);
  }

  /** See `HostActor.wake`. */
  wake(): void {
    for (const actor of this.actors.values()) actor.wake();
  }

  get any(): boolean {
    return this.actors.size > 0;
  }

  private releaseInactive(hostId: string): void {
    if (!this.actors.has(hostId)) return;
    const host = this.deps.store.hosts.get(hostId);
    if (host && isActive(host.state)) return;
    this.release(hostId).catch((error: unknown) => {
      this.deps.log.warn({ host: hostId, message: describeError(error).message }, 'not released cleanly');
    });
  }

  async stopAll(): Promise<void> {
    this.unsubscribe();
    await Promise.allSettled([...this.actors.keys()].map((id) => this.release(id)));
  }
}
