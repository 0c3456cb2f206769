import { z } from 'zod';
import { ownPath } from '../model/path';
import { FileUse } from '../shell';
import { command, query } from './base';

/**
 * The folders whose files the screens may name: disks, ISOs, kernels, images, keys. They belong to this computer, and are stored in
 * the home and in no backup. Only the CLI changes them: a script in a page that could allow folders could access everything.
 */
export const folders = {
  list: query.output(
    z.object({
      folders: z.array(z.string()),
      /** Whether the caller is restricted to them. */
      confined: z.boolean(),
    }),
  ),
  /** Files directly in those folders that may be named for this use; at most 500. */
  files: query.input(z.strictObject({ use: FileUse })).output(z.object({ files: z.array(z.string()) })),
  /** `folder`: as stored, without symbolic links. */
  allow: command({ path: ownPath('folder') }, { folder: z.string() }),
  remove: command({ path: ownPath('folder') }, { folder: z.string() }),
};
