import {
  type Scenario as ScenarioShown,
  isActive,
  isRunning,
  type StepTitle,
  say,
  type PreviewLine,
} from '../../contract';
import type { JobDraft, Outcome, Scope } from '../core/scope';
import { enterMaintenance } from '../hosts/leaving';
import type { Repositories } from '../ports/store';
import { buildSteps } from './building';
import { SCENARIOS } from './catalogue';
import { CLEAR_STEPS } from './clearing';
import { ensureDataCenter, hostsIn, placeOf } from './place';
import { type ScenarioPayload, assertAllSimulated, assertNamesFree, assertScenarioIdle } from './rules';
import { type Scenario, hostsOf, networksOf, vmsOf } from './scenario';

interface Made {
  readonly host: string;
  readonly networks: string[];
  readonly vms: string[];
}

/** A scenario in the contract's form. */
export function presentScenarios(tx: Repositories): ScenarioShown[] {
  return SCENARIOS.map((scenario) => ({
    id: scenario.id,
    title: scenario.title,
    words: scenario.words,
    size: {
      hosts: hostsOf(scenario).length,
      networks: networksOf(scenario).length,
      vms: vmsOf(scenario).length,
    },
    dataCenterId: placeOf(tx, scenario)?.id ?? null,
  }));
}

/** Reserves the name, and starts a job that creates what is missing. */
export function addScenario(scope: Scope, scenario: Scenario): Outcome<Made> {
  const { tx } = scope;
  assertScenarioIdle(tx, scenario);
  assertNamesFree(tx, scenario);
  const lines = linesFor(scenario);
  if (isComplete(tx, scenario)) return { output: madeOf(scenario), lines };
  const dataCenterId = ensureDataCenter(scope, scenario);
  const payload: ScenarioPayload = { scenario: scenario.id, clear: null };
  return { output: madeOf(scenario), lines, job: jobFor('add', scenario, payload, dataCenterId, buildSteps(scenario)) };
}

/** Removes everything in the scenario's data center. */
export function removeScenario(scope: Scope, scenario: Scenario): Outcome<{ removed: string[] }> {
  const place = placeOf(scope.tx, scenario);
  if (!place) return { output: { removed: [] }, lines: [say('preview.scenario.none', {})] };
  const removed = leave(scope, scenario, place.id);
  const payload: ScenarioPayload = { scenario: scenario.id, clear: place.id };
  const job = jobFor('remove', scenario, payload, place.id, CLEAR_STEPS);
  return { output: { removed }, lines: [say('preview.scenario.remove', { dataCenter: scenario.id })], job };
}

/** Removes it, if it exists, and creates it again. */
export function resetScenario(scope: Scope, scenario: Scenario): Outcome<Made> {
  const { tx } = scope;
  const place = placeOf(tx, scenario);
  if (!place) return addScenario(scope, scenario);
  assertNamesFree(tx, scenario);
  leave(scope, scenario, place.id);
  const payload: ScenarioPayload = { scenario: scenario.id, clear: place.id };
  const job = jobFor('reset', scenario, payload, place.id, [...CLEAR_STEPS, ...buildSteps(scenario)]);
  return {
    output: madeOf(scenario),
    lines: [say('preview.scenario.clear', { dataCenter: scenario.id }), ...linesFor(scenario)],
    job,
  };
}

/** Puts the scenario's hosts into maintenance; returns the names of all that will be removed. */
function leave(scope: Scope, scenario: Scenario, dataCenterId: string): string[] {
  const { tx, emit } = scope;
  assertScenarioIdle(tx, scenario);
  const hosts = hostsIn(tx, dataCenterId);
  assertAllSimulated(scenario, hosts);
  for (const host of hosts) if (isActive(host.state)) enterMaintenance(tx, host, emit);
  const vms = tx.clusters.ofDataCenter(dataCenterId).flatMap(({ id }) => tx.vms.ofCluster(id));
  return [...vms, ...tx.networks.ofDataCenter(dataCenterId), ...hosts].map(({ name }) => name);
}

/** Whether nothing is missing. */
function isComplete(tx: Repositories, scenario: Scenario): boolean {
  const place = placeOf(tx, scenario);
  if (!place) return false;
  const up = new Set(hostsIn(tx, place.id).flatMap((host) => (host.state === 'up' ? [host.name] : [])));
  const networks = new Set(tx.networks.ofDataCenter(place.id).map(({ name }) => name));
  const clusters = tx.clusters.ofDataCenter(place.id);
  const vms = clusters.flatMap(({ id }) => tx.vms.ofCluster(id)).filter((vm) => isRunning(vm.state));
  const running = new Set(vms.map(({ name }) => name));
  return (
    hostsOf(scenario).every(({ name }) => up.has(name)) &&
    networksOf(scenario).every((name) => networks.has(name)) &&
    vmsOf(scenario).every(({ name }) => running.has(name))
  );
}

function jobFor(
  verb: 'add' | 'remove' | 'reset',
  { title }: Scenario,
  payload: ScenarioPayload,
  dataCenterId: string,
  steps: readonly StepTitle[],
): JobDraft {
  return {
    kind: `scenario.${verb}`,
    title: say(`scenario.${verb}`, { scenario: title }),
    payload,
    subjects: { dataCenterId },
    steps: steps.map((each) => ({ title: each })),
  };
}

function madeOf(scenario: Scenario): Made {
  const [host] = hostsOf(scenario);
  return {
    host: host?.name ?? scenario.id,
    networks: networksOf(scenario),
    vms: vmsOf(scenario).map(({ name }) => name),
  };
}

const linesFor = (scenario: Scenario): PreviewLine[] => [
  say('preview.scenario.place', { dataCenter: scenario.id, hosts: hostsOf(scenario).length }),
  say('preview.scenario.networks', { count: networksOf(scenario).length }),
  say('preview.scenario.vms', { count: vmsOf(scenario).length }),
];
