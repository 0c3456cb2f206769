import { watchForWaking } from './reconcile/waking';
import { isFinal } from './core/jobs/job-rows';
import { startBackupScheduler } from './backups/care';
import { beginRestored } from './hosts/restored';
import { followServices } from './services/follow';
import { followTunnels } from './stretch/follow';
import { forgetMoved } from './stretch/forget-moved';
import { followRestarts } from './vms/autostart';
import { startTrashCleanup } from './undo/trash';
import { startLeftoverCleanup } from './vms/leftovers';
import { type Actor, type EventMessage, type EventType, type Written, say } from '../contract';
import { emitter, ENGINE, type Severity } from './core/events';
import { type Core, makeCore } from './context';
import { instant } from './core/ids';
import type { EnginePorts } from './core/ports';
import { type EngineRouter, makeRouter } from './router';

/** How many events and ended jobs the database keeps; older ones are deleted when the engine starts. */
const KEEP_EVENTS = 200_000;
const KEEP_JOBS = 5_000;

export interface EngineOptions {
  /** Validates every answer against the contract, for tests. */
  readonly checkOutputs?: boolean;
}

/** The product as a library. It accesses the world only through its ports. */
export interface Engine {
  /** The implementation of the contract. A door calls it with the context `{ actor }`. */
  readonly router: EngineRouter;
  /**
   * Resumes the jobs of a killed engine, and connects the active hosts. Returns before they are connected. On a database that was
   * just restored from a backup it ends those jobs, and keeps the hosts in maintenance unless the user has confirmed them.
   */
  start(): Promise<void>;
  /** Stops working. Hosts and VMs keep running; the next engine resumes open jobs. The database stays open. */
  stop(): Promise<void>;
  /** This computer has resumed from suspend: observes hosts now. (The engine notices it automatically some seconds later.) */
  wake(): void;
  /** Appends an event of a door without a call: a sign-in, a sign-out. */
  record(
    event: { readonly type: EventType; readonly severity: Severity; readonly message: Written<EventMessage> },
    by: Actor,
  ): void;
  /** Whether the engine is needed: a host is active, or a job is open. */
  needed(): boolean;
  /** Calls back each time the last job has ended. Returns the unsubscribe function. */
  onIdle(listener: () => void): () => void;
}

/** Creates an engine from its ports; nothing happens before `start`. */
export function createEngine(ports: EnginePorts, options: EngineOptions = {}): Engine {
  const core = makeCore(ports, options.checkOutputs ?? false);
  const router = makeRouter(core);
  let stopped: Promise<void> | null = null;
  let leave: ReadonlyArray<() => void> = [];
  return {
    router,
    start: () => {
      const toEnd = beginRestored(core);
      leave = [
        startTrashCleanup(core),
        startBackupScheduler(core),
        startLeftoverCleanup(core),
        watchForWaking(core),
        core.guests.follow(),
        followServices(core),
        followTunnels(core),
        forgetMoved(core),
        followRestarts(core),
        core.ways.start(),
        core.promises.follow(core.live),
      ];
      return start(core, toEnd);
    },
    stop: () => {
      leave.forEach((end) => end());
      return (stopped ??= stop(core));
    },
    wake: () => core.actors.wake(),
    record: ({ type, severity, message }, by) =>
      core.store.transaction((tx) => emitter(tx, by, instant(core.clock.now()))(type, severity, message)),
    needed: () => core.actors.any || core.jobs.busy,
    onIdle: (listener) => core.jobs.onIdle(listener),
  };
}

/** `toEnd`: jobs that run only to release their locks. */
function start(core: Core, toEnd: readonly string[]): Promise<void> {
  core.store.events.prune(KEEP_EVENTS);
  forgetOldJobs(core);
  report(core, 'engine.started', say('engine.started', { version: core.info.version }));
  const left = core.store.jobs.inState(['queued', 'running', 'interrupted']);
  const ofVms = left.flatMap(({ id, subjects }) => (subjects.vmId === undefined ? [] : [{ id, vmId: subjects.vmId }]));
  for (const { vmId } of ofVms) core.busy.reserve(vmId);
  core.actors.startAll();
  core.jobs.resume();
  for (const id of toEnd) core.jobs.cancel(id);
  for (const { id, vmId } of ofVms) void core.jobs.ended(id).finally(() => core.busy.release(vmId));
  return Promise.resolve();
}

function forgetOldJobs({ store }: Core): void {
  const old = store.jobs
    .list()
    .slice(KEEP_JOBS)
    .filter((job) => isFinal(job.state));
  if (old.length > 0) store.transaction((tx) => old.forEach((job) => tx.jobs.remove(job.id)));
}

async function stop(core: Core): Promise<void> {
  await core.jobs.stop();
  await core.actors.stopAll();
  core.live.close();
  report(core, 'engine.stopped', say('engine.stopped', {}));
}

function report(core: Core, type: 'engine.started' | 'engine.stopped', message: Written<EventMessage>): void {
  const at = instant(core.clock.now());
  core.store.transaction((tx) => emitter(tx, ENGINE, at)(type, 'normal', message));
}
