import type { Job } from '../contract';
import { setTimeout as wait } from 'node:timers/promises';
import { follow } from './follow';
import { at, findItem, showItem } from './represent';
import { showCollection } from './show-collection';
import { showRoot } from './resources/root';
import { type Route, homeOf, methodsOf, routeOf } from './routes';
import type { Acted, AnyCollection, Ask, Changed, Waits } from './table';
import { type Doc, EMPTY } from './wire/doc';
import { Fault, OPERATION_FAILED, badRequest, faultOf, notFound, unsupported } from './wire/fault';
import type { Rep, RepCollection, RepDocument } from './wire/rep';

/** After this time the work is answered as going on. */
const LONGEST_WAIT_MS = 180_000;

export interface Answer {
  readonly status: number;
  readonly document?: RepDocument;
  readonly collection?: RepCollection;
  /** Another kind of text than a document. */
  readonly file?: { readonly type: string; readonly text: string };
  readonly allow?: readonly string[];
}

export interface Request {
  readonly method: string;
  /** Below the base. */
  readonly parts: readonly string[];
  readonly body: Doc;
  /** Of the header Expect: `201-created`, `202-accepted`. */
  readonly expect: string;
  readonly accept: string;
}

const VIRT_VIEWER = 'application/x-virt-viewer';

/** Answers a request of somebody who was let in. @throws Fault, AppError */
export async function answer(ask: Ask, request: Request): Promise<Answer> {
  const route = routeOf(request.parts);
  if (route === null) throw notFound('Resource');
  const method = request.method === 'HEAD' ? 'GET' : request.method;
  const allowed = methodsOf(route);
  if (method === 'OPTIONS') return { status: 200, allow: allowed };
  if (!allowed.includes(method)) return { status: 405, allow: allowed };
  for (const { row, ids, id } of route.via ?? []) await findItem(at(ask, ids), row, id);
  switch (route.kind) {
    case 'root':
      return { status: 200, document: { tag: 'api', rep: await showRoot(ask) } };
    case 'empty':
      return answerEmpty(ask, route);
    case 'collection':
      await assertParent(ask, request.parts);
      return answerCollection(at(ask, route.ids), route, request, method);
    case 'item':
      return answerItem(at(ask, route.ids), route, request, method);
    case 'action':
      return act(at(ask, route.ids), route, request);
  }
}

/** A collection that is always empty, of something that must exist all the same. */
async function answerEmpty(ask: Ask, { tags, tag, of }: Extract<Route, { kind: 'empty' }>): Promise<Answer> {
  if (of !== null) await findItem(at(ask, of.ids), of.row, of.id);
  return { status: 200, collection: { tag, tags, items: nothing() } };
}

async function* nothing(): AsyncGenerator<readonly Rep[]> {
  yield [];
}

/** What is below an object that does not exist is not there either. */
async function assertParent(ask: Ask, parts: readonly string[]): Promise<void> {
  const parent = routeOf(parts.slice(0, -1));
  if (parent?.kind === 'item') await findItem(at(ask, parent.ids), parent.row, parent.id);
}

async function answerCollection(
  ask: Ask,
  { row }: Extract<Route, { kind: 'collection' }>,
  request: Request,
  method: string,
): Promise<Answer> {
  if (method === 'GET') return { status: 200, collection: await showCollection(ask, row) };
  const { add } = row;
  if (add === undefined) return { status: 405 };
  assertRoot(request.body, row.tag);
  const { id, job } = await add.run(ask, request.body);
  const going = await followed(ask, request, job, add.waits ?? 'work');
  ask.world.forget();
  const rep = await showItem(ask, row, await findItem(ask, row, id));
  const created = going ? { creation_status: 'in_progress' } : {};
  return { status: going ? 202 : 201, document: { tag: row.tag, rep: { ...rep, ...created } } };
}

async function answerItem(
  ask: Ask,
  { row, id }: Extract<Route, { kind: 'item' }>,
  request: Request,
  method: string,
): Promise<Answer> {
  const item = await findItem(ask, row, id);
  const home = homeOf(row);
  if (method === 'GET') {
    if (request.accept.includes(VIRT_VIEWER) && row.tag === 'graphics_console') return viewerFile(ask, row, item);
    return { status: 200, document: { tag: row.tag, rep: await follow(ask, await showItem(ask, row, item)) } };
  }
  if (method === 'DELETE') {
    const changed = (await home.remove?.run(ask, item as never, request.body)) as Changed | undefined;
    const going = await followed(ask, request, changed?.job ?? null, home.remove?.waits ?? 'work');
    // The SDK takes 200 alone for an answer to PUT and DELETE.
    return { status: 200, document: { tag: 'action', rep: { status: going ? 'pending' : 'complete' } } };
  }
  assertRoot(request.body, row.tag);
  const changed = (await home.update?.run(ask, item as never, request.body)) as Changed | undefined;
  await followed(ask, request, changed?.job ?? null, home.update?.waits ?? 'work');
  ask.world.forget();
  const rep = await showItem(ask, row, await findItem(ask, row, id));
  return { status: 200, document: { tag: row.tag, rep } };
}

async function viewerFile(ask: Ask, row: AnyCollection, item: unknown): Promise<Answer> {
  const file = row.actions?.['remoteviewerconnectionfile'];
  const { reply } = (await file?.run(ask, item as never, EMPTY)) as Acted;
  return { status: 200, file: { type: VIRT_VIEWER, text: String(reply?.['remote_viewer_connection_file'] ?? '') } };
}

async function act(ask: Ask, { row, id, verb }: Extract<Route, { kind: 'action' }>, request: Request): Promise<Answer> {
  const item = await findItem(ask, row, id);
  const home = homeOf(row);
  const action = home.actions?.[verb];
  if (action === undefined) throw unsupported(`The action ${verb} (${home.refused?.[verb] ?? 'unknown'})`);
  assertRoot(request.body, 'action');
  try {
    const { job, reply } = (await action.run(ask, item as never, request.body)) as Acted;
    const going = await followed(ask, request, job, action.waits ?? 'work');
    const rep = {
      ...reply,
      status: going ? 'pending' : 'complete',
      ...(job === null ? {} : { job: { href: ask.href('jobs', job), id: job } }),
    };
    return { status: going ? 202 : 200, document: { tag: 'action', rep } };
  } catch (error) {
    const { status, rep } = faultOf(error);
    // Unexpected ones are logged by the door.
    if (status >= 500) throw error;
    return { status, document: { tag: 'action', rep: { status: 'failed', fault: rep } } };
  }
}

function assertRoot(body: Doc, tag: string): void {
  if (body.name !== '' && body.name !== tag)
    throw badRequest(`The body must be <${tag}>, not <${body.name.slice(0, 100)}>`);
}

/** Waits for the job of a change as far as the client and the change want it. Returns whether it is still running. */
async function followed(ask: Ask, request: Request, job: string | null, waits: Waits): Promise<boolean> {
  if (job === null) return false;
  const asked =
    request.expect.includes('202-accepted') || request.body.bool('async') || ask.query.get('async') === 'true';
  if (asked) return !(await isDone(ask, job));
  // oVirt answers at once too: how long a guest takes to shut down is for the client to watch.
  if (waits === 'none' && !request.expect.includes('201-created')) return failIfFailed(ask, job);
  const ended = await endOf(ask, job);
  if (ended === null) return true;
  if (waits === 'work') assertSucceeded(ended);
  return false;
}

/** A job that has failed by now says so; one that is still running is answered as complete: the request was. */
async function failIfFailed(ask: Ask, job: string): Promise<boolean> {
  assertSucceeded(await ask.client.jobs.show({ job }));
  return false;
}

const isDone = async (ask: Ask, job: string): Promise<boolean> => isFinal((await ask.client.jobs.show({ job })).state);

const isFinal = (state: Job['state']): boolean => state !== 'queued' && state !== 'running';

async function endOf(ask: Ask, job: string): Promise<Job | null> {
  const ended = new AbortController();
  const late = wait(LONGEST_WAIT_MS, null, { ref: false, signal: ended.signal }).catch(() => null);
  const end = (async () => {
    let last: Job | null = null;
    for await (const now of await ask.client.jobs.follow({ job }, { signal: ended.signal })) last = now;
    return last !== null && isFinal(last.state) ? last : null;
  })();
  try {
    return await Promise.race([end, late]);
  } finally {
    ended.abort();
    end.catch(() => undefined);
  }
}

function assertSucceeded({ state, error }: Job): void {
  if (state !== 'failed' && state !== 'cancelled' && state !== 'interrupted') return;
  const words = error?.message ?? `The job was ${state}`;
  throw new Fault(409, OPERATION_FAILED, `[${words}${/[.!?]$/.test(words) ? '' : '.'}]`);
}
