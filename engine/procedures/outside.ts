import { ConvergePayload } from '../reconcile/converge-job';
import type { Core } from '../context';
import { runConvergeJob } from '../reconcile/converge-job';
import { disableHandler, enableHandler } from '../outside/enabling';

export function outsideHandlers(core: Core) {
  const { os, command, kinds } = core;
  kinds.define('outside.enable', ConvergePayload, (job) => runConvergeJob(core, job));
  kinds.define('outside.disable', ConvergePayload, (job) => runConvergeJob(core, job));
  return {
    enable: os.outside.enable.handler(command((scope, input) => enableHandler(scope, input))),
    disable: os.outside.disable.handler(command((scope, input) => disableHandler(scope, input))),
  };
}
