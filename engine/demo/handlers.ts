import type { Core } from '../core/core';
import { DEFAULT_SCENARIO, scenarioNamed } from '../scenarios/catalogue';
import { addScenario, presentScenarios, removeScenario, resetScenario } from '../scenarios/commands';
import { defineScenarioJobs } from '../scenarios/jobs';
import type { Scenario } from '../scenarios/scenario';
import { makeDemo } from './making';
import { removeDemo, runRemoveDemo } from './removing';
import { runDemo } from './starting';

export function demoHandlers(core: Core) {
  const { os, command, kinds, store } = core;
  kinds.define('demo.add', (job) => runDemo(core, job));
  kinds.define('demo.remove', (job) => runRemoveDemo(core, job));
  defineScenarioJobs(core);
  return {
    scenarios: os.demo.scenarios.handler(() => presentScenarios(store)),
    add: os.demo.add.handler(
      command((scope, input) => {
        const scenario = scenarioFor(input);
        return scenario ? addScenario(scope, scenario) : makeDemo(core, scope);
      }),
    ),
    remove: os.demo.remove.handler(
      command((scope, input) => {
        const scenario = scenarioFor(input);
        return scenario ? removeScenario(scope, scenario) : removeDemo(scope);
      }),
    ),
    reset: os.demo.reset.handler(command((scope, input) => resetScenario(scope, scenarioNamed(input.scenario)))),
  };
}

/** The scenario that is meant; undefined: the demo in a lab of this computer. */
function scenarioFor(input: { simulated: boolean; scenario?: string | undefined }): Scenario | undefined {
  if (input.scenario === undefined && !input.simulated) return undefined;
  return scenarioNamed(input.scenario ?? DEFAULT_SCENARIO);
}
