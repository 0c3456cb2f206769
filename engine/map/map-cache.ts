import type { AtollMap, EntityKind } from '../../contract';
import { atollMap } from '../islands/islands';
import type { IslandRows, MapAttachmentRow, MapHostRow, MapNetworkRow, MapVmRow, MapVnicRow } from '../islands/rows';
import type {
  HostRow,
  IslandNoteRow,
  NetworkAttachmentRow,
  NetworkRow,
  Store,
  Touched,
  VmRow,
  VnicRow,
} from '../ports/store';

/** The few columns that the map is made of, so that 10,000 VMs are kept in some megabytes. */
const slimHost = ({ id, name, kind, state, labels }: HostRow): MapHostRow => ({ id, name, kind, state, labels });
const slimNetwork = ({ id, name, isIsolated, label }: NetworkRow): MapNetworkRow => ({
  id,
  name,
  isIsolated,
  label,
});
const slimVm = ({ id, name, state, hostId }: VmRow): MapVmRow => ({ id, name, state, hostId });
const slimVnic = ({ id, vmId, name, networkId, plugged, linked }: VnicRow): MapVnicRow => ({
  id,
  vmId,
  name,
  networkId,
  plugged,
  linked,
});
const slimAttachment = ({ networkId, hostId, nic, verdict, verdictAt }: NetworkAttachmentRow): MapAttachmentRow => ({
  networkId,
  hostId,
  nic,
  verdict,
  verdictAt,
});

/** Past this many changed things reading all rows is cheaper than reading each. */
const MANY = 2_000;

/** A Map keeps its order when a value is replaced, and adds at the end: the order of creation, as the store lists. */
interface Tables {
  readonly hosts: Map<string, MapHostRow>;
  readonly networks: Map<string, MapNetworkRow>;
  readonly vms: Map<string, MapVmRow>;
  readonly vnicsOf: Map<string, readonly MapVnicRow[]>;
  readonly attachments: Map<string, MapAttachmentRow>;
  readonly notes: Map<string, IslandNoteRow>;
}

/**
 * The rows of the map, read once and then kept up with what commits touch, and the map made of them. Nothing is read
 * before someone asks. A change of one VM among 10,000 costs one row and the grouping anew.
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
    const tables = this.current();
    return (this.rowsNow ??= {
      hosts: [...tables.hosts.values()],
      networks: [...tables.networks.values()],
      vms: [...tables.vms.values()],
      vnics: [...tables.vnicsOf.values()].flat(),
      attachments: [...tables.attachments.values()],
      notes: [...tables.notes.values()],
    });
  }

  map(): AtollMap {
    const rows = this.rows();
    return (this.mapNow ??= atollMap(rows));
  }

  private mark(thing: Touched): void {
    if (!MADE_OF.has(thing.kind)) return;
    this.dirty.set(`${thing.kind}:${thing.id}`, thing);
  }

  private current(): Tables {
    if (this.tables && this.dirty.size === 0) return this.tables;
    this.rowsNow = null;
    this.mapNow = null;
    if (!this.tables || this.dirty.size > MANY) this.tables = readAll(this.store);
    else for (const thing of this.dirty.values()) refresh(this.store, this.tables, thing);
    this.dirty = new Map();
    return this.tables;
  }
}

/** A vNIC's change touches its VM. */
const MADE_OF: ReadonlySet<EntityKind> = new Set<EntityKind>(['host', 'network', 'attachment', 'note', 'vm']);

function readAll(store: Store): Tables {
  const vnicsOf = new Map<string, MapVnicRow[]>();
  const vms = new Map(store.vms.list().map((row) => [row.id, slimVm(row)]));
  for (const id of vms.keys()) vnicsOf.set(id, []);
  for (const row of store.vnics.list()) vnicsOf.get(row.vmId)?.push(slimVnic(row));
  return {
    hosts: new Map(store.hosts.list().map((row) => [row.id, slimHost(row)])),
    networks: new Map(store.networks.list().map((row) => [row.id, slimNetwork(row)])),
    vms,
    vnicsOf,
    attachments: new Map(
      store.attachments.list().map((row) => [`${row.networkId}/${row.hostId}`, slimAttachment(row)]),
    ),
    notes: new Map(store.notes.list().map((row) => [`${row.networkId}/${row.hostId}`, row])),
  };
}

function refresh(store: Store, tables: Tables, { kind, id }: Touched): void {
  switch (kind) {
    case 'host': {
      const host = store.hosts.get(id);
      if (host === undefined) forgetNotes(tables, `/${id}`);
      return put(tables.hosts, id, host, slimHost);
    }
    case 'network': {
      const network = store.networks.get(id);
      if (network === undefined) forgetNotes(tables, `${id}/`);
      return put(tables.networks, id, network, slimNetwork);
    }
    case 'vm': {
      const vm = store.vms.get(id);
      put(tables.vms, id, vm, slimVm);
      return put(tables.vnicsOf, id, vm && store.vnics.ofVm(id), (rows) => rows.map(slimVnic));
    }
    case 'attachment': {
      const [networkId = '', hostId = ''] = id.split('/');
      return put(tables.attachments, id, store.attachments.get({ networkId, hostId }), slimAttachment);
    }
    case 'note': {
      const [networkId = '', hostId = ''] = id.split('/');
      return put(tables.notes, id, store.notes.get({ networkId, hostId }), (row) => row);
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
      return;
  }
}

/** The database takes notes along with their network or host, and says nothing of it. */
function forgetNotes({ notes }: Tables, part: string): void {
  for (const key of notes.keys()) if (key.startsWith(part) || key.endsWith(part)) notes.delete(key);
}

function put<Row, Slim>(table: Map<string, Slim>, id: string, row: Row | undefined, slim: (row: Row) => Slim): void {
  if (row === undefined) table.delete(id);
  else table.set(id, slim(row));
}
