import { BusyVms } from './reconcile/busy-vms';
import { HostActors } from './reconcile/host-actors';
import { HostPreview } from './reconcile/host-preview';
import { JobKinds } from './core/jobs/job-kinds';
import { JobRunner } from './core/jobs/job-runner';
import { type CommandMaker, makeCommand } from './command';
import { PromiseKeeper } from './promises/keeper';
import { Statistics } from './statistics/statistics';
import { Guests } from './guests/guests';
import { LiveFeed } from './core/live';
import { type Os, makeOs } from './core/os';
import type { EnginePorts } from './core/ports';
import { type Refs, refs } from './core/refs';
import { Ways } from './ways/ways';

/** The context of every area's handlers. An area is a function `xHandlers(core: Core)`; see `engine/README.md`. */
export interface Core extends EnginePorts {
  /** Builds procedures: `core.os.networks.list.handler(...)`. */
  readonly os: Os;
  /** Wraps a mutating handler: dry run, one transaction, job. */
  readonly command: CommandMaker;
  readonly jobs: JobRunner;
  readonly kinds: JobKinds;
  /** The hosts' actors: converge, observe, drivers. */
  readonly actors: HostActors;
  /** Queues of VM actions: one at a time for a VM, four for a host. */
  readonly busy: BusyVms;
  /** The guests' agents. */
  readonly guests: Guests;
  readonly statistics: Statistics;
  /** What must stay of isolation. */
  readonly promises: PromiseKeeper;
  readonly live: LiveFeed;
  /** How hosts with stretched networks reach each other. */
  readonly ways: Ways;
  /** References to rows, outside a transaction. Inside one use the scope's. */
  readonly refs: Refs;
  readonly startedAt: number;
}

/** Connects the parts; starts nothing. */
export function makeCore(ports: EnginePorts, checkOutputs: boolean): Core {
  const { store, clock, log, hosts } = ports;
  const kinds = new JobKinds();
  const jobs = new JobRunner({ store, clock, log, kinds });
  const busy = new BusyVms();
  const promises = new PromiseKeeper({ store, clock, log });
  const actors = new HostActors({ store, clock, log, hosts, busy });
  const live = new LiveFeed({ store, clock });
  return {
    ...ports,
    os: makeOs(log, ports.allowedFiles, checkOutputs),
    command: makeCommand({ store, clock, jobs, previewer: () => new HostPreview({ store, actors }), promises }),
    promises,
    jobs,
    kinds,
    actors,
    busy,
    guests: new Guests({ store, clock, log, actors }),
    statistics: new Statistics({ store, clock, log, actors }),
    live,
    ways: new Ways({ store, clock, log, actors, live }),
    refs: refs(store),
    startedAt: clock.now(),
  };
}
