import type { EntityKind } from '../../contract';

/** How many jobs and events a window keeps. */
export const KEPT_JOBS = 200;
export const KEPT_EVENTS = 500;

/** The kinds of entity that are cached as complete lists. */
export type ListKind = Exclude<EntityKind, 'attachment' | 'note' | 'check' | 'preferences' | 'trash'>;

/** All query keys in one place: `live.ts` writes to the same cache entries. */
export const keys = {
  list: (kind: ListKind) => ['list', kind] as const,
  networks: ['show', 'network'] as const,
  network: (id: string) => ['show', 'network', id] as const,
  host: (id: string) => ['show', 'host', id] as const,
  promise: (id: string) => ['promise', id] as const,
  allPromises: ['promise'] as const,
  certificate: (id: string) => ['certificate', id] as const,
  certificates: ['certificate'] as const,
  tunnels: (id: string) => ['tunnels', id] as const,
  allTunnels: ['tunnels'] as const,
  leases: (id: string) => ['leases', id] as const,
  allLeases: ['leases'] as const,
  vmEvents: (id: string) => ['vm-events', id] as const,
  undo: ['undo'] as const,
  trash: ['trash'] as const,
  events: ['events'] as const,
  map: ['map'] as const,
  changes: ['map-changes'] as const,
  labs: ['labs'] as const,
  preferences: ['preferences'] as const,
  scenarios: ['scenarios'] as const,
  doctor: ['doctor'] as const,
  backups: ['backups'] as const,
  status: ['status'] as const,
  sessions: ['sessions'] as const,
  api: ['api'] as const,
  folders: ['folders'] as const,
};
