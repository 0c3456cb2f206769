import type { Core } from '../context';
import type { RunningJob } from '../core/jobs/job-kinds';
import { build } from './building';
import { scenarioNamed } from './catalogue';
import { CLEAR_STEPS, clear } from './clearing';
import { ScenarioPayload } from './rules';

/** The kinds of job that create and remove scenarios. */
export function defineScenarioJobs(core: Core): void {
  const clearIt = async (job: RunningJob<ScenarioPayload>): Promise<void> => {
    const { clear: dataCenterId } = job.payload;
    if (dataCenterId !== null) await clear(core, job, dataCenterId);
  };
  const buildIt = (job: RunningJob<ScenarioPayload>, first: number): Promise<void> =>
    build(core, job, scenarioNamed(job.payload.scenario), first);

  core.kinds.define('scenario.add', ScenarioPayload, (job) => buildIt(job, 1));
  core.kinds.define('scenario.remove', ScenarioPayload, clearIt);
  core.kinds.define('scenario.reset', ScenarioPayload, async (job) => {
    await clearIt(job);
    await buildIt(job, CLEAR_STEPS.length + 1);
  });
}
