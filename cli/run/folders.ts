import { resolve } from 'node:path';
import { changing } from '../change';
import type { Run } from '../spec';

export const folderList: Run = async ({ out, engine }) => {
  const { client } = await engine();
  out.answer(await client.folders.list(), ({ folders }) => {
    for (const folder of folders) out.line(folder);
    if (folders.length === 0) out.line('The app may not use any folder yet. Allow one with: atoll folder allow DIR');
  });
};

export const folderAllow: Run = (context) => {
  const path = resolve(context.input.arg('DIR'));
  return changing((client, dryRun) => client.folders.allow({ path, dryRun })).run(context, {
    done: ({ folder }) => `The app may now use files in ${folder}.`,
  });
};

export const folderRemove: Run = (context) => {
  const path = resolve(context.input.arg('DIR'));
  return changing((client, dryRun) => client.folders.remove({ path, dryRun })).run(context, {
    done: ({ folder }) => `The app may no longer use files in ${folder}.`,
  });
};
