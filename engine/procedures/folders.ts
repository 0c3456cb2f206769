import { type CommandOutput, say } from '../../contract';
import { AppError } from '../../contract/app-error';
import { note } from '../../contract/remedy';
import type { Core } from '../context';
import { isConfined } from '../core/confine';

type Changed = CommandOutput & { folder: string };
type Input = { path: string; dryRun: boolean };

/** `confine` decides who may call `allow` and `remove`, as for every path. */
export function folderHandlers({ os, allowedFiles, command }: Core) {
  return {
    list: os.folders.list.handler(({ context }) => ({
      folders: [...allowedFiles.folders()],
      confined: isConfined(context.actor),
    })),
    files: os.folders.files.handler(async ({ input }) => ({ files: [...(await allowedFiles.files(input.use))] })),
    allow: os.folders.allow.handler(async ({ input, context }) => {
      const folder = await allowedFiles.find(input.path);
      return command<Input, Changed>(({ emit }) => {
        emit('folder.allowed', 'normal', say('folder.allowed', { folder }), {});
        const lines = [say('preview.folder.allow', { folder })];
        return { output: { folder }, lines, committed: () => allowedFiles.allow(folder) };
      })({ input, context });
    }),
    remove: os.folders.remove.handler(async ({ input, context }) => {
      // One that was deleted from the disk is still in the list.
      const folder = await allowedFiles.find(input.path).catch(() => input.path);
      return command<Input, Changed>(({ emit }) => {
        if (!allowedFiles.folders().includes(folder)) {
          assertNotWithin(folder, allowedFiles.folders());
          return { output: { folder }, lines: [say('preview.folder.not_allowed', {})] };
        }
        emit('folder.removed', 'normal', say('folder.removed', { folder }), {});
        const lines = [say('preview.folder.remove', { folder })];
        return { output: { folder }, lines, committed: () => allowedFiles.remove(folder) };
      })({ input, context });
    }),
  };
}

/** A folder in an allowed one stays allowed, so its removal must not look as if it had succeeded. */
function assertNotWithin(folder: string, allowed: readonly string[]): void {
  const around = allowed.find((one) => folder.startsWith(`${one}/`));
  if (around === undefined) return;
  throw new AppError('CONFLICT', `${folder} can be used because it is in ${around}, which is allowed`, {
    field: 'path',
    remedy: note(`Remove ${around}, and allow those of its folders that the app needs.`),
  });
}
