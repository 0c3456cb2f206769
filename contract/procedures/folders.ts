import { z } from 'zod';
import { ownPath } from '../model/path';
import { FileUse } from '../shell';
import { command, query } from './base';

/**
 * The folders whose files a call of the screens may name: disks, ISOs, kernels, images, keys. They are this computer's, kept in the home and
 * in no backup. Only the command line changes them: a script in a page that could allow itself a folder would have them all.
 */
export const folders = {
  list: query.output(
    z.object({
      folders: z.array(z.string()),
      /** Whether the caller is held to them. */
      confined: z.boolean(),
    }),
  ),
  /** Files directly within those folders that may be named for this use; at most 500. */
  files: query.input(z.strictObject({ use: FileUse })).output(z.object({ files: z.array(z.string()) })),
  /** `folder`: as it is kept, without symbolic links. */
  allow: command({ path: ownPath('folder') }, { folder: z.string() }),
  remove: command({ path: ownPath('folder') }, { folder: z.string() }),
};
