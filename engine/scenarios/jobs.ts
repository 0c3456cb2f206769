import type { Core } from '../context';
import type { RunningJob } from '../core/jobs/job-kinds';
import { build } from './building';
import { scenarioNamed } from './catalogue';
import { CLEAR_STEPS, clear } from './clearing';
import type { ScenarioPayload } from './rules';

/** The kinds of job by which scenarios come and go. */
export function defineScenarioJobs(core: Core): void {
  const payloadOf = (job: RunningJob): ScenarioPayload => job.row.payload as ScenarioPayload;
  const clearIt = async (job: RunningJob): Promise<void> => {
    const { clear: dataCenterId } = payloadOf(job);
    if (dataCenterId !== null) await clear(core, job, dataCenterId);
  };
  const buildIt = (job: RunningJob, first: number): Promise<void> =>
    build(core, job, scenarioNamed(payloadOf(job).scenario), first);

  core.kinds.define('scenario.add', (job) => buildIt(job, 1));
  core.kinds.define('scenario.remove', clearIt);
  core.kinds.define('scenario.reset', async (job) => {
    await clearIt(job);
    await buildIt(job, CLEAR_STEPS.length + 1);
  });
}
