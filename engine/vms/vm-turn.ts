import {
  AppError,
  type EventMessage,
  type EventType,
  note,
  say,
  type Subjects,
  type Undoable,
  type VmState,
  type Written,
} from '../../contract';
import type { Core } from '../context';
import { describeError } from '../core/errors';
import { type Severity, emitter } from '../core/events';
import { instant } from '../core/ids';
import type { HostActor } from '../reconcile/host-actor';
import type { RunningJob } from '../core/jobs/job-kinds';
import type { VmDriver } from '../ports/host-driver';
import type { Repositories, VmRow } from '../ports/store';

/** A query after a failure must not hang on the host that caused it. Milliseconds. */
const PATIENCE_MS = 10_000;

/** A VM on its host while a job has its turn with it: nobody else changes it, and its changes are not reported as drift. */
export class VmTurn {
  constructor(
    private readonly core: Core,
    readonly job: RunningJob,
    private readonly vmId: string,
    readonly hostId: string,
  ) {}

  /** The current row. */
  get vm(): VmRow {
    return vmOf(this.core.store, this.vmId);
  }

  /** Throws STATE_ILLEGAL if the host is in maintenance. */
  get actor(): HostActor {
    return this.core.actors.get(this.hostId);
  }

  get hostName(): string {
    return this.core.store.hosts.get(this.hostId)?.name ?? this.hostId;
  }

  get driver(): VmDriver {
    return this.actor.driver.vms;
  }

  /** Writes in one transaction; the events have the job's actor. */
  write(
    fn: (
      tx: Repositories,
      emit: (
        type: EventType,
        severity: Severity,
        message: Written<EventMessage>,
        undo?: Undoable | null,
        also?: Subjects,
      ) => void,
    ) => void,
  ): void {
    const at = instant(this.core.clock.now());
    const { id: jobId, actor } = this.job;
    const { undoes } = this.job.row.subjects;
    const subjects = { vmId: this.vmId, hostId: this.hostId, jobId, ...(undoes === undefined ? {} : { undoes }) };
    this.core.store.transaction((tx) =>
      fn(tx, (type, severity, message, undo, also) =>
        emitter(tx, actor, at)(type, severity, message, { ...subjects, ...also }, undo),
      ),
    );
  }

  /** Writes and reports a state. */
  become(state: VmState, patch: Partial<Pick<VmRow, 'reason' | 'startedAt'>> = {}): void {
    this.write((tx, emit) => {
      const vm = vmOf(tx, this.vmId);
      tx.vms.update(vm.id, { state, reason: null, ...patch });
      if (vm.state !== state) emit('vm.state', 'normal', say('vm.state', { vm: vm.name, state }));
    });
  }

  /** The current state in the host's report; null if it can't be queried. Down if the host does not know the VM. */
  async actual(): Promise<VmState | null> {
    try {
      const { vms } = await this.actor.exclusive(AbortSignal.timeout(PATIENCE_MS), (signal) =>
        this.actor.driver.observe(signal),
      );
      if (vms === null) return null;
      return vms.find((vm) => vm.id === this.vmId && vm.ours)?.state ?? 'down';
    } catch (error) {
      this.core.log.debug({ vm: this.vmId, message: describeError(error).message }, 'its state could not be queried');
      return null;
    }
  }

  now(): string {
    return instant(this.core.clock.now());
  }
}

function vmOf(db: Pick<Repositories, 'vms'>, id: string): VmRow {
  const vm = db.vms.get(id);
  if (vm) return vm;
  throw new AppError('NOT_FOUND', 'The VM was removed in the meantime', { field: 'vm' });
}

/**
 * Does a job's work on a VM in the VM's turn on its host, and then makes database and host agree: the result of an action is taken
 * from the host's report, not from the request.
 */
export async function inTurn(
  core: Core,
  job: RunningJob,
  vmId: string,
  work: (turn: VmTurn) => Promise<void>,
): Promise<void> {
  const { hostId } = vmOf(core.store, vmId);
  if (hostId === null)
    throw new AppError('STATE_ILLEGAL', 'The VM has no host yet', { field: 'vm', remedy: note('Start it first.') });
  try {
    await core.busy.turn(hostId, vmId, job.signal, async () => {
      assertStillOnHost(vmOf(core.store, vmId), hostId);
      // A resumed job may get here before its host is connected.
      await core.actors.get(hostId).connect();
      await work(new VmTurn(core, job, vmId, hostId));
    });
  } finally {
    await settle(core, hostId, job.signal);
  }
}

/** Bad: starting a VM on the host that it was moved away from while this job waited for its turn. */
function assertStillOnHost(vm: VmRow, hostId: string): void {
  if (vm.hostId === hostId) return;
  throw new AppError('STATE_ILLEGAL', `The VM "${vm.name}" has been moved to another host`, {
    field: 'vm',
    remedy: note('Request it again.'),
  });
}

async function settle(core: Core, hostId: string, signal: AbortSignal): Promise<void> {
  try {
    await core.actors.find(hostId)?.convergeAfterTurn(signal);
  } catch (error) {
    // The host reports its own failure, and observes again; the VM's job has done its part.
    core.log.debug({ host: hostId, message: describeError(error).message }, 'not observed after a VM was changed');
  }
}
