import { RemoveDemoPayload } from '../demo/removing';
import { DemoPayload } from '../demo/making';
import type { CommandOutput } from '../../contract';
import type { Outcome, Scope } from '../core/scope';
import { withoutUndo } from '../core/events';
import type { Core } from '../context';
import { DEFAULT_SCENARIO, scenarioNamed } from '../scenarios/catalogue';
import { addScenario, presentScenarios, removeScenario, resetScenario } from '../scenarios/commands';
import { defineScenarioJobs } from '../scenarios/jobs';
import type { Scenario } from '../scenarios/scenario';
import { ruleS12ScenarioHasNoOutside } from '../demo/gateway';
import { type Made, makeDemo } from '../demo/making';
import { removeDemo, runRemoveDemo } from '../demo/removing';
import { runDemo } from '../demo/starting';

type Which = { readonly simulated: boolean; readonly scenario?: string | undefined };
type Add = Which & { readonly dryRun: boolean; readonly outside: boolean };

export function demoHandlers(core: Core) {
  const { os, command, kinds, store } = core;
  kinds.define('demo.add', DemoPayload, (job) => runDemo(core, job));
  kinds.define('demo.remove', RemoveDemoPayload, (job) => runRemoveDemo(core, job));
  defineScenarioJobs(core);
  return {
    scenarios: os.demo.scenarios.handler(() => presentScenarios(store)),
    add: os.demo.add.handler(async ({ input, context }) => {
      // Free ports are only known outside the database, so this is asked before the transaction.
      const port = input.outside ? await core.hosts.freePort('tcp', 0) : null;
      return command<Add, Made & CommandOutput>((scope) => addDemo(core, scope, input, port))({ input, context });
    }),
    remove: os.demo.remove.handler(
      command((scope, input) => {
        const scenario = scenarioFor(input);
        return scenario ? removeScenario(scope, scenario) : removeDemo(scope);
      }),
    ),
    reset: os.demo.reset.handler(command((scope, input) => resetScenario(scope, scenarioNamed(input.scenario)))),
  };
}

function addDemo(core: Core, scope: Scope, input: Add, port: number | null): Outcome<Made> {
  const scenario = scenarioFor(input);
  if (!scenario) return makeDemo(core, { ...scope, emit: withoutUndo(scope.emit) }, port);
  ruleS12ScenarioHasNoOutside(input.outside);
  const { output, ...outcome } = addScenario(scope, scenario);
  return { ...outcome, output: { ...output, page: null } };
}

/** The named scenario; undefined: the demo in a lab of this computer. */
function scenarioFor(input: Which): Scenario | undefined {
  if (input.scenario === undefined && !input.simulated) return undefined;
  return scenarioNamed(input.scenario ?? DEFAULT_SCENARIO);
}
