import { type LabFile, type SubjectDraft, parseSubject, say } from '../../contract';
import { AppError } from '../../contract/app-error';
import { run } from '../../contract/remedy';
import type { Core } from '../context';
import { insertPromise, sameKey, updatePromise, writeGroup } from '../promises/commands';
import { contradictions } from '../promises/contradictions';
import { Subjects, draftOf } from '../promises/rules';
import type { PromiseRow } from '../ports/store';
import type { Applying } from './applying';
import type { ParsedFile } from './parse';

type FilePromise = NonNullable<LabFile['promises']>[number];

/** More new promises than this are not compared with each other: that takes the square of their number. */
const MOST_COMPARED = 200;

/** Groups and promises, at the end: they are about everything else in the file. */
export function applyPromises(applying: Applying): void {
  const { parsed, scope, dataCenterId, core } = applying;
  const { groups = [], promises = [] } = parsed.file;
  if (groups.length + promises.length === 0) return;
  core.promises.catchUp();
  applyGroups(applying);
  core.promises.catchUp();
  const subjects = new Subjects(scope.tx, dataCenterId);
  const known = new Map(scope.tx.promises.ofDataCenter(dataCenterId).map((row) => [sameKey(row), row]));
  const added = promises.flatMap((entry, i) => {
    const row = applying.at(['promises', i, 'promise'], () => applyOne(applying, entry, subjects, known));
    return row ? [row] : [];
  });
  if (added.length > MOST_COMPARED) return;
  const all = scope.tx.promises.ofDataCenter(dataCenterId);
  const said = new Set<string>();
  for (const row of added)
    for (const { promise, from, to, through } of contradictions(core.promises.world, all, row)) {
      const pair = [row.id, promise.id].sort().join();
      if (said.has(pair)) continue;
      said.add(pair);
      const both = { promise: core.promises.sentence(row), other: core.promises.sentence(promise) };
      applying.add(say('preview.promise.contradicts', { ...both, from, to, through }));
    }
}

function applyGroups(applying: Applying): void {
  const { parsed, scope, dataCenterId, core } = applying;
  for (const [i, { name, members }] of (parsed.file.groups ?? []).entries()) {
    applying.at(['groups', i, 'members'], () => {
      // Read again for each: a group can have those before it.
      const found = new Subjects(scope.tx, dataCenterId).list(members.map(memberOf), 'members');
      const { lines } = writeGroup(scope, core.promises, { dataCenterId, name, members: found });
      if (lines.some(({ type }) => type !== 'preview.nothing')) applying.add(...lines);
    });
  }
}

/** `web`, `network:"my net"` */
function memberOf(text: string): SubjectDraft {
  const parsed = parseSubject(text);
  if ('name' in parsed) return parsed;
  throw new AppError('BAD_INPUT', `"${text}" is no subject: ${parsed.error}`, { field: 'members' });
}

/** Adds a promise, or adopts the existing one that says the same. */
function applyOne(
  applying: Applying,
  { promise: sentence, severity, note }: FilePromise,
  subjects: Subjects,
  known: Map<string, PromiseRow>,
): PromiseRow | null {
  const { scope, core, dataCenterId } = applying;
  const draft = draftOf({ sentence });
  const said = { ...draft, ...subjects.of(draft, 'sentence') };
  const found = known.get(sameKey(said));
  if (found) {
    const { lines } = updatePromise(scope, core.promises, { promise: found.id, severity, note });
    if (lines.some(({ type }) => type !== 'preview.nothing')) applying.add(...lines);
    return null;
  }
  const made = { dataCenterId, draft, severity: severity ?? 'refuse', note: note ?? '' };
  const row = insertPromise(scope, core.promises, made, subjects, 'sentence', known);
  known.set(sameKey(row), row);
  const shown = core.promises.sentence(row);
  applying.add(say('preview.promise.add', { promise: shown }));
  if (row.state !== 'kept')
    applying.add(
      say('preview.promise.state', { promise: shown, state: row.state, reason: row.findings[0]?.message ?? null }),
    );
  return row;
}

/** The promises of a data center that a file names. @throws AppError NOT_FOUND: one was not applied */
export function promisesOfFile({ store }: Pick<Core, 'store'>, dataCenterId: string, parsed: ParsedFile): PromiseRow[] {
  const subjects = new Subjects(store, dataCenterId);
  const known = new Map(store.promises.ofDataCenter(dataCenterId).map((row) => [sameKey(row), row]));
  return (parsed.file.promises ?? []).map(({ promise: sentence }, i) => {
    const draft = draftOf({ sentence });
    const found = known.get(sameKey({ ...draft, ...subjects.of(draft, 'sentence') }));
    if (found) return found;
    throw new AppError(
      'NOT_FOUND',
      `line ${parsed.lineOf(['promises', i])}: The promise "${sentence}" was not applied`,
      {
        field: 'text',
        remedy: run('labfile.apply', {}),
      },
    );
  });
}
