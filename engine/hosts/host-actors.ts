import { AppError, isActive } from '../../contract';
import { describeError } from '../core/errors';
import type { HostDriver } from '../ports/host-driver';
import type { Hosts } from '../ports/hosts';
import type { HostRow } from '../ports/store';
import { type ActorDeps, HostActor } from './host-actor';

interface Deps extends ActorDeps {
  readonly hosts: Hosts;
}

/** The actors of all active hosts. A host in maintenance has none: nothing is done to it. */
export class HostActors {
  private readonly actors = new Map<string, HostActor>();
  private readonly leaving = new Map<string, Promise<void>>();

  constructor(private readonly deps: Deps) {}

  /** Starts an actor for every host that is active in the store. Returns at once; each connects by itself. */
  startAll(): void {
    for (const host of this.deps.store.hosts.list().filter((row) => isActive(row.state))) {
      this.ensure(host)
        .connect()
        .catch((error: unknown) => {
          this.deps.log.warn({ host: host.id, message: describeError(error).message }, 'not connected at start');
        });
    }
  }

  /** The actor of a host, made if there is none yet. */
  ensure(host: Pick<HostRow, 'id' | 'how'>): HostActor {
    const found = this.actors.get(host.id);
    if (found) return found;
    const actor = new HostActor(host.id, this.driver(host), this.deps);
    this.actors.set(host.id, actor);
    return actor;
  }

  /** A driver of its own, for a host without an actor (removal). The caller closes it. */
  driver(host: Pick<HostRow, 'id' | 'how'>): HostDriver {
    const { hosts, store } = this.deps;
    return hosts.driver({ id: host.id, storeId: store.storeId, how: host.how });
  }

  find(hostId: string): HostActor | undefined {
    return this.actors.get(hostId);
  }

  /** The actor of a host that must be active. Throws STATE_ILLEGAL for one in maintenance. */
  get(hostId: string): HostActor {
    const actor = this.actors.get(hostId);
    if (actor) return actor;
    const name = this.deps.store.hosts.get(hostId)?.name ?? hostId;
    throw new AppError('STATE_ILLEGAL', `The host ${name} is not active`, { hint: `Activate it first.` });
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

  get any(): boolean {
    return this.actors.size > 0;
  }

  async stopAll(): Promise<void> {
    await Promise.allSettled([...this.actors.keys()].map((id) => this.release(id)));
  }
}
