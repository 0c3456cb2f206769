import { tryPayload } from '../core/jobs/payload';
import { z } from 'zod';
import { AppError, Id, note } from '../../contract';
import { listed } from '../core/listed';
import type { HostRow, Repositories } from '../ports/store';
import { hostsIn, placeOf } from './place';
import { type Scenario, hostsOf } from './scenario';

/** The payload of a scenario's job. */
export const ScenarioPayload = z.strictObject({
  scenario: z.string(),
  /** The data center that is to be cleared; null: none. */
  clear: Id.nullable(),
});
export type ScenarioPayload = z.infer<typeof ScenarioPayload>;

/** Kinds of job that create or clear a scenario. */
export const SCENARIO_JOBS: ReadonlySet<string> = new Set(['scenario.add', 'scenario.remove', 'scenario.reset']);

/** Bad: two jobs that create, reset or remove one scenario at the same time. */
export function assertScenarioIdle(tx: Repositories, { id, title }: Scenario): void {
  const open = tx.jobs.inState(['queued', 'running']).filter(({ kind }) => SCENARIO_JOBS.has(kind));
  if (!open.some((job) => tryPayload(ScenarioPayload, job)?.scenario === id)) return;
  throw new AppError('STATE_ILLEGAL', `The scenario "${title}" is being created or removed`, {
    field: 'scenario',
    remedy: note('Wait for that job, or cancel it.'),
  });
}

/** Bad: a user's data center or host with the name of one in a scenario. */
export function assertNamesFree(tx: Repositories, scenario: Scenario): void {
  const hint = 'Rename it, then create the scenario again.';
  const place = placeOf(tx, scenario);
  if (!place && tx.dataCenters.byName(scenario.id)) {
    throw new AppError('CONFLICT', `There is a data center "${scenario.id}" that no scenario created`, {
      rule: 'O5',
      remedy: note(hint),
    });
  }
  const own = new Set(place ? hostsIn(tx, place.id).map((host) => host.id) : []);
  const existing = hostsOf(scenario).flatMap(({ name }) => tx.hosts.byName(name) ?? []);
  const taken = existing.filter((host) => !own.has(host.id));
  if (taken.length === 0) return;
  throw new AppError('CONFLICT', `The scenario "${scenario.title}" needs the host names ${listed(taken)}`, {
    rule: 'O5',
    remedy: note(hint),
  });
}

/** Bad: clearing a scenario with a lab in its cluster: real VMs would be removed with it. */
export function assertAllSimulated(scenario: Scenario, hosts: readonly HostRow[]): void {
  const real = hosts.filter((host) => host.kind !== 'simulated');
  if (real.length === 0) return;
  throw new AppError('RULE_BROKEN', `The data center "${scenario.id}" has ${listed(real)}, which no scenario created`, {
    rule: 'O3',
    field: 'scenario',
    remedy: note('Remove these hosts first.'),
  });
}
