import { EmptyTrashPayload } from '../undo/trash';
import { ConvergePayload } from '../reconcile/converge-job';
import { VmPayload } from '../core/jobs/payload';
import {
  AppError,
  type Event,
  FINAL_CHANGES,
  type LastAction,
  type Undoable,
  type UndoOffer,
  note,
  run,
} from '../../contract';
import { presentJob } from '../core/jobs/job-rows';
import type { Outcome, Scope } from '../core/scope';
import type { Core } from '../context';
import { runConvergeJob } from '../reconcile/converge-job';
import type { PromiseKeeper } from '../promises/keeper';
import type { JobRow, Repositories } from '../ports/store';
import { assertUndoStillFits } from '../undo/fits';
import { removes } from '../undo/inverse';
import { performUndo } from '../undo/perform';
import { RESTORE_NETWORK } from '../undo/restore-network';
import { RESTORE_VM, runRestoreVm } from '../undo/restore-vm';
import { emptyTrash, presentTrash, runEmptyTrash } from '../undo/trash';

/** Events read at a time in the search for the newest that is not undone. */
const PAGE = 100;

/** The doors of people; the engine's own jobs are nobody's last action. */
const PEOPLE: ReadonlySet<string> = new Set<Event['by']['door']>(['cli', 'browser', 'desktop']);

export function undoHandlers(core: Core) {
  const { os, store, command } = core;
  core.kinds.define(RESTORE_VM, VmPayload, (job) => runRestoreVm(core, job), {
    holdsLocks: true,
    again: (scope, { subjects }) => undo(scope, core.promises, { event: subjects.undoes }),
  });
  core.kinds.define(RESTORE_NETWORK, ConvergePayload, (job) => runConvergeJob(core, job), { standing: true });
  return {
    list: os.undo.list.handler(({ input }) => [...offers(store, input.limit)].map((event) => present(store, event))),
    last: os.undo.last.handler(() => lastAction(store)),
    run: os.undo.run.handler(command((scope, input) => undo(scope, core.promises, input))),
  };
}

export function trashHandlers(core: Core) {
  const { os, store, command } = core;
  core.kinds.define('trash.empty', EmptyTrashPayload, (job) => runEmptyTrash(core, job));
  core.live.present('trash', (id) => {
    const row = store.trash.get(id);
    return row ? presentTrash(row) : undefined;
  });
  return {
    list: os.trash.list.handler(() => store.trash.list().map(presentTrash)),
    empty: os.trash.empty.handler(command((scope, input) => emptyTrash(scope, input))),
  };
}

type UndoableEvent = Event & { readonly undo: Undoable };
const isUndoable = (event: Event | undefined): event is UndoableEvent => event !== undefined && event.undo !== null;

/** What can be undone and is not, newest first; at most `limit`. */
function* offers(db: Repositories, limit: number): Generator<UndoableEvent> {
  let left = limit;
  for (let before = Number.MAX_SAFE_INTEGER; ;) {
    const page = db.events.undoable(before, PAGE);
    for (const event of page) {
      if (left === 0) return;
      if (!isUndoable(event) || isUndone(db, event.seq)) continue;
      left -= 1;
      yield event;
    }
    const last = page.at(-1);
    if (!last) return;
    before = last.seq;
  }
}

/**
 * The newest offer, unless somebody has since started a job that can't be undone, such as a shutdown, or made such a change, such as a
 * new name of a host. Undoing what came before it would surprise.
 */
function lastAction(db: Repositories): LastAction {
  const [offer] = offers(db, 1);
  const undoable = db.events.undoable(Number.MAX_SAFE_INTEGER, PAGE);
  const isUndoneChange = (job: JobRow): boolean =>
    undoable.some((event) => event.subjects.jobId === job.id || event.at === job.createdAt);
  const job = db.jobs
    .recent(PAGE)
    .find(
      (one) =>
        PEOPLE.has(one.by.door) &&
        one.subjects.undoes === undefined &&
        one.createdAt > (offer?.at ?? '') &&
        !isUndoneChange(one),
    );
  const event = finalChange(db, job?.createdAt ?? offer?.at ?? '');
  if (event) return { offer: null, job: null, event };
  if (job) return { offer: null, job: presentJob(db, job), event: null };
  return { offer: offer ? present(db, offer) : null, job: null, event: null };
}

/** The newest change of a person after `at` that nothing undoes. One of the same moment belongs to what can be undone, as in a lab file. */
function finalChange(db: Repositories, at: string): Event | undefined {
  return db.events
    .recent({ limit: PAGE, types: [...FINAL_CHANGES], ...(at === '' ? {} : { since: at }) })
    .find((event) => event.undo === null && event.at > at && PEOPLE.has(event.by.door));
}

/** Undone, or about to be: an undo that is itself undone does not count. */
function isUndone(db: Repositories, seq: number): boolean {
  const done = db.events.undoing(seq).some((event) => !isUndone(db, event.seq));
  return done || db.jobs.inState(['queued', 'running']).some(({ subjects }) => subjects.undoes === seq);
}

function present(db: Repositories, event: UndoableEvent): UndoOffer {
  const { words, change } = event.undo;
  const offer = { event: event.seq, at: event.at, by: event.by.user, words, removes: removes(change) };
  try {
    assertUndoStillFits(db, change);
    return { ...offer, refused: null };
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    return { ...offer, refused: error.message };
  }
}

function undo(
  scope: Scope,
  promises: PromiseKeeper,
  input: { readonly event?: number | undefined },
): Outcome<{ undone: UndoOffer }> {
  const { tx } = scope;
  if (input.event === undefined) assertLastCanBeUndone(tx);
  const event = input.event === undefined ? [...offers(tx, 1)][0] : tx.events.get(input.event);
  assertSomethingToUndo(event, input.event);
  assertNotUndone(tx, event);
  assertUndoStillFits(tx, event.undo.change);
  const undone = present(tx, event);
  return { ...performUndo(scope, promises, event.seq, event.undo.change), output: { undone } };
}

/** Bad: after something that can't be undone, such as a shutdown: undoing what came before it would surprise. */
function assertLastCanBeUndone(tx: Repositories): void {
  const { job, event } = lastAction(tx);
  if (job === null && event === null) return;
  throw new AppError('RULE_BROKEN', `The last action can't be undone`, {
    rule: 'UNDO',
    field: 'event',
    remedy: run('undo.list', {}, 'An earlier change can be undone by the number of its event.'),
  });
}

/** Bad: an event that does not exist, or that changed nothing which can be undone (a start, a drift); no events yet. */
function assertSomethingToUndo(event: Event | undefined, asked: number | undefined): asserts event is UndoableEvent {
  if (isUndoable(event)) return;
  if (asked === undefined) throw new AppError('NOT_FOUND', 'There is nothing to undo', { field: 'event' });
  if (!event)
    throw new AppError('NOT_FOUND', `There is no event ${asked}`, { field: 'event', remedy: run('undo.list', {}) });
  throw new AppError('RULE_BROKEN', `Event ${asked} can't be undone`, {
    rule: 'UNDO',
    field: 'event',
    remedy: run('undo.list', {}, 'Only plugging, attaching, adding, changing and removing can be undone.'),
  });
}

/** Bad: undoing the same twice. */
function assertNotUndone(tx: Repositories, event: UndoableEvent): void {
  if (!isUndone(tx, event.seq)) return;
  throw new AppError('CONFLICT', `Event ${event.seq} is already undone`, {
    rule: 'UNDO',
    field: 'event',
    remedy: note('Undo the undo by its own number, or repeat the change.'),
  });
}
