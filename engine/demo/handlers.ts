import type { CommandOutput } from '../../contract';
import type { Core } from '../core/core';
import { type Made, makeDemo } from './making';
import { removeDemo, runRemoveDemo } from './removing';
import { runDemo } from './starting';

type Add = { readonly dryRun: boolean; readonly simulated: boolean; readonly outside: boolean };

export function demoHandlers(core: Core) {
  const { os, command, kinds } = core;
  kinds.define('demo.add', (job) => runDemo(core, job));
  kinds.define('demo.remove', (job) => runRemoveDemo(core, job));
  return {
    add: os.demo.add.handler(async ({ input, context }) => {
      // Which ports are free is known outside the store only, so it is asked before the transaction.
      const port = input.outside ? await core.hosts.freePort('tcp') : null;
      return command<Add, Made & CommandOutput>((scope) => makeDemo(core, scope, input.simulated, port))({
        input,
        context,
      });
    }),
    remove: os.demo.remove.handler(command((scope, input) => removeDemo(scope, input.simulated))),
  };
}
