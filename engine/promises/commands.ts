import {
  AppError,
  type ChangeOf,
  type Contradiction,
  type GroupDraft,
  type IsolationPromise,
  type PreviewLine,
  type PromiseDraft,
  type PromiseGroup,
  type PromiseSeverity,
  note,
  run,
  say,
} from '../../contract';
import { newId } from '../core/ids';
import type { Outcome, Scope } from '../core/scope';
import type { PromiseGroupRow, PromiseRow, Repositories } from '../ports/store';
import { contradictions } from './contradictions';
import { type PromiseKeeper, reportState } from './keeper';
import { Subjects, assertNoCycle, draftOf } from './rules';

interface AddInput {
  readonly dataCenter: string;
  readonly sentence?: string | undefined;
  readonly draft?: PromiseDraft | undefined;
  readonly severity: PromiseSeverity;
  readonly note: string;
}

/** `promises.add` */
export function addPromise(
  scope: Scope,
  keeper: PromiseKeeper,
  input: AddInput,
): Outcome<{ promise: IsolationPromise; contradictions: Contradiction[] }> {
  const { tx } = scope;
  const place = scope.refs.dataCenter(input.dataCenter);
  keeper.catchUp();
  const field = input.draft === undefined ? 'sentence' : 'draft';
  const subjects = new Subjects(tx, place.id);
  const added = insertPromise(
    scope,
    keeper,
    { ...input, draft: draftOf(input), dataCenterId: place.id },
    subjects,
    field,
  );
  const known = contradictions(keeper.world, tx.promises.ofDataCenter(place.id), added);
  const found = known.map(({ promise, ...each }) => ({ ...each, sentence: keeper.sentence(promise) }));
  const promise = keeper.present(added);
  const lines = [
    say('preview.promise.add', { promise: promise.sentence }),
    ...stateLines(promise),
    ...found.map(({ sentence, from, to, through }) =>
      say('preview.promise.contradicts', { promise: promise.sentence, other: sentence, from, to, through }),
    ),
  ];
  return { output: { promise, contradictions: found }, lines };
}

/** In what state a new promise would be, unless it is kept. */
function stateLines({ sentence, state, findings: [first] }: IsolationPromise): PreviewLine[] {
  if (state === 'kept') return [];
  return [say('preview.promise.state', { promise: sentence, state, reason: first?.message ?? null })];
}

interface NewPromise {
  readonly dataCenterId: string;
  readonly draft: PromiseDraft;
  readonly severity: PromiseSeverity;
  readonly note: string;
}

/**
 * Adds a promise, with the state that it has from the start; the keeper has caught up with the transaction. `known`: all of the data
 * center by `sameKey`, for many at once.
 * @throws AppError CONFLICT: the same promise exists
 */
export function insertPromise(
  scope: Scope,
  keeper: PromiseKeeper,
  { dataCenterId, draft, severity, note: text }: NewPromise,
  subjects: Subjects,
  field: string,
  known?: ReadonlyMap<string, PromiseRow>,
): PromiseRow {
  const { tx, now } = scope;
  const { kind, maxAgeMinutes, ports } = draft;
  const said = { kind, ...subjects.of(draft, field), maxAgeMinutes, ports: [...new Set(ports)] };
  const twin = known ? known.get(sameKey(said)) : samePromise(tx, dataCenterId, said);
  if (twin)
    throw new AppError('CONFLICT', `The promise "${keeper.sentence(twin)}" already exists`, {
      field,
      remedy: run('promises.show', { promise: twin.id }),
    });
  const { state, findings } = keeper.evaluate({ ...said, dataCenterId });
  const made = { id: newId(), dataCenterId, ...said, severity, note: text };
  const row: PromiseRow = { ...made, state, since: now, findings: [...findings], createdAt: now };
  tx.promises.insert(row);
  const promise = keeper.sentence(row);
  const undo = {
    words: say('undo.promise.added', { promise }),
    change: { kind: 'promise.added' as const, promiseId: row.id },
  };
  const about = { dataCenterId, promiseId: row.id };
  scope.emit('promise.added', 'normal', say('promise.added', { promise }), about, undo);
  if (state !== 'kept') reportState(tx, row, state, promise, null, now);
  return row;
}

/** The promise that says the same, if there is one. */
export function samePromise(
  tx: Repositories,
  dataCenterId: string,
  said: Pick<PromiseRow, 'kind' | 'who' | 'to' | 'through' | 'maxAgeMinutes' | 'ports'>,
): PromiseRow | undefined {
  const key = sameKey(said);
  return tx.promises.ofDataCenter(dataCenterId).find((row) => sameKey(row) === key);
}

/** Lists are sets. */
export function sameKey(said: Pick<PromiseRow, 'kind' | 'who' | 'to' | 'through' | 'maxAgeMinutes' | 'ports'>): string {
  const ids = (subjects: PromiseRow['who']): string[] => subjects.map(({ kind, id }) => `${kind}:${id}`).sort();
  const { kind, who, to, through, maxAgeMinutes, ports } = said;
  return JSON.stringify([kind, ids(who), ids(to), ids(through), maxAgeMinutes, [...ports].sort((a, b) => a - b)]);
}

interface UpdateInput {
  readonly promise: string;
  readonly severity?: PromiseSeverity | undefined;
  readonly note?: string | undefined;
}

/** `promises.update` */
export function updatePromise(
  scope: Scope,
  keeper: PromiseKeeper,
  input: UpdateInput,
): Outcome<{ promise: IsolationPromise }> {
  const { tx } = scope;
  const row = findPromise(tx, keeper, input.promise);
  const promise = keeper.sentence(row);
  const was = { severity: row.severity, note: row.note };
  const now = { severity: input.severity ?? was.severity, note: input.note ?? was.note };
  const shown = (): IsolationPromise => keeper.present({ ...row, ...now });
  if (was.severity === now.severity && was.note === now.note)
    return { output: { promise: shown() }, lines: [say('preview.nothing', {})] };
  tx.promises.update(row.id, now);
  const change = { kind: 'promise.updated' as const, promiseId: row.id, was, now };
  const about = { dataCenterId: row.dataCenterId, promiseId: row.id };
  const undo = { words: say('undo.promise.updated', { promise }), change };
  scope.emit('promise.updated', 'normal', say('promise.updated', { promise }), about, undo);
  return { output: { promise: shown() }, lines: [say('preview.promise.update', { promise })] };
}

/** `promises.remove` */
export function removePromise(
  scope: Scope,
  keeper: PromiseKeeper,
  input: { readonly promise: string },
): Outcome<object> {
  const { tx } = scope;
  const row = findPromise(tx, keeper, input.promise);
  const promise = keeper.sentence(row);
  tx.promises.remove(row.id);
  const { state: _, since: __, findings: ___, ...kept } = row;
  const all = (subjects: PromiseRow['who']) => subjects.map((subject) => ({ ...subject, gone: false }));
  const written = { ...kept, who: all(row.who), to: all(row.to), through: all(row.through) };
  const change = { kind: 'promise.removed' as const, promise: written };
  const undo = { words: say('undo.promise.removed', { promise }), change };
  const about = { dataCenterId: row.dataCenterId, promiseId: row.id };
  scope.emit('promise.removed', 'normal', say('promise.removed', { promise }), about, undo);
  return { output: {}, lines: [say('preview.promise.remove', { promise })] };
}

/** Writes a removed promise again, with its id. */
export function restorePromise(
  scope: Scope,
  keeper: PromiseKeeper,
  { promise: kept }: ChangeOf<'promise.removed'>,
): Outcome<object> {
  const { tx, now } = scope;
  const all = (subjects: typeof kept.who) => subjects.map(({ kind, id, name }) => ({ kind, id, name }));
  const said = { ...kept, who: all(kept.who), to: all(kept.to), through: all(kept.through) };
  keeper.catchUp();
  const { state, findings } = keeper.evaluate(said);
  const row: PromiseRow = { ...said, state, since: now, findings: [...findings] };
  tx.promises.insert(row);
  const promise = keeper.sentence(row);
  const change = { kind: 'promise.added' as const, promiseId: row.id };
  const about = { dataCenterId: row.dataCenterId, promiseId: row.id };
  const undo = { words: say('undo.promise.added', { promise }), change };
  scope.emit('promise.added', 'normal', say('promise.added', { promise }), about, undo);
  if (state !== 'kept') reportState(tx, row, state, promise, null, now);
  return { output: {}, lines: [say('preview.promise.add', { promise })] };
}

/** `promises.setGroup` */
export function setGroup(
  scope: Scope,
  keeper: PromiseKeeper,
  input: GroupDraft & { readonly dataCenter: string },
): Outcome<{ group: PromiseGroup }> {
  const place = scope.refs.dataCenter(input.dataCenter);
  const members = new Subjects(scope.tx, place.id).list(input.members, 'members');
  return writeGroup(scope, keeper, { dataCenterId: place.id, name: input.name, members });
}

/** Writes a group. An unchanged one is left as it is. */
export function writeGroup(
  scope: Scope,
  keeper: PromiseKeeper,
  draft: Omit<PromiseGroupRow, 'id'> & { readonly id?: string },
): Outcome<{ group: PromiseGroup }> {
  const { tx } = scope;
  const { dataCenterId, name, members } = draft;
  const was = tx.promiseGroups.ofDataCenter(dataCenterId).find((group) => group.name === name);
  const row: PromiseGroupRow = { id: was?.id ?? draft.id ?? newId(), dataCenterId, name, members: [...members] };
  assertNoCycle(tx, row);
  const present = (): PromiseGroup => keeper.presentGroup(row);
  if (was && JSON.stringify(was.members) === JSON.stringify(members))
    return { output: { group: present() }, lines: [say('preview.nothing', {})] };
  if (was) tx.promiseGroups.update(row.id, { members: row.members });
  else tx.promiseGroups.insert(row);
  const names = members.map((member) => member.name);
  const shown = (group: PromiseGroupRow): PromiseGroup => keeper.presentGroup(group);
  const change = { kind: 'promise.group_set' as const, was: was ? shown(was) : null, now: shown(row) };
  const undo = { words: say('undo.promise.group_set', { group: name }), change };
  scope.emit(
    'promise.updated',
    'normal',
    say('promise.group_set', { group: name, members: names }),
    { dataCenterId },
    undo,
  );
  return { output: { group: present() }, lines: [say('preview.promise.group', { group: name, members: names })] };
}

/** `promises.removeGroup`. Bad: a group that a promise, or another group, names. */
export function removeGroup(
  scope: Scope,
  keeper: PromiseKeeper,
  input: { readonly dataCenter?: string; readonly group: string },
): Outcome<object> {
  const { tx } = scope;
  const groups =
    input.dataCenter === undefined
      ? tx.promiseGroups.list()
      : tx.promiseGroups.ofDataCenter(scope.refs.dataCenter(input.dataCenter).id);
  const row = groups.find(({ id }) => id === input.group) ?? groups.find(({ name }) => name === input.group);
  if (!row)
    throw new AppError('NOT_FOUND', `There is no group "${input.group}"`, {
      field: 'group',
      remedy: run('promises.list', {}),
    });
  const names = (subjects: PromiseRow['who']): boolean =>
    subjects.some(({ kind, id }) => kind === 'group' && id === row.id);
  const user = tx.promises
    .ofDataCenter(row.dataCenterId)
    .find(({ who, to, through }) => [who, to, through].some(names));
  const holder = groups.find(({ members }) => names(members));
  const used = user ? `the promise "${keeper.sentence(user)}"` : holder ? `the group "${holder.name}"` : null;
  if (used !== null)
    throw new AppError('CONFLICT', `The group "${row.name}" is used by ${used}`, {
      field: 'group',
      remedy: note(user ? 'Remove the promise first.' : 'Remove it from that group first.'),
    });
  tx.promiseGroups.remove(row.id);
  const change = { kind: 'promise.group_removed' as const, group: keeper.presentGroup(row) };
  const undo = { words: say('undo.promise.group_removed', { group: row.name }), change };
  const about = { dataCenterId: row.dataCenterId };
  scope.emit('promise.updated', 'normal', say('promise.group_removed', { group: row.name }), about, undo);
  return { output: {}, lines: [say('preview.promise.remove_group', { group: row.name })] };
}

/** The members of a group as stored. */
export const storedMembers = ({ members }: PromiseGroup) => members.map(({ kind, id, name }) => ({ kind, id, name }));

/** A promise by its id, its sentence, or the beginning of its id. */
export function findPromise(tx: Pick<Repositories, 'promises'>, keeper: PromiseKeeper, ref: string): PromiseRow {
  const byId = tx.promises.get(ref);
  if (byId) return byId;
  const all = tx.promises.list();
  const text = ref.trim();
  const found = all.filter((row) => keeper.sentence(row) === text);
  const matches = found.length > 0 ? found : all.filter(({ id }) => text.length >= 4 && id.startsWith(text));
  const [first] = matches;
  if (first && matches.length === 1) return first;
  if (first)
    throw new AppError('AMBIGUOUS', `${matches.length} promises are meant by "${ref}"`, {
      field: 'promise',
      remedy: run('promises.list', {}, 'Give its id.'),
    });
  throw new AppError('NOT_FOUND', `There is no promise "${ref}"`, {
    field: 'promise',
    remedy: run('promises.list', {}),
  });
}
