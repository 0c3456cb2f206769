import { oc } from '@orpc/contract';
import { z } from 'zod';
import { errorMap } from '../errors';
import { commandInput } from '../model/common';
import { type Preview, commandOutput } from '../model/preview';

/** A read-only procedure. */
export const query = oc.errors(errorMap);

/**
 * A mutating procedure. Its input has `dryRun`, its output has `job` and `preview` besides the entity: exactly one of `job` (or
 * null: no work on hosts) and `preview` (only with `dryRun`) is set.
 */
export const command = <I extends z.ZodRawShape, O extends z.ZodRawShape>(input: I, output: O) =>
  oc
    .errors(errorMap)
    .input(z.strictObject({ ...input, ...commandInput }))
    .output(z.object({ ...output, ...commandOutput }));

export type CommandOutput = { job: string | null; preview: Preview | null };
