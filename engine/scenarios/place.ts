import { type DataCenter, say } from '../../contract';
import type { Scope } from '../core/scope';
import { newId } from '../core/ids';
import type { HostRow, Repositories } from '../ports/store';
import type { Scenario } from './scenario';

/** This comment identifies the data center of a scenario. */
const SCENARIO_COMMENT =
  'Created by a simulated scenario. Removing or resetting the scenario removes this data center with everything in it.';
/** The same in databases of earlier versions. */
const BEFORE =
  /^Simulated, made by "\w+ demo --scenario"\. Goes with all that is in it when the scenario is removed or reset\.$/;
const isScenarios = ({ comment }: DataCenter): boolean => comment === SCENARIO_COMMENT || BEFORE.test(comment);

/** The data center of an existing scenario; undefined: there is none. */
export function placeOf(tx: Repositories, { id }: Scenario): DataCenter | undefined {
  const found = tx.dataCenters.byName(id);
  return found && isScenarios(found) ? found : undefined;
}

export const hostsIn = (tx: Repositories, dataCenterId: string): HostRow[] =>
  tx.clusters.ofDataCenter(dataCenterId).flatMap(({ id }) => tx.hosts.ofCluster(id));

/** The scenario's data center, created if it does not exist. */
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
