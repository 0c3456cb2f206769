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
  // What is asked of it waits until it answers, or fails by itself: an engine that has just started knows no better.
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

/** The states in which `action` is possible, for the words of a refusal. */
export function hostStatesFor(action: HostAction): HostState[] {
  return (Object.keys(TABLE) as HostState[]).filter((state) => TABLE[state].includes(action));
}

/** An *active* host is one whose networks the engine keeps deployed: every state but maintenance. */
export const isActive = (state: HostState): boolean => state !== 'maintenance';
