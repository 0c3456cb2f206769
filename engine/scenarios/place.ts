import { type DataCenter, say } from '../../contract';
import type { Scope } from '../core/scope';
import { newId } from '../core/ids';
import type { HostRow, Repositories } from '../ports/store';
import type { Scenario } from './scenario';

/** By this comment a scenario knows its data center. */
export const SCENARIO_COMMENT =
  'Simulated, made by "atoll demo --scenario". Goes with all that is in it when the scenario is removed or reset.';

/** The data center of a scenario that is there; undefined when there is none. */
export function placeOf(tx: Repositories, { id }: Scenario): DataCenter | undefined {
  const found = tx.dataCenters.byName(id);
  return found?.comment === SCENARIO_COMMENT ? found : undefined;
}

export const hostsIn = (tx: Repositories, dataCenterId: string): HostRow[] =>
  tx.clusters.ofDataCenter(dataCenterId).flatMap(({ id }) => tx.hosts.ofCluster(id));

/** The scenario's data center, made if it is not there. */
export function ensureDataCenter({ tx, now, emit }: Scope, scenario: Scenario): string {
  const found = placeOf(tx, scenario);
  if (found) return found.id;
  const id = newId();
  tx.dataCenters.insert({ id, name: scenario.id, comment: SCENARIO_COMMENT, createdAt: now });
  emit('data_center.added', 'normal', say('data_center.added', { dataCenter: scenario.id, isSimulated: true }), {
    dataCenterId: id,
  });
  return id;
}
