import type { z } from 'zod';
import { type Actor, AppError, run } from '../../contract';
import { type FoundPath, pathsIn } from '../../contract/model/path';
import type { AllowedFiles } from '../ports/allowed-files';

/** Doors that are behind the user's own shell; all others, including new ones, serve pages. */
const UNCONFINED: ReadonlySet<Actor['door']> = new Set<Actor['door']>(['cli', 'engine']);

export const isConfined = ({ door }: Actor): boolean => !UNCONFINED.has(door);

/**
 * Refuses an input of the screens that names a file outside the allowed folders. Otherwise a page has all rights of the CLI: a
 * script in it could write `authorized_keys`, or read any file through a guest that has it as a disk. @throws AppError FORBIDDEN
 */
export async function confine(
  files: AllowedFiles,
  actor: Actor,
  schema: z.core.$ZodType | undefined,
  input: unknown,
): Promise<void> {
  if (schema === undefined || !isConfined(actor)) return;
  for (const found of pathsIn(schema, input)) {
    const { path, mark } = found;
    if (mark.use === 'labfile') continue;
    if (mark.use === 'folder') throw onlyInTerminal(found);
    if (!(await files.allows({ path, use: mark.use, access: mark.access }))) throw refusal(files, found);
  }
}

const onlyInTerminal = ({ at }: FoundPath): AppError =>
  new AppError('FORBIDDEN', 'The screens may not change which folders they may use', {
    field: at.join('.'),
    remedy: run('folders.allow', {}, 'Use a terminal.'),
  });

function refusal(files: AllowedFiles, { path, mark, at }: FoundPath): AppError {
  const field = at.join('.');
  if (mark.access === 'write')
    return new AppError('FORBIDDEN', `The screens may not write ${path}: their backups go to ${files.backups}`, {
      field,
      remedy: run('system.backup', {}, 'Choose a name in that folder, or use a terminal.'),
    });
  const allowed = files.folders();
  const now = allowed.length === 0 ? 'None is allowed yet.' : `Allowed now: ${allowed.slice(0, 5).join(', ')}.`;
  return new AppError('FORBIDDEN', `The screens may not use ${path}: it is in no folder that you allowed`, {
    field,
    remedy: run(
      'folders.allow',
      {},
      `Put the file into an allowed folder, or allow its folder in a terminal. Hidden files, and folders in which everybody can write, can't be used. ${now}`,
    ),
  });
}
