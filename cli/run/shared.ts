import { rm, writeFile } from 'node:fs/promises';
import { AppError } from '../../contract/app-error';
import { note } from '../../contract/remedy';

type Given<T> = { [K in keyof T]?: Exclude<T[K], undefined> };

/** Only the given fields; the contract has defaults for the others. */
export function given<T extends object>(fields: T): Given<T> {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as Given<T>;
}

/** The words of `--NAME A,B` and of each repetition; undefined: it was not given. */
export function listOf(input: { list(name: string): string[] }, name: string): string[] | undefined {
  const words = input.list(name).flatMap((each) => each.split(','));
  return words.length === 0 ? undefined : words.map((word) => word.trim()).filter((word) => word !== '');
}

/** Resolves names by id; an unknown id is shown unchanged. */
export function namesOf(
  rows: ReadonlyArray<{ readonly id: string; readonly name: string }>,
): (id: string | null | undefined) => string | null {
  const names = new Map(rows.map(({ id, name }) => [id, name]));
  return (id) => (id === null || id === undefined ? null : (names.get(id) ?? id));
}

/** Refuses mutually exclusive options; returns the given one. */
export function oneOf<K extends string>(options: Readonly<Record<K, unknown>>): K | null {
  const chosen = (Object.keys(options) as K[]).filter((name) => options[name] !== undefined && options[name] !== false);
  if (chosen.length > 1) {
    throw new AppError('BAD_INPUT', `${chosen.map((name) => `--${name}`).join(' and ')} are mutually exclusive.`, {
      field: chosen[1] ?? '',
      remedy: note('Give one of them.'),
    });
  }
  return chosen[0] ?? null;
}

/** Readable by its owner only, because it names hosts and addresses. An existing file is kept; an incomplete one is removed. */
export async function writeNew(file: string, content: string): Promise<void> {
  await writeFile(file, content, { flag: 'wx', mode: 0o600 }).catch(async (error: NodeJS.ErrnoException) => {
    const there = error.code === 'EEXIST';
    if (error.code === 'ENOSPC') await rm(file, { force: true });
    throw new AppError(there ? 'CONFLICT' : 'BAD_INPUT', `${file} can't be written (${error.code ?? 'unknown'}).`, {
      field: 'out',
      remedy: note(there ? 'Choose another name, or remove that file.' : 'Choose a folder that you may write.'),
    });
  });
}
