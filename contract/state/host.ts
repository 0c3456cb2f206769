import type { HostState } from '../model/states';

export const HOST_ACTIONS = [
  'activate',
  'maintenance',
  'sync',
  'setupNetworks',
  'import',
  'takeOver',
  'remove',
  'runVms',
] as const;
export type HostAction = (typeof HOST_ACTIONS)[number];

const TABLE: Record<HostState, readonly HostAction[]> = {
  installing: ['maintenance'],
  // Requests wait until it answers, or fail on their own: a newly started engine does not know more.
  connecting: ['maintenance', 'sync', 'setupNetworks', 'runVms'],
  up: ['maintenance', 'sync', 'setupNetworks', 'import', 'takeOver', 'runVms'],
  non_operational: ['activate', 'maintenance', 'sync', 'setupNetworks', 'import', 'takeOver'],
  non_responsive: ['activate', 'maintenance'],
  maintenance: ['activate', 'remove'],
  error: ['activate', 'maintenance', 'remove'],
};

/** Whether `action` is possible in `state`. */
export function hostAllows(state: HostState, action: HostAction): boolean {
  return TABLE[state].includes(action);
}

/** The states in which `action` is possible, for a refusal's text. */
export function hostStatesFor(action: HostAction): HostState[] {
  return (Object.keys(TABLE) as HostState[]).filter((state) => TABLE[state].includes(action));
}

/** An *active* host is one whose networks the engine keeps deployed: every state except maintenance. */
export const isActive = (state: HostState): boolean => state !== 'maintenance';
