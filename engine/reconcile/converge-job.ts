import { z } from 'zod';
import { Ids } from '../core/jobs/payload';
import { AppError, isActive, type JobTitle, run, say, type StepResult, type Subjects } from '../../contract';
import { cancelled, describeError } from '../core/errors';
import type { JobDraft } from '../core/scope';
import type { RunningJob } from '../core/jobs/job-kinds';
import type { HostRow, Store } from '../ports/store';
import type { Extent } from './host-actor';
import type { HostActors } from './host-actors';
import type { ConvergeReport } from './record/record-result';

interface Deps {
  readonly store: Store;
  readonly actors: HostActors;
}

/** The payload of a converge job. */
export const ConvergePayload = z.strictObject({
  hostIds: Ids,
  /** The networks that the command concerns; null: all of each host. Failures of other networks do not fail this job. */
  networkIds: Ids.nullable(),
});
export type ConvergePayload = z.infer<typeof ConvergePayload>;

/** A job that converges hosts, one step each; undefined if no host changes. */
export function convergeJob(
  kind: string,
  title: JobTitle,
  hosts: readonly HostRow[],
  networkIds: readonly string[] | null,
  subjects: Subjects,
): JobDraft | undefined {
  const unique = [...new Map(hosts.map((host) => [host.id, host])).values()];
  if (unique.length === 0) return undefined;
  const payload: ConvergePayload = { hostIds: unique.map((host) => host.id), networkIds };
  const steps = unique.map((host) => ({ title: say('step.host.set_up', { host: host.name }), hostId: host.id }));
  return { kind, title, payload, subjects, steps };
}

/** Runs a converge job: all hosts in parallel; one host's failure does not undo the others (rule S5). */
export async function runConvergeJob(deps: Deps, job: RunningJob<ConvergePayload>): Promise<void> {
  const { hostIds, networkIds } = job.payload;
  await runConvergeSteps(deps, job, hostIds, networkIds, 1, 'planned');
}

/** Its steps from `first` on, one for each host, as part of any job. `extent`: what is read first, unless everything is concerned. */
export async function runConvergeSteps(
  deps: Deps,
  job: RunningJob,
  hostIds: readonly string[],
  networkIds: readonly string[] | null,
  first: number,
  extent: Extent = 'networks',
): Promise<void> {
  const concerned = networkIds === null ? null : new Set(networkIds);
  const results = await Promise.allSettled(
    hostIds.map((hostId, i) => convergeStep(deps, job, first + i, hostId, concerned, extent)),
  );
  if (job.signal.aborted) throw cancelled();
  const failed = results.flatMap((result, i) =>
    result.status === 'rejected' ? [{ hostId: hostIds[i] ?? '', ...describeError(result.reason) }] : [],
  );
  if (failed.length === 0) return;
  const nameOf = (hostId: string): string => deps.store.hosts.get(hostId)?.name ?? hostId;
  const words = failed.slice(0, 5).map(({ hostId, message }) => `${nameOf(hostId)}: ${message}`);
  if (failed.length > words.length) words.push(`and ${failed.length - words.length} more`);
  const of = hostIds.length === 1 ? 'The host failed' : `${failed.length} of ${hostIds.length} hosts failed`;
  throw new AppError('JOB_FAILED', `${of}. ${words.join('; ')}`, {
    remedy:
      failed[0]?.remedy ??
      run('jobs.retry', { job: job.id }, 'Atoll retries automatically. To retry at once, retry the job.'),
  });
}

/** One host's step of such a job; `concerned` like `networkIds` of its payload. */
export async function convergeStep(
  deps: Deps,
  job: RunningJob,
  index: number,
  hostId: string,
  concerned: ReadonlySet<string> | null,
  extent: Extent = 'networks',
): Promise<void> {
  const host = deps.store.hosts.get(hostId);
  if (!host) return job.skip(index, say('result.host_removed', {}));
  if (!isActive(host.state)) return job.skip(index, say('result.host_in_maintenance', {}));
  await job.step(index, async (signal) => {
    const report = await deps.actors.ensure(host).converge(signal, concerned === null ? 'whole' : extent);
    failOnFailures(report, concerned);
    return reconciled(report);
  });
}

/** Throws if one of the concerned networks (null: any) did not reach its desired state. */
export function failOnFailures(report: ConvergeReport, concerned: ReadonlySet<string> | null): void {
  const failures = report.failures.filter(
    ({ networkId }) => concerned === null || (networkId !== null && concerned.has(networkId)),
  );
  const [first] = failures;
  if (!first) return;
  const more = failures.length > 1 ? ` (and ${failures.length - 1} more)` : '';
  const options = { remedy: first.remedy };
  throw new AppError('HOST_COMMAND_FAILED', `${first.bridge}: ${first.message}${more}`, options);
}

/** The outcome of a converge, as the result of a step. */
export const reconciled = ({ deployed, removed }: ConvergeReport): StepResult =>
  say('result.reconciled', { deployed: deployed.length, removed });
