import { link, lstat, open, rename } from 'node:fs/promises';
import { AppError, note } from '../contract';

/** A new file, which nothing was at the path of. `part`: the name that it has until it is complete. */
export async function createNew(part: string, path: string): Promise<void> {
  await assertAbsent(path);
  const file = await open(part, 'wx', 0o600).catch((cause: Error) => {
    throw notCreated(path, cause);
  });
  await file.close();
}

/** Bad: writing over a file that exists. */
export async function assertAbsent(path: string): Promise<void> {
  if (await exists(path)) throw existsAlready(path);
}

export const notCreated = (path: string, cause: Error): AppError =>
  new AppError('BAD_INPUT', `${path} can't be created: ${cause.message}`, {
    field: 'path',
    cause,
    remedy: note('Name a new file in a folder that you may write in.'),
  });

/** Gives a file its name. What has it in the meantime is not overwritten, where the file system knows links. */
export async function place(part: string, path: string): Promise<void> {
  try {
    await link(part, path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST' || (await exists(path))) throw existsAlready(path);
    await rename(part, path);
  }
}

const exists = (path: string): Promise<boolean> =>
  lstat(path).then(
    () => true,
    () => false,
  );

const existsAlready = (path: string): AppError =>
  new AppError('CONFLICT', `${path} exists already`, {
    field: 'path',
    remedy: note('Name a file that does not exist yet.'),
  });
