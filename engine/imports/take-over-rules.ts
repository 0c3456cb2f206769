import { AppError, note, run } from '../../contract';
import type { HostRow } from '../ports/store';

type HostName = Pick<HostRow, 'name'>;

/** An engine observes each of its hosts once a minute. */
export const QUIET_SECONDS = 180;

/** Bad: taking over from a store whose engine observed the host half a minute ago. `seconds`: time since then; null: unknown. */
export function assertOtherStoreGone({ name }: HostName, from: string, seconds: number | null): void {
  if (seconds === null || seconds >= QUIET_SECONDS) return;
  throw new AppError(
    'CONFLICT',
    `The database ${from} is in use: its Atoll observed the host "${name}" ${Math.round(seconds)} seconds ago`,
    {
      rule: 'TAKE_OVER',
      field: 'from',
      remedy: note(
        `Remove the host in that Atoll, or stop that Atoll for good and try again after ${QUIET_SECONDS / 60} minutes.`,
      ),
    },
  );
}

/** Bad: `host take-over node1` if nothing on node1 has another store's mark, or not the mark of the named one. */
export function nothingOfStore({ name }: HostName, from: string | undefined, there: readonly string[]): AppError {
  const of = from === undefined ? 'another database' : `the database ${from}`;
  return new AppError('NOT_FOUND', `Nothing on the host "${name}" has the mark of ${of}`, {
    field: from === undefined ? 'host' : 'from',
    remedy: note(
      there.length === 0
        ? 'There is nothing to take over. Unmarked VMs and bridges can be imported.'
        : `Databases with a mark there: ${there.join(', ')}.`,
    ),
  });
}

/** Bad: no `from` if two lost stores have marks on the host, or if this is no dry run. */
export function assertStoreNamed(
  { name }: HostName,
  from: string | undefined,
  there: readonly string[],
  isDry: boolean,
): void {
  if (from !== undefined || (isDry && there.length === 1)) return;
  if (there.length > 1)
    throw new AppError('AMBIGUOUS', `${there.length} other databases have marks on the host "${name}"`, {
      field: 'from',
      remedy: note(`Name one of them: ${there.join(' or ')}.`),
    });
  throw new AppError('BAD_INPUT', 'The database to take over from is not named', {
    field: 'from',
    remedy: run(
      'hosts.takeOver',
      { host: name, dryRun: true },
      'The preview shows the changes, and names the database.',
    ),
  });
}

/** Bad: another take-over of the host is unfinished. */
export function assertNoOtherTakeOver({ name }: HostName, from: string, open: string | undefined): void {
  if (open === undefined || open === from) return;
  throw new AppError('CONFLICT', `A take-over from the database ${open} is not finished on the host "${name}"`, {
    rule: 'TAKE_OVER',
    field: 'from',
    remedy: note('Finish that one first.'),
  });
}

/** Bad: conflicting names, addresses and definitions; all are listed at once, so that they can be fixed in one go. */
export function assertNoConflicts({ name }: HostName, problems: readonly string[]): void {
  if (problems.length === 0) return;
  throw new AppError(
    'RULE_BROKEN',
    `The host "${name}" can't be taken over: ${problems.slice(0, 10).join('; ')}${problems.length > 10 ? `; and ${problems.length - 10} more` : ''}`,
    {
      rule: 'TAKE_OVER',
      field: 'host',
      remedy: note(
        'Nothing was changed. Rename or remove what conflicts in this database, or change it on the host, then try again.',
      ),
    },
  );
}
