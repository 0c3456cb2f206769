import type { Guest } from '../../contract';
import { describeError } from '../core/errors';
import { instant } from '../core/ids';
import { KeyedQueue } from '../core/keyed-queue';
import { tryToWrite } from '../core/try-to-write';
import type { Clock } from '../ports/clock';
import type { Log } from '../ports/log';
import type { ObservedHost } from '../ports/observed';
import type { Store } from '../ports/store';
import type { HostActors } from '../reconcile/host-actors';
import { keepGuest, knownGuest, withAddresses } from './guest-rows';

const ANSWER_MS = 15_000;
/** How many guests of a host are asked at once in the background: a hanging one keeps its place for seconds. */
const SIDE_BY_SIDE = 2;
/** After an agent has appeared its guest is still configuring its NICs. */
const FIRST_MS = [2_000, 15_000, 45_000];
const AGAIN_MS = 600_000;
/** An agent that did not answer. */
const SILENT_MS = 1_800_000;
/** A guest can open and close the line of its agent as often as it likes. */
const SOONEST_MS = 10_000;

interface Deps {
  readonly store: Store;
  readonly clock: Clock;
  readonly log: Log;
  readonly actors: HostActors;
}

/** A guest whose agent can be asked. */
interface Known {
  readonly hostId: string;
  /** Cancels the next time. */
  cancel: (() => void) | null;
  /** Times that it was asked since the agent appeared. */
  asked: number;
  askedAt: number;
}

/**
 * Asks the agents of guests and records what they say: when an agent appears, rarely after that, and whenever somebody asks. Only
 * guests that have opened the line of an agent are asked in the background, and nothing waits for one.
 */
export class Guests {
  private readonly known = new Map<string, Known>();
  private readonly asking = new Map<string, Promise<Guest>>();
  private readonly queue = new KeyedQueue(SIDE_BY_SIDE);
  private readonly life = new AbortController();

  constructor(private readonly deps: Deps) {}

  /** Begins to follow the observations of hosts. Returns the function that ends it. */
  follow(): () => void {
    const stop = this.deps.actors.onObserved((hostId, observed) => this.observed(hostId, observed));
    return () => {
      stop();
      this.life.abort();
      for (const { cancel } of this.known.values()) cancel?.();
      this.known.clear();
    };
  }

  /** Asks now, once for all who ask at the same time. */
  ask(vmId: string, hostId: string): Promise<Guest> {
    const present = this.asking.get(vmId);
    if (present) return present;
    const asked = this.read(vmId, hostId).finally(() => this.asking.delete(vmId));
    this.asking.set(vmId, asked);
    return asked;
  }

  private async read(vmId: string, hostId: string): Promise<Guest> {
    const { store, clock, log, actors } = this.deps;
    const { driver } = actors.get(hostId);
    const limit = AbortSignal.any([this.life.signal, AbortSignal.timeout(ANSWER_MS)]);
    const info = await driver.vms.guest(vmId, limit);
    const at = instant(clock.now());
    const vm = store.vms.get(vmId);
    const known = vm ? knownGuest(vm) : null;
    const guest: Guest = {
      agent: info !== null,
      hostname: info?.hostname ?? null,
      os: info?.os ?? null,
      addresses: withAddresses(known, { source: 'agent', addresses: info?.addresses ?? [], at }),
      at,
    };
    tryToWrite(log, 'what a guest reports', () =>
      store.transaction((tx) => {
        if (tx.vms.get(vmId)) keepGuest(tx, vmId, guest);
      }, 'later'),
    );
    return guest;
  }

  private observed(hostId: string, { vms }: ObservedHost): void {
    if (vms === null) return;
    const now = this.deps.clock.now();
    const present = new Set<string>();
    for (const { id, ours, agent, state } of vms) {
      if (!ours || agent !== true || state !== 'up') continue;
      present.add(id);
      const known = this.known.get(id);
      if (known?.hostId === hostId && known.cancel !== null) continue;
      const askedAt = known?.askedAt ?? -Infinity;
      const one: Known = { hostId, cancel: null, asked: 0, askedAt };
      this.known.set(id, one);
      this.later(id, one, Math.max(FIRST_MS[0] ?? 0, askedAt + SOONEST_MS - now));
    }
    const running = new Set(vms.filter(({ state }) => state !== 'down').map(({ id }) => id));
    for (const [id, known] of this.known) {
      if (known.hostId !== hostId || present.has(id)) continue;
      known.cancel?.();
      known.cancel = null;
      // While it runs, the time of the last question still counts.
      if (!running.has(id)) this.known.delete(id);
    }
  }

  private later(vmId: string, known: Known, ms: number): void {
    known.cancel = this.deps.clock.after(ms, () => {
      known.cancel = () => undefined;
      const turn = this.queue.run(known.hostId, this.life.signal, () => this.turn(vmId, known));
      turn.catch((error: unknown) => {
        this.deps.log.debug({ vm: vmId, message: describeError(error).message }, 'guest not asked');
      });
    });
  }

  private async turn(vmId: string, known: Known): Promise<void> {
    if (this.known.get(vmId) !== known || known.cancel === null) return;
    known.askedAt = this.deps.clock.now();
    known.asked += 1;
    const answers = await this.ask(vmId, known.hostId).then(
      ({ agent }) => agent,
      () => false,
    );
    // It may have gone in the meantime.
    if (this.known.get(vmId) !== known || known.cancel === null || this.life.signal.aborted) return;
    this.later(vmId, known, FIRST_MS[known.asked] ?? (answers ? AGAIN_MS : SILENT_MS));
  }
}
