import type { z } from 'zod';
import { TakePayload } from '../labcare/take';
import { ResetPayload } from '../labcare/reset';
import { ClonePayload } from '../labcare/clone';
import { SnapshotPayload } from '../core/jobs/payload';
import type { Core } from '../context';
import { refuseRetry, assertSubjectExists } from '../core/jobs/again';
import type { Again } from '../core/jobs/job-kinds';
import { cloneAgain, cloneHandler, runClone } from '../labcare/clone';
import { forgetHandler, runForget } from '../labcare/forget';
import { presentSnapshot } from '../labcare/present';
import { resetAgain, resetHandler, runReset } from '../labcare/reset';
import { revertHandler, runRevert } from '../labcare/revert';
import { runTake, takeHandler } from '../labcare/take';

export function snapshotHandlers(core: Core) {
  const { os, store, refs, command, kinds } = core;
  kinds.define('snapshots.add', TakePayload, (job) => runTake(core, job), {
    holdsLocks: true,
    again: () => refuseRetry('Take it again.'),
  });
  const again = (handler: typeof revertHandler | typeof forgetHandler): Again<z.infer<typeof SnapshotPayload>> => {
    return (scope, job) => {
      const { snapshotId } = job.payload;
      return handler(scope, assertSubjectExists(scope.tx.snapshots.get(snapshotId)));
    };
  };
  kinds.define('snapshots.revert', SnapshotPayload, (job) => runRevert(core, job), {
    holdsLocks: true,
    again: again(revertHandler),
  });
  kinds.define('snapshots.remove', SnapshotPayload, (job) => runForget(core, job), {
    holdsLocks: true,
    again: again(forgetHandler),
  });
  core.live.present('snapshot', (id) => {
    const row = store.snapshots.get(id);
    return row ? presentSnapshot(store, row) : undefined;
  });
  return {
    list: os.snapshots.list.handler(({ input }) => {
      const hostId = input.host === undefined ? undefined : refs.host(input.host).id;
      const rows = input.vm === undefined ? store.snapshots.list() : store.snapshots.ofVm(refs.vm(input.vm).id);
      const all = rows.map((row) => presentSnapshot(store, row));
      return hostId === undefined ? all : all.filter(({ vms }) => vms.some((vm) => vm.hostId === hostId));
    }),
    show: os.snapshots.show.handler(({ input }) => presentSnapshot(store, refs.snapshot(input.snapshot))),
    add: os.snapshots.add.handler(command((scope, input) => takeHandler(scope, input))),
    revert: os.snapshots.revert.handler(
      command((scope, input) => revertHandler(scope, scope.refs.snapshot(input.snapshot))),
    ),
    remove: os.snapshots.remove.handler(
      command((scope, input) => forgetHandler(scope, scope.refs.snapshot(input.snapshot))),
    ),
  };
}

/** The procedures of `labs` besides a lab's own life. */
export function labCopyHandlers(core: Core) {
  const { os, store, command, kinds } = core;
  kinds.define('labs.clone', ClonePayload, (job) => runClone(core, job), { holdsLocks: true, again: cloneAgain });
  kinds.define('labs.reset', ResetPayload, (job) => runReset(core, job), { holdsLocks: true, again: resetAgain });
  return {
    clone: os.labs.clone.handler(command((scope, input) => cloneHandler(scope, store.storeId, input))),
    reset: os.labs.reset.handler(command((scope, input) => resetHandler(scope, input))),
  };
}
