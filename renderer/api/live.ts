import type { QueryClient, QueryKey } from '@tanstack/react-query';
import type {
  AtollMap,
  Event,
  Host,
  Job,
  KeptNote,
  LiveBatch,
  Network,
  NetworkAttachment,
  OwnPreferences,
  Preferences,
  Vm,
} from '../../contract';
import { KEPT_EVENTS, KEPT_JOBS, keys } from './keys';
import { patchHostShow, patchNetworkShow, type HostShow, type NetworkShow } from './live-shows';
import { groupBy } from '../ui/group';
import { patch } from './patch';
import { upsertAll } from './upsert';

type Change = LiveBatch['changes'][number];

/**
 * Writes one batch of the live feed into the cache: lists and open details in place, without asking the engine again.
 * Only what the feed can't say is asked for by `reread`: everything after a gap (`reset`), the map when its shape changed.
 */
export function applyBatch(cache: QueryClient, batch: LiveBatch, reread: (key: QueryKey) => void): void {
  if (batch.reset) {
    reread([]);
    return;
  }
  const byKind = groupBy(batch.changes, (change) => change.kind);
  for (const [kind, changes] of byKind) {
    switch (kind) {
      case 'attachment':
      case 'note':
      case 'check':
        break;
      case 'trash':
        reread(keys.trash);
        break;
      case 'preferences':
        patchPreferences(cache, changes);
        break;
      case 'job':
        patch<Job[]>(cache, keys.list('job'), (old) => upsertAll(old, changes, 'front').slice(0, KEPT_JOBS));
        break;
      default:
        patch<{ id: string }[]>(cache, keys.list(kind), (old) => upsertAll(old, changes, 'back'));
    }
  }
  if (byKind.get('job')?.some(({ value }) => hasMended(value as Job | null))) reread(keys.doctor);
  // Backups are files, not rows: what becomes of them is told by events.
  if (batch.events.some(({ type }) => type.startsWith('store.'))) reread(keys.backups);
  if (batch.events.some(({ type }) => type.startsWith('session.'))) reread(keys.sessions);
  // Which scenarios stand is told by their data centers.
  if (byKind.has('data_center')) reread(keys.scenarios);
  // A certificate is put together by the engine; what it tells is in checks, attachments and drift events.
  if (byKind.has('check') || byKind.has('attachment')) reread(keys.certificates);
  // Of a check the feed tells only that there is one: an open network lists the latest.
  if (byKind.has('check')) reread(keys.networks);
  // What can be undone next is worked out by the engine, from events that changed something and from jobs that undo.
  if (batch.events.some(({ undo, subjects }) => undo !== null || subjects.undoes !== undefined)) reread(keys.undo);
  if (batch.events.some(({ type }) => CHANGING.test(type))) reread(keys.changes);
  patchShows(cache, batch, reread);
  patchMap(cache, byKind, reread);
  addEvents(cache, batch.events);
}

/** Events that may tell of a change of the map (the engine has the list). */
const CHANGING = /^(host|network|drift|vnic|outside|forward)\.|^vm\.(?!state)/;

/** Whether a remedy has just ended, well or not: doctor looks again. */
const hasMended = (job: Job | null): boolean => job?.kind === 'system.remedy' && job.endedAt !== null;

/** The feed tells everyone's; a window shows only its own person's, and not the ones that its own have overtaken. */
function patchPreferences(cache: QueryClient, changes: readonly Change[]): void {
  if (cache.isMutating({ mutationKey: keys.preferences }) > 0) return;
  patch<OwnPreferences>(cache, keys.preferences, (old) => {
    const own = changes.find((change) => change.id === old.user);
    return own === undefined ? old : { ...old, preferences: own.value as Preferences };
  });
}

/** Events after which other NICs, or other bridges, may be on a host; a way out comes and goes with its network. */
const LOOKED =
  /^(drift|host)\.|^network\.(deployed|removed_from_host|import_failed)$|^vm\.(imported|import_failed|forgotten)$/;

function patchShows(cache: QueryClient, batch: LiveBatch, reread: (key: QueryKey) => void): void {
  for (const [key, show] of cache.getQueriesData<NetworkShow>({ queryKey: ['show', 'network'] })) {
    if (show) patch<NetworkShow>(cache, key, (old) => patchNetworkShow(old, batch));
  }
  for (const [key, show] of cache.getQueriesData<HostShow>({ queryKey: ['show', 'host'] })) {
    if (!show) continue;
    patch<HostShow>(cache, key, (old) => patchHostShow(old, batch));
    // NICs and foreign bridges are seen on the host, not stored: the feed has no entity for them.
    const looked = batch.events.some((e) => e.subjects.hostId === show.host.id && LOOKED.test(e.type));
    if (looked) reread(key);
  }
}

/** States are recoloured in place at once; a change of who stands where asks for the map again. */
function patchMap(cache: QueryClient, byKind: Map<Change['kind'], Change[]>, reread: (key: QueryKey) => void): void {
  const map = cache.getQueryData<AtollMap>(keys.map);
  if (map === undefined) return;
  const { map: next, reshaped } = recolour(map, byKind);
  patch<AtollMap>(cache, keys.map, () => next);
  if (reshaped) reread(keys.map);
}

/** The map with the states of the changed things, and whether its shape (members, islands, hearing) changed too. */
export function recolour(
  map: AtollMap,
  byKind: ReadonlyMap<Change['kind'], Change[]>,
): { map: AtollMap; reshaped: boolean } {
  const vms = new Map(byKind.get('vm')?.map((c) => [c.id, c.value as Vm | null]));
  const hosts = new Map(byKind.get('host')?.map((c) => [c.id, c.value as Host | null]));
  const networks = new Map(byKind.get('network')?.map((c) => [c.id, c.value as Network | null]));
  const attachments = new Map(byKind.get('attachment')?.map((c) => [c.id, c.value as NetworkAttachment | null]));
  const notes = new Map(byKind.get('note')?.map((c) => [c.id, { note: (c.value as KeptNote | null)?.note ?? null }]));
  const next: AtollMap = {
    ...map,
    vms: patched(map.vms, (vm) => vms.get(vm.id), ['name', 'state']),
    hosts: patched(map.hosts, (host) => hosts.get(host.id), ['name', 'state']),
    networks: patched(map.networks, (network) => networks.get(network.id), ['name', 'isIsolated']),
    islands: patched(
      patched(map.islands, (island) => attachments.get(islandKey(island)), ['verdict', 'verdictAt']),
      (island) => notes.get(islandKey(island)),
      ['note'],
    ),
  };
  return {
    map: next,
    reshaped:
      vms.size > 0 ||
      networks.size > 0 ||
      hasNewHost(map, hosts) ||
      hasNewLabels(map, hosts) ||
      hasNewIsland(map, attachments),
  };
}

const islandKey = ({ networkId, hostId }: AtollMap['islands'][number]): string => `${networkId}/${hostId}`;

/** What did not change stays the same object, so that of 10,000 VMs only what shows the changed one is drawn anew. */
function patched<T extends object, K extends keyof T & string>(
  list: T[],
  changeOf: (item: T) => Pick<T, K> | null | undefined,
  fields: readonly K[],
): T[] {
  let touched = false;
  const next = list.map((item) => {
    const change = changeOf(item);
    if (change === null || change === undefined || fields.every((field) => change[field] === item[field])) return item;
    touched = true;
    return { ...item, ...pick(change, fields) };
  });
  return touched ? next : list;
}

const hasNewHost = (map: AtollMap, hosts: Map<string, Host | null>): boolean =>
  [...hosts].some(([id, host]) => (host === null) === map.hosts.some((h) => h.id === id));

const hasNewLabels = (map: AtollMap, hosts: Map<string, Host | null>): boolean =>
  map.hosts.some(({ id, labels }) => (hosts.get(id)?.labels ?? labels).join() !== labels.join());

const hasNewIsland = (map: AtollMap, attachments: Map<string, NetworkAttachment | null>): boolean =>
  [...attachments].some(([id, a]) => (a === null) === map.islands.some((i) => `${i.networkId}/${i.hostId}` === id));

function pick<T extends object, K extends keyof T>(value: T, fields: readonly K[]): Pick<T, K> {
  return Object.fromEntries(fields.map((field) => [field, value[field]])) as Pick<T, K>;
}

function addEvents(cache: QueryClient, events: readonly Event[]): void {
  if (events.length === 0) return;
  patch<Event[]>(cache, keys.events, (old) => withFresh(old, events));
  for (const vmId of new Set(events.flatMap(({ subjects }) => subjects.vmId ?? []))) {
    const about = events.filter(({ subjects }) => subjects.vmId === vmId);
    patch<Event[]>(cache, keys.vmEvents(vmId), (old) => withFresh(old, about));
  }
}

function withFresh(old: readonly Event[], events: readonly Event[]): Event[] {
  const last = old[0]?.seq ?? 0;
  const fresh = events.filter((event) => event.seq > last).sort((a, b) => b.seq - a.seq);
  return [...fresh, ...old].slice(0, KEPT_EVENTS);
}
