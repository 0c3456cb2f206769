import { AppError, note } from '../../contract';
import { nearNames } from '../core/suggest-names';
import { BAD_DAY } from './definitions/bad-day';
import { COLLABORATIVE_GROUP } from './definitions/collaborative-group';
import { HUNDRED_HOSTS } from './definitions/hundred-hosts';
import { LAPTOP_LAB } from './definitions/laptop-lab';
import { THREE_HOSTS } from './definitions/three-hosts';
import type { Scenario } from './scenario';

export const SCENARIOS: readonly Scenario[] = [LAPTOP_LAB, COLLABORATIVE_GROUP, THREE_HOSTS, BAD_DAY, HUNDRED_HOSTS];

/** The default scenario of the simulated demo. */
export const DEFAULT_SCENARIO = LAPTOP_LAB.id;

/** The scenario of that name. Throws NOT_FOUND with the names of all. */
export function scenarioNamed(id: string, among: readonly Scenario[] = SCENARIOS): Scenario {
  const found = among.find((scenario) => scenario.id === id);
  if (found) return found;
  const names = among.map((scenario) => scenario.id);
  const near = nearNames(id, names);
  const hint = near.length > 0 ? `Did you mean "${near.join('" or "')}"?` : `There are: ${names.join(', ')}.`;
  throw new AppError('NOT_FOUND', `There is no scenario "${id}"`, { field: 'scenario', remedy: note(hint) });
}
