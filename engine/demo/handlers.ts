import type { Core } from '../core/core';
import { makeDemo } from './making';
import { removeDemo, runRemoveDemo } from './removing';
import { runDemo } from './starting';

export function demoHandlers(core: Core) {
  const { os, command, kinds } = core;
  kinds.define('demo.add', (job) => runDemo(core, job));
  kinds.define('demo.remove', (job) => runRemoveDemo(core, job));
  return {
    add: os.demo.add.handler(command((scope, input) => makeDemo(core, scope, input.simulated))),
    remove: os.demo.remove.handler(command((scope, input) => removeDemo(scope, input.simulated))),
  };
}
