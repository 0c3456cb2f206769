import type { QueryClient, QueryKey } from '@tanstack/react-query';
import type {
  AtollMap,
  EntityChangeOf,
  DataCenter,
  EntityChange,
  EntityKind,
  Event,
  Host,
  IsolationPromise,
  Job,
  LiveBatch,
  Network,
  NetworkAttachment,
  OwnPreferences,
  Vm,
} from '../../contract';
import { FINAL_TYPES } from '../../contract/model/final-changes';
import { KEPT_EVENTS, KEPT_JOBS, keys, type ListKind } from './keys';
import { patchHostShow, patchNetworkShow, type HostShow, type NetworkShow } from './live-shows';
import { patch } from './patch';
import { type ChangeIn, upsertAll } from './upsert';

type Reread = (key: QueryKey) => void;
/** Writes the changes of one kind of entity to the cache. */
type Writer<K extends EntityKind> = (cache: QueryClient, changes: readonly EntityChangeOf<K>[], reread: Reread) => void;

/** A list that keeps the order of its items. */
const list =
  <T extends { id: string }>(kind: ListKind) =>
  (cache: QueryClient, changes: readonly ChangeIn<T>[]): void =>
    patch<T[]>(cache, keys.list(kind), (old) => upsertAll(old, changes, 'back'));

/** How each kind of entity updates the cache; a kind without an entry is a type error. */
const WRITERS: { readonly [K in EntityKind]: Writer<K> } = {
  data_center: (cache, changes, reread) => {
    list<DataCenter>('data_center')(cache, changes);
    // Each scenario is a data center.
    reread(keys.scenarios);
  },
  cluster: list('cluster'),
  host: list('host'),
  network: (cache, changes, reread) => {
    list<Network>('network')(cache, changes);
    // Leases are not stored: a network is presented again when they change.
    reread(keys.allLeases);
    reread(keys.allTunnels);
  },
  vm: (cache, changes, reread) => {
    list<Vm>('vm')(cache, changes);
    reread(keys.allLeases);
  },
  forward: list('forward'),
  image: list('image'),
  snapshot: list('snapshot'),
  promise: (cache, changes, reread) => {
    list<IsolationPromise>('promise')(cache, changes);
    // The engine keeps when it was not kept.
    reread(keys.allPromises);
  },
  promise_group: list('promise_group'),
  job: (cache, changes, reread) => {
    patch<Job[]>(cache, keys.list('job'), (old) => upsertAll(old, changes, 'front').slice(0, KEPT_JOBS));
    if (changes.some(({ value }) => isEndedRemedy(value))) reread(keys.doctor);
  },
  // The engine composes a certificate from checks, attachments and drift events.
  attachment: (_, __, reread) => reread(keys.certificates),
  check: (_, __, reread) => {
    reread(keys.certificates);
    // The feed has only a check's id: an open network lists the latest checks.
    reread(keys.networks);
  },
  // Only the map shows notes.
  note: () => undefined,
  trash: (_, __, reread) => reread(keys.trash),
  tunnel: (_, __, reread) => reread(keys.allTunnels),
  preferences: (cache, changes) => patchPreferences(cache, changes),
};
const KINDS = Object.keys(WRITERS) as EntityKind[];

/**
 * Applies one batch of the live feed to the cache: lists and open details change in place, without another request. `reread`
 * reloads only what the feed does not contain: everything after a gap (`reset`), and what the engine computes, such as which VMs
 * share an island.
 */
export function applyBatch(cache: QueryClient, batch: LiveBatch, reread: Reread): void {
  if (batch.reset) {
    reread([]);
    return;
  }
  for (const kind of KINDS) write(kind, cache, batch, reread);
  // Backups are files, not rows: events report their changes.
  if (batch.events.some(({ type }) => type.startsWith('store.'))) reread(keys.backups);
  if (batch.events.some(({ type }) => type.startsWith('session.'))) reread(keys.sessions);
  if (batch.events.some(({ type }) => type.startsWith('api.'))) reread(keys.api);
  // The engine computes the next undo from events of changes, and from the jobs of people.
  if (batch.events.some(concernsUndo)) reread(keys.undo);
  if (batch.events.some(({ type }) => CHANGING.test(type))) reread(keys.changes);
  patchShows(cache, batch, reread);
  patchMap(cache, batch.changes, reread);
  addEvents(cache, batch.events);
}

function write<K extends EntityKind>(kind: K, cache: QueryClient, { changes }: LiveBatch, reread: Reread): void {
  const own = changesOf(changes, kind);
  if (own.length > 0) WRITERS[kind](cache, own, reread);
}

const changesOf = <K extends EntityKind>(changes: readonly EntityChange[], kind: K): EntityChangeOf<K>[] =>
  changes.filter((change): change is EntityChangeOf<K> => change.kind === kind);

const concernsUndo = ({ type, undo, subjects, by }: Event): boolean =>
  undo !== null ||
  isFinal(type) ||
  subjects.undoes !== undefined ||
  ((type === 'job.queued' || type === 'job.finished') && by.door !== 'engine');

const isFinal = (type: string): boolean => FINAL_TYPES.some((one) => one === type);

/** Events that can change the map (the engine defines the list). */
const CHANGING = /^(host|network|drift|vnic|outside|forward)\.|^vm\.(?!state)/;

/** Whether a remedy has ended, successfully or not: doctor checks again. */
const isEndedRemedy = (job: Job | null): boolean => job?.kind === 'system.remedy' && job.endedAt !== null;

/** The feed contains all users' preferences; a window applies only its own user's, and not while it saves newer ones. */
function patchPreferences(cache: QueryClient, changes: readonly EntityChangeOf<'preferences'>[]): void {
  if (cache.isMutating({ mutationKey: keys.preferences }) > 0) return;
  patch<OwnPreferences>(cache, keys.preferences, (old) => {
    const own = changes.find((change) => change.id === old.user);
    return own?.value == null ? old : { ...old, preferences: own.value };
  });
}

/** Events after which a host can have other NICs or bridges; a lab's uplink is added and removed with its network. */
const LOOKED =
  /^(drift|host)\.|^network\.(deployed|removed_from_host|import_failed)$|^vm\.(imported|import_failed|forgotten)$/;

function patchShows(cache: QueryClient, batch: LiveBatch, reread: Reread): void {
  for (const [key, show] of cache.getQueriesData<NetworkShow>({ queryKey: ['show', 'network'] })) {
    if (show) patch<NetworkShow>(cache, key, (old) => patchNetworkShow(old, batch));
  }
  for (const [key, show] of cache.getQueriesData<HostShow>({ queryKey: ['show', 'host'] })) {
    if (!show) continue;
    patch<HostShow>(cache, key, (old) => patchHostShow(old, batch));
    // NICs and foreign bridges are observed on the host, not stored: the feed has no entity for them.
    const looked = batch.events.some((e) => e.subjects.hostId === show.host.id && LOOKED.test(e.type));
    if (looked) reread(key);
  }
}

/** Updates states in place; the engine computes islands, so a change of membership reloads the map. */
function patchMap(cache: QueryClient, changes: readonly EntityChange[], reread: Reread): void {
  const map = cache.getQueryData<AtollMap>(keys.map);
  if (map === undefined) return;
  const { map: next, reshaped } = updateMap(map, changes);
  patch<AtollMap>(cache, keys.map, () => next);
  if (reshaped) reread(keys.map);
}

/** The map with the updated states, and whether its structure (members, islands, reachability) changed too. */
export function updateMap(map: AtollMap, changes: readonly EntityChange[]): { map: AtollMap; reshaped: boolean } {
  const vms = valuesOf(changesOf(changes, 'vm'));
  const hosts = valuesOf(changesOf(changes, 'host'));
  const networks = valuesOf(changesOf(changes, 'network'));
  const attachments = valuesOf(changesOf(changes, 'attachment'));
  const notes = new Map(changesOf(changes, 'note').map(({ id, value }) => [id, { note: value?.note ?? null }]));
  const next: AtollMap = {
    ...map,
    vms: patched(map.vms, (vm) => vms.get(vm.id), ['name', 'state']),
    hosts: patched(map.hosts, (host) => hosts.get(host.id), ['name', 'state']),
    networks: patched(map.networks, (network) => networks.get(network.id), ['name', 'isIsolated']),
    islands: patched(
      patched(map.islands, (island) => attachments.get(islandKey(island)), [
        'verdict',
        'verdictAt',
        'points',
        'unchecked',
        'failed',
      ]),
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
      hasNewJoint(map, changesOf(changes, 'tunnel')) ||
      hasNewIsland(map, attachments),
  };
}

const valuesOf = <C extends EntityChange>(changes: readonly C[]): Map<string, C['value']> =>
  new Map(changes.map(({ id, value }) => [id, value]));

const islandKey = ({ networkId, hostId }: AtollMap['islands'][number]): string => `${networkId}/${hostId}`;

/** Unchanged objects keep their identity, so that only what shows the changed VM re-renders, even with 10,000 VMs. */
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

/** A tunnel is presented again each time that it was measured; the map only shows its state and way. */
const hasNewJoint = (map: AtollMap, tunnels: readonly EntityChangeOf<'tunnel'>[]): boolean =>
  tunnels.some(({ value }) => {
    if (value === null) return true;
    const [one, other] = value.hosts;
    const joints = map.islands.flatMap(({ hostId, joints: all = [] }) =>
      hostId === one ? all.filter((joint) => joint.hostId === other) : [],
    );
    return joints.some(({ state, way }) => state !== value.state || way !== value.way);
  });

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
