import { isDeepStrictEqual } from 'node:util';
import type { AtollMap, EntityKind } from '../../contract';
import { type NetworkEnd, type RankedIsland, inOrder, islandId, islandsOfNetwork } from '../islands/islands';
import { jointsOf, pairId } from '../islands/joints';
import type { IslandRows, MapAttachmentRow, MapHostRow, MapPairRow, MapVmRow, MapVnicRow } from '../islands/rows';
import type { HostRow, IslandNoteRow, NetworkRow, Store, Touched, TunnelPairRow } from '../ports/store';

/** The few columns of the map, so that 10,000 VMs fit into some megabytes. */
const VM = ['id', 'name', 'state', 'hostId'] as const;
const VNIC = ['id', 'vmId', 'name', 'networkId', 'plugged', 'linked'] as const;
const ATTACHMENT = ['networkId', 'hostId', 'nic', 'verdict', 'verdictAt', 'points', 'unchecked', 'failed'] as const;

const slimHost = ({ id, name, kind, state, labels }: HostRow): MapHostRow => ({ id, name, kind, state, labels });
type SlimNetwork = AtollMap['networks'][number];
const slimNetwork = ({ id, name, isIsolated, label, stretch }: NetworkRow): SlimNetwork => ({
  ...{ id, name, isIsolated, label },
  ...(stretch === null ? {} : { stretch }),
});
const slimPair = ({ lowId, highId, way, state, since }: TunnelPairRow): MapPairRow => ({
  ...{ lowId, highId, way, state, since },
});
/** Returns a text, or one that is equal to it and was there before. */
type Same = <T extends string | null>(text: T) => T;
const asItIs: Same = (text) => text;
// Of these there are thousands. V8 would store what is spread into an object apart from the object.
const slimVm = ({ id, name, state, hostId }: MapVmRow, same = asItIs): MapVmRow => ({
  id: same(id),
  name,
  state: same(state),
  hostId: same(hostId),
});
const slimVnic = ({ id, vmId, name, networkId, plugged, linked }: MapVnicRow, same = asItIs): MapVnicRow => ({
  id,
  vmId: same(vmId),
  name: same(name),
  networkId: same(networkId),
  plugged,
  linked,
});
const slimAttachment = (row: MapAttachmentRow, same = asItIs): MapAttachmentRow => ({
  networkId: same(row.networkId),
  hostId: same(row.hostId),
  nic: row.nic,
  verdict: same(row.verdict),
  verdictAt: same(row.verdictAt),
  points: row.points,
  unchecked: row.unchecked,
  failed: row.failed,
});

/** With more changed rows than this, reading all is cheaper than reading each. */
const MANY = 500;
/** More vNICs than a VM can have: vNICs sort by VM, then by position. */
const MOST_VNICS = 4_096;

/** A VM with its vNICs in order, and its number in the order of creation. */
interface VmEntry {
  readonly order: number;
  readonly vm: MapVmRow;
  readonly vnics: readonly MapVnicRow[];
}

/** A Map keeps its order when a value is replaced, and adds at the end: the order of creation, as in the database. */
interface Tables {
  readonly hosts: Map<string, MapHostRow>;
  readonly networks: Map<string, SlimNetwork>;
  readonly vms: Map<string, VmEntry>;
  readonly attachments: Map<string, MapAttachmentRow>;
  readonly notes: Map<string, IslandNoteRow>;
  readonly pairs: Map<string, MapPairRow>;
  /** The islands of each network that has vNICs. */
  readonly islands: Map<string, readonly RankedIsland[]>;
  /** The number of the next VM. */
  nextOrder: number;
}

/**
 * The rows of the map and its islands, read once on demand and then updated with what commits touch. A change of one VM among
 * 10,000 costs its rows and the islands of its networks; one that the map does not show costs its rows only.
 */
export class MapCache {
  private tables: Tables | null = null;
  private dirty = new Map<string, Touched>();
  private rowsNow: IslandRows | null = null;
  private mapNow: AtollMap | null = null;

  constructor(private readonly store: Store) {
    store.onCommit((touched) => {
      if (this.tables) for (const thing of touched) this.mark(thing);
    });
  }

  rows(): IslandRows {
    const { hosts, networks, vms, attachments, notes, pairs } = this.current();
    const entries = [...vms.values()];
    return (this.rowsNow ??= {
      hosts: [...hosts.values()],
      networks: [...networks.values()],
      vms: entries.map(({ vm }) => vm),
      vnics: entries.flatMap(({ vnics }) => vnics),
      attachments: [...attachments.values()],
      notes: [...notes.values()],
      pairs: [...pairs.values()],
    });
  }

  map(): AtollMap {
    const { hosts, networks, vms, islands } = this.current();
    if (this.mapNow) return this.mapNow;
    const entries = [...vms.values()];
    const isAlone = ({ vnics }: VmEntry): boolean => vnics.every(({ networkId }) => networkId === null);
    return (this.mapNow = {
      hosts: [...hosts.values()],
      networks: [...networks.values()],
      vms: entries.map(({ vm }) => vm),
      islands: inOrder([...islands.values()].flat()),
      alone: entries.filter(isAlone).map(({ vm }) => vm.id),
    });
  }

  private mark(thing: Touched): void {
    if (!MADE_OF.has(thing.kind)) return;
    this.dirty.set(`${thing.kind}:${thing.id}`, thing);
  }

  private current(): Tables {
    const known = this.tables;
    if (known && this.dirty.size === 0) return known;
    const dirty = [...this.dirty.values()];
    this.dirty = new Map();
    // If the database fails half-way, everything is read again.
    this.tables = null;
    const fits = known !== null && dirty.length <= MANY;
    const tables = fits ? known : readAll(this.store);
    if (!fits || this.refresh(tables, dirty)) {
      this.rowsNow = null;
      this.mapNow = null;
    }
    return (this.tables = tables);
  }

  /** Returns whether anything that the map shows has changed. */
  private refresh(tables: Tables, dirty: readonly Touched[]): boolean {
    const stale = new Set<string>();
    let changed = false;
    for (const thing of dirty) changed = refreshOne(this.store, tables, thing, stale) || changed;
    for (const networkId of stale) {
      // The database knows the order of a network's vNICs; their current values were just read.
      const ends = this.store.vnics.ofNetwork(networkId).flatMap(({ id, vmId }) => endOf(tables.vms.get(vmId), id));
      if (ends.length === 0) tables.islands.delete(networkId);
      else tables.islands.set(networkId, islandsOfNetwork(networkId, ends, hostSideOf(tables)));
    }
    return changed;
  }
}

/** A vNIC's change touches its VM. */
const MADE_OF: ReadonlySet<EntityKind> = new Set<EntityKind>(['host', 'network', 'attachment', 'note', 'vm', 'tunnel']);

const hostSideOf = ({
  attachments,
  notes,
  networks,
  pairs,
}: Pick<Tables, 'attachments' | 'notes' | 'networks' | 'pairs'>) => ({
  attachment: (networkId: string, hostId: string) => attachments.get(islandId(networkId, hostId)),
  note: (networkId: string, hostId: string) => notes.get(islandId(networkId, hostId))?.note,
  stretch: (networkId: string) => networks.get(networkId)?.stretch,
  joints: jointsOf((id) => pairs.get(id)),
});

function endOf(entry: VmEntry | undefined, vnicId: string): NetworkEnd[] {
  const position = entry?.vnics.findIndex(({ id }) => id === vnicId) ?? -1;
  const vnic = entry?.vnics[position];
  return entry && vnic ? [{ vm: entry.vm, vnic, rank: entry.order * MOST_VNICS + position }] : [];
}

function readAll(store: Store): Tables {
  const same = oneOfEach();
  const vnicsOf = new Map<string, MapVnicRow[]>();
  for (const row of store.vnics.columns(VNIC)) {
    const vnic = slimVnic(row, same);
    const known = vnicsOf.get(vnic.vmId);
    if (known) known.push(vnic);
    else vnicsOf.set(vnic.vmId, [vnic]);
  }
  const vms = new Map<string, VmEntry>();
  const endsOf = new Map<string, NetworkEnd[]>();
  for (const row of store.vms.columns(VM)) {
    const vm = slimVm(row, same);
    const entry = { order: vms.size, vm, vnics: vnicsOf.get(vm.id) ?? [] };
    vms.set(vm.id, entry);
    entry.vnics.forEach((vnic, position) => {
      if (vnic.networkId === null) return;
      const end = { vm, vnic, rank: entry.order * MOST_VNICS + position };
      const known = endsOf.get(vnic.networkId);
      if (known) known.push(end);
      else endsOf.set(vnic.networkId, [end]);
    });
  }
  const attachments = new Map(
    store.attachments.columns(ATTACHMENT).map((row) => {
      const attachment = slimAttachment(row, same);
      return [islandId(row.networkId, row.hostId), attachment];
    }),
  );
  const notes = new Map(store.notes.list().map((row) => [islandId(row.networkId, row.hostId), row]));
  const networks = new Map(store.networks.list().map((row) => [row.id, slimNetwork(row)]));
  const pairs = new Map(store.tunnelPairs.list().map((row) => [pairId(row), slimPair(row)]));
  const hostSide = hostSideOf({ attachments, notes, networks, pairs });
  return {
    hosts: new Map(store.hosts.list().map((row) => [row.id, slimHost(row)])),
    networks,
    pairs,
    vms,
    attachments,
    notes,
    islands: new Map([...endsOf].map(([id, ends]) => [id, islandsOfNetwork(id, ends, hostSide)])),
    nextOrder: vms.size,
  };
}

/** SQLite returns a new string for each column of each row; one of thousands of equal ids is kept. */
function oneOfEach(): Same {
  const known = new Map<string, string>();
  return <T extends string | null>(value: T): T => {
    if (value === null) return value;
    const first = known.get(value);
    if (first === undefined) known.set(value, value);
    return (first ?? value) as T;
  };
}

/** Adds to `stale` the networks whose islands have changed. Returns whether anything differs from the previous rows. */
function refreshOne(store: Store, tables: Tables, { kind, id }: Touched, stale: Set<string>): boolean {
  switch (kind) {
    case 'host': {
      const row = store.hosts.get(id);
      if (row === undefined) {
        forgetNotes(tables, `/${id}`, stale);
        forgetPairs(tables, id, stale);
      }
      return put(tables.hosts, id, row && slimHost(row));
    }
    case 'network': {
      const row = store.networks.get(id);
      if (row === undefined) forgetNotes(tables, `${id}/`, stale);
      const changed = put(tables.networks, id, row && slimNetwork(row));
      if (changed) stale.add(id);
      return changed;
    }
    case 'vm':
      return refreshVm(store, tables, id, stale);
    case 'attachment': {
      const [networkId = '', hostId = ''] = id.split('/');
      const row = store.attachments.get({ networkId, hostId });
      const changed = put(tables.attachments, id, row && slimAttachment(row));
      if (changed) stale.add(networkId);
      return changed;
    }
    case 'note': {
      const [networkId = '', hostId = ''] = id.split('/');
      const changed = put(tables.notes, id, store.notes.get({ networkId, hostId }));
      if (changed) stale.add(networkId);
      return changed;
    }
    case 'tunnel': {
      const [lowId = '', highId = ''] = id.split('/');
      const row = store.tunnelPairs.get({ lowId, highId });
      const changed = put(tables.pairs, id, row && slimPair(row));
      if (changed) staleOver(tables, [lowId, highId], stale);
      return changed;
    }
    case 'data_center':
    case 'cluster':
    case 'image':
    case 'snapshot':
    case 'forward':
    case 'job':
    case 'check':
    case 'trash':
    case 'preferences':
    case 'promise':
    case 'promise_group':
      return false;
  }
}

function refreshVm(store: Store, tables: Tables, id: string, stale: Set<string>): boolean {
  const was = tables.vms.get(id);
  const row = store.vms.get(id);
  const entry = row && {
    order: was?.order ?? tables.nextOrder,
    vm: slimVm(row),
    vnics: store.vnics.ofVm(id).map((vnic) => slimVnic(vnic)),
  };
  if (!put(tables.vms, id, entry)) return false;
  if (!was) tables.nextOrder += 1;
  const vnics = [...(was?.vnics ?? []), ...(entry?.vnics ?? [])];
  for (const { networkId } of vnics) if (networkId !== null) stale.add(networkId);
  return true;
}

/** Adds the networks that are stretched over all of these hosts. */
function staleOver({ networks }: Tables, hostIds: readonly string[], stale: Set<string>): void {
  for (const { id, stretch } of networks.values())
    if (stretch && hostIds.every((hostId) => stretch.hosts.includes(hostId))) stale.add(id);
}

/** The database deletes the tunnels of a host along with it, without reporting it. */
function forgetPairs(tables: Tables, hostId: string, stale: Set<string>): void {
  for (const [key, { lowId, highId }] of tables.pairs)
    if ((lowId === hostId || highId === hostId) && tables.pairs.delete(key)) staleOver(tables, [lowId, highId], stale);
}

/** The database deletes notes along with their network or host, without reporting it. */
function forgetNotes({ notes }: Tables, part: string, stale: Set<string>): void {
  for (const [key, { networkId }] of notes) {
    if ((key.startsWith(part) || key.endsWith(part)) && notes.delete(key)) stale.add(networkId);
  }
}

/** Returns whether it differs from the previous row. */
function put<Row>(table: Map<string, Row>, id: string, row: Row | undefined): boolean {
  if (row === undefined) return table.delete(id);
  if (isDeepStrictEqual(table.get(id), row)) return false;
  table.set(id, row);
  return true;
}
