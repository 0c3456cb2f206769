import { z } from 'zod';
import { ChangeLine, PreviewLine, PreviewProblem } from '../messages/previews';
import { Id } from './common';
import { PromiseEffect } from './promise';

/** What a command would change, as lines for people; made by the same plan that would run. */
export const Preview = z.object({
  summary: z.array(PreviewLine),
  hosts: z.array(
    z.object({ hostId: Id, host: z.string(), changes: z.array(ChangeLine), problem: PreviewProblem.nullable() }),
  ),
  /** Promises that it would break, or leave unknown; omitted: none. */
  promises: z.array(PromiseEffect).optional(),
});
export type Preview = z.infer<typeof Preview>;

/**
 * Output that every changing command shares: the job that does the work (null: nothing to do on hosts), or the preview. `warnings`: what
 * it did as asked, and what may be a mistake; omitted: nothing. A preview has them in its summary.
 */
export const commandOutput = {
  job: Id.nullable(),
  preview: Preview.nullable(),
  warnings: z.array(PreviewLine).optional(),
};
