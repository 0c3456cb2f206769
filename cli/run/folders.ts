import { resolve } from 'node:path';
import { AppError } from '../../contract/app-error';
import { changing } from '../change';
import type { Context } from '../context';
import type { Run } from '../spec';

export const folderList: Run = async ({ out, engine }) => {
  const { client } = await engine();
  out.answer(await client.folders.list(), ({ folders }) => {
    for (const folder of folders) out.line(folder);
    if (folders.length === 0) out.line('The app may not use any folder yet. Allow one with: atoll folder allow DIR');
  });
};

/** An empty name, as of a variable that is not set, is not the current folder. */
function folderOf({ input }: Context): string {
  const name = input.arg('DIR');
  if (name === '') throw new AppError('BAD_INPUT', 'path: must not be empty', { field: 'path' });
  return resolve(name);
}

export const folderAllow: Run = (context) => {
  const path = folderOf(context);
  return changing((client, dryRun) => client.folders.allow({ path, dryRun })).run(context, {
    done: ({ folder }) => `The app may now use files in ${folder}.`,
  });
};

export const folderRemove: Run = (context) => {
  const path = folderOf(context);
  return changing((client, dryRun) => client.folders.remove({ path, dryRun })).run(context, {
    done: ({ folder }) => `${folder} is not in the list of folders that the app may use.`,
  });
};
