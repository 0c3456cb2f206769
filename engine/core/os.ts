import { type ImplementerInternalWithMiddlewares, implement } from '@orpc/server';
import type { z } from 'zod';
import { contract } from '../../contract';
import { confine } from './confine';
import type { AllowedFiles } from '../ports/allowed-files';
import type { Log } from '../ports/log';
import { toRpcError } from './errors';
import type { CallContext } from './ports';

/** Declared explicitly: the inferred type is longer than a declaration allows. */
export type Os = ImplementerInternalWithMiddlewares<typeof contract, CallContext & Record<never, never>, CallContext>;

/**
 * The builder of every handler: `os.networks.add.handler(...)`. Its one middleware runs before the input's validation: it limits
 * the screens to the files that they may name (`confine`), and makes sure that a refused input, a refused command and an unexpected
 * error all leave in the contract's form.
 *
 * Outputs are checked only if `checkOutputs` (in tests): TypeScript has already checked them, and parsing 10,000 VMs again for each
 * list costs more than reading them.
 */
export function makeOs(log: Log, files: AllowedFiles, checkOutputs: boolean): Os {
  const os = implement(contract)
    .$context<CallContext>()
    .$config({ initialOutputValidationIndex: checkOutputs ? 0 : Number.NaN })
    .use(async ({ next, path, procedure, context }, input) => {
      try {
        await confine(files, context.actor, procedure['~orpc'].inputSchema as z.ZodType | undefined, input);
        return await next();
      } catch (error) {
        throw toRpcError(error, log, path.join('.'));
      }
    });
  return os;
}
