import { queryOptions } from '@tanstack/react-query';
import type { FileUse } from '../../contract/shell';
import { client } from './client';
import { KEPT_EVENTS, KEPT_JOBS, keys } from './keys';

/** The queries of the screens. Nothing polls: the live feed keeps entries current, and marks them stale after a gap. */
export const queries = {
  dataCenters: () => queryOptions({ queryKey: keys.list('data_center'), queryFn: () => client.dataCenters.list() }),
  clusters: () => queryOptions({ queryKey: keys.list('cluster'), queryFn: () => client.clusters.list({}) }),
  hosts: () => queryOptions({ queryKey: keys.list('host'), queryFn: () => client.hosts.list({}) }),
  networks: () => queryOptions({ queryKey: keys.list('network'), queryFn: () => client.networks.list({}) }),
  vms: () => queryOptions({ queryKey: keys.list('vm'), queryFn: () => client.vms.list({}) }),
  forwards: () => queryOptions({ queryKey: keys.list('forward'), queryFn: () => client.forwards.list({}) }),
  images: () => queryOptions({ queryKey: keys.list('image'), queryFn: () => client.images.list() }),
  snapshots: () => queryOptions({ queryKey: keys.list('snapshot'), queryFn: () => client.snapshots.list({}) }),
  promises: () => queryOptions({ queryKey: keys.list('promise'), queryFn: () => client.promises.list({}) }),
  promiseGroups: () =>
    queryOptions({ queryKey: keys.list('promise_group'), queryFn: () => client.promises.groups({}) }),
  promise: (id: string) =>
    queryOptions({ queryKey: keys.promise(id), queryFn: () => client.promises.show({ promise: id }) }),
  jobs: () => queryOptions({ queryKey: keys.list('job'), queryFn: () => client.jobs.list({ limit: KEPT_JOBS }) }),
  /** What one key press undoes, or why it does not. */
  lastAction: () => queryOptions({ queryKey: [...keys.undo, 'last'] as const, queryFn: () => client.undo.last() }),
  undoHistory: () =>
    queryOptions({ queryKey: [...keys.undo, 'history'] as const, queryFn: () => client.undo.list({ limit: 12 }) }),
  trash: () => queryOptions({ queryKey: keys.trash, queryFn: () => client.trash.list() }),
  events: () => queryOptions({ queryKey: keys.events, queryFn: () => client.events.list({ limit: KEPT_EVENTS }) }),
  leases: (id: string) =>
    queryOptions({ queryKey: keys.leases(id), queryFn: () => client.networks.leases({ network: id }) }),
  tunnels: (id: string) =>
    queryOptions({ queryKey: keys.tunnels(id), queryFn: () => client.networks.tunnels({ network: id }) }),
  network: (id: string) =>
    queryOptions({ queryKey: keys.network(id), queryFn: () => client.networks.show({ network: id }) }),
  certificate: (id: string) =>
    queryOptions({ queryKey: keys.certificate(id), queryFn: () => client.networks.certificate({ network: id }) }),
  /** What an OVA or OVF file describes. */
  appliance: (path: string) =>
    queryOptions({
      queryKey: ['appliance', path] as const,
      queryFn: () => client.vms.describeFile({ path }),
      retry: false,
      staleTime: 0,
    }),
  /** The hardware that the host of a VM has in its definition. */
  definition: (id: string) =>
    queryOptions({
      queryKey: ['definition', id] as const,
      queryFn: () => client.vms.definition({ vm: id }),
      refetchOnMount: 'always',
      retry: false,
    }),
  /** Asks the agent of a guest while its page shows it; its answer comes with the VM in the live feed, too. */
  guest: (id: string) =>
    queryOptions({
      queryKey: ['guest', id] as const,
      queryFn: () => client.vms.guest({ vm: id }),
      refetchOnMount: 'always',
      refetchInterval: 30_000,
      retry: false,
    }),
  vmEvents: (id: string) =>
    queryOptions({ queryKey: keys.vmEvents(id), queryFn: () => client.events.list({ vm: id, limit: KEPT_EVENTS }) }),
  host: (id: string) => queryOptions({ queryKey: keys.host(id), queryFn: () => client.hosts.show({ host: id }) }),
  map: () => queryOptions({ queryKey: keys.map, queryFn: () => client.map.show({}) }),
  /** What changed on the map in the last given milliseconds, counted from the request. */
  mapChanges: (lastMs: number) =>
    queryOptions({
      queryKey: [...keys.changes, lastMs] as const,
      queryFn: () => client.map.changes({ since: new Date(Date.now() - lastMs).toISOString() }),
    }),
  preferences: () => queryOptions({ queryKey: keys.preferences, queryFn: () => client.preferences.show() }),
  scenarios: () => queryOptions({ queryKey: keys.scenarios, queryFn: () => client.demo.scenarios() }),
  doctor: () => queryOptions({ queryKey: keys.doctor, queryFn: () => client.system.doctor() }),
  backups: () => queryOptions({ queryKey: keys.backups, queryFn: () => client.backups.list() }),
  status: () => queryOptions({ queryKey: keys.status, queryFn: () => client.system.status() }),
  /** The folders that the CLI allows have no event either. */
  folders: () =>
    queryOptions({ queryKey: keys.folders, queryFn: () => client.folders.list(), refetchOnMount: 'always' }),
  folderFiles: (use: FileUse) =>
    queryOptions({
      queryKey: [...keys.folders, use] as const,
      queryFn: () => client.folders.files({ use }),
      refetchOnMount: 'always',
    }),
  /** Open sessions have no event, so a screen reloads whenever it shows them. */
  sessions: () =>
    queryOptions({ queryKey: keys.sessions, queryFn: () => client.sessions.list(), refetchOnMount: 'always' }),
  api: () => queryOptions({ queryKey: keys.api, queryFn: () => client.api.show(), refetchOnMount: 'always' }),
  reach: (from: string, to: string) =>
    queryOptions({ queryKey: ['map', 'reach', from, to] as const, queryFn: () => client.map.reach({ from, to }) }),
};
