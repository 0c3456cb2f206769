import type { Job } from '../../contract';
import { textOf } from '../../english';
import { Dot } from '../ui/state';
import { STEP_FEEL } from '../ui/tone';
import { text } from './text';
import { useHosts } from './use-names';

/** The steps of a job: done, running, or failed with the reason. */
export function JobSteps({ job }: { job: Job }) {
  const hosts = useHosts();
  if (job.steps.length === 0) return <p className="soft">{text.noSteps}</p>;
  return (
    <ol className="rows steps">
      {job.steps.map((step) => (
        <li key={step.index}>
          <Dot tone={STEP_FEEL[step.state].tone} label={STEP_FEEL[step.state].words} />
          <span className="grow">
            {textOf(step.title)}
            <StepHost
              title={textOf(step.title)}
              host={step.hostId === null ? null : (hosts.get(step.hostId)?.name ?? text.aHost)}
            />
            {step.message === null ? null : (
              <small className={`block ${step.state === 'failed' ? 'bad' : 'soft'}`}>{textOf(step.message)}</small>
            )}
          </span>
          <small className="soft">{durationWords(step.startedAt, step.endedAt)}</small>
        </li>
      ))}
    </ol>
  );
}

/** Where a step runs, unless its title says so. */
function StepHost({ title, host }: { title: string; host: string | null }) {
  if (host === null || title.split(/[\s,:]+/).includes(host)) return null;
  return <small className="soft"> · {host}</small>;
}

/** The duration: "40 ms", "3.2 s", "2 min"; empty while it runs. */
export function durationWords(from: string | null, to: string | null): string {
  if (from === null || to === null) return '';
  const ms = Math.max(0, Date.parse(to) - Date.parse(from));
  if (ms < 1000) return text.milliseconds(ms);
  return ms < 60_000 ? text.seconds(Math.round(ms / 100) / 10) : text.minutes(Math.round(ms / 60_000));
}
