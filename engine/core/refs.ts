import { AppError, type Cluster, type DataCenter, type Image, note, type Remedy, run } from '../../contract';
import type {
  DiskRow,
  ForwardRow,
  HostRow,
  NetworkRow,
  Repositories,
  SnapshotRow,
  VmRow,
  VnicRow,
} from '../ports/store';
import { nearNames } from './suggest-names';

interface Named {
  readonly id: string;
  readonly name: string;
}

/** How to look up one kind of object. */
interface Lookup<Row extends Named> {
  readonly kind: string;
  /** The input's field, named in the error. */
  readonly field: string;
  byId(id: string): Row | undefined;
  byName(name: string): Row[];
  all(): Row[];
  /** The data center that a row is in, for `data center/name`. */
  placeOf?(row: Row): string | undefined;
}

function inPlace<Row extends Named>(ref: string, lookup: Lookup<Row>): Row[] {
  const found: Row[] = [];
  for (let at = ref.indexOf('/'); at > 0; at = ref.indexOf('/', at + 1)) {
    const place = ref.slice(0, at);
    found.push(...lookup.byName(ref.slice(at + 1)).filter((row) => lookup.placeOf?.(row) === place));
  }
  return found;
}

/**
 * Resolves `ref` to one row: an id, a name, or `data center/name`. Names can contain slashes, so the whole text is tried first.
 * Throws NOT_FOUND with similar names, AMBIGUOUS with how to be specific.
 */
function resolve<Row extends Named>(ref: string, lookup: Lookup<Row>): Row {
  const byId = lookup.byId(ref);
  if (byId) return byId;
  const named = lookup.byName(ref);
  const matches = named.length > 0 ? named : inPlace(ref, lookup);
  if (matches.length === 1 && matches[0]) return matches[0];
  if (matches.length === 0) throw notFound(ref, lookup);
  const ways = matches.map((row) => `"${lookup.placeOf?.(row) ?? '?'}/${row.name}"`);
  throw new AppError('AMBIGUOUS', `${matches.length} ${lookup.kind}s are called "${ref}"`, {
    remedy: note(`Say which: ${ways.join(' or ')}, or give its id.`),
    field: lookup.field,
  });
}

const didYouMean = (names: readonly string[]): Remedy =>
  note(`Did you mean ${names.map((name) => `"${name}"`).join(' or ')}?`);

/** How to see the names of a kind. */
function listOf(kind: string): Remedy {
  if (kind === 'VM') return run('vms.list', {});
  if (kind === 'network') return run('networks.list', {});
  if (kind === 'host') return run('hosts.list', {});
  return note('List them to see their names.');
}

function notFound<Row extends Named>(ref: string, lookup: Lookup<Row>): AppError {
  const all = lookup.all();
  const near = nearNames(ref, new Set(all.map((row) => row.name)));
  return new AppError('NOT_FOUND', `There is no ${lookup.kind} "${ref}"`, {
    remedy:
      near.length > 0
        ? didYouMean(near)
        : all.length === 0
          ? note(`There is no ${lookup.kind} yet.`)
          : listOf(lookup.kind),
    field: lookup.field,
  });
}

const one = <Row>(row: Row | undefined): Row[] => (row === undefined ? [] : [row]);

/** Resolves references from user input. `field` (default: the kind) is the input's field that an error names. */
export function refs(db: Repositories) {
  const placeOf = (row: { dataCenterId: string }): string | undefined => db.dataCenters.get(row.dataCenterId)?.name;
  return {
    dataCenter: (ref: string, field = 'dataCenter'): DataCenter =>
      resolve<DataCenter>(ref, {
        kind: 'data center',
        field,
        byId: (id) => db.dataCenters.get(id),
        byName: (name) => one(db.dataCenters.byName(name)),
        all: () => db.dataCenters.list(),
      }),
    cluster: (ref: string, field = 'cluster'): Cluster =>
      resolve<Cluster>(ref, {
        kind: 'cluster',
        field,
        byId: (id) => db.clusters.get(id),
        byName: (name) => db.clusters.byName(name),
        all: () => db.clusters.list(),
        placeOf,
      }),
    /** A cluster of one data center, where its name is unique. */
    clusterIn: (dataCenterId: string, ref: string, field = 'cluster'): Cluster => {
      const here = db.clusters.byName(ref).find((cluster) => cluster.dataCenterId === dataCenterId);
      return here ?? refs(db).cluster(ref, field);
    },
    host: (ref: string, field = 'host'): HostRow =>
      resolve<HostRow>(ref, {
        kind: 'host',
        field,
        byId: (id) => db.hosts.get(id),
        byName: (name) => one(db.hosts.byName(name)),
        all: () => db.hosts.list(),
      }),
    network: (ref: string, field = 'network'): NetworkRow =>
      resolve<NetworkRow>(ref, {
        kind: 'network',
        field,
        byId: (id) => db.networks.get(id),
        byName: (name) => db.networks.byName(name),
        all: () => db.networks.list(),
        placeOf,
      }),
    /** Several networks, each once, with a single query. */
    networks: (many: readonly string[], field = 'networks'): NetworkRow[] => {
      const named = new Map<string, NetworkRow | 'several'>();
      for (const row of db.networks.list()) named.set(row.name, named.has(row.name) ? 'several' : row);
      const found = new Map<string, NetworkRow>();
      for (const ref of many) {
        const known = named.get(ref);
        const row = known === undefined || known === 'several' ? refs(db).network(ref, field) : known;
        found.set(row.id, row);
      }
      return [...found.values()];
    },
    /** A network of one data center, as `clusterIn`. */
    networkIn: (dataCenterId: string, ref: string, field = 'network'): NetworkRow => {
      const here = db.networks.byName(ref).find((network) => network.dataCenterId === dataCenterId);
      return here ?? refs(db).network(ref, field);
    },
    vm: (ref: string, field = 'vm'): VmRow =>
      resolve<VmRow>(ref, {
        kind: 'VM',
        field,
        byId: (id) => db.vms.get(id),
        byName: (name) => db.vms.byName(name),
        all: () => db.vms.list(),
        placeOf,
      }),
    snapshot: (ref: string, field = 'snapshot'): SnapshotRow =>
      resolve<SnapshotRow>(ref, {
        kind: 'snapshot',
        field,
        byId: (id) => db.snapshots.get(id),
        byName: (name) => db.snapshots.byName(name),
        all: () => db.snapshots.list(),
        placeOf,
      }),
    /** A vNIC of one VM: by id, name or MAC. */
    vnic: (vmId: string, ref: string, field = 'vnic'): VnicRow => {
      const ofVm = db.vnics.ofVm(vmId);
      return resolve<VnicRow>(ref, {
        kind: 'vNIC',
        field,
        byId: (id) => ofVm.find((vnic) => vnic.id === id),
        byName: (name) => ofVm.filter((vnic) => vnic.name === name || vnic.mac === name.toLowerCase()),
        all: () => ofVm,
      });
    },
    /** A disk of one VM: by id or name. */
    disk: (vmId: string, ref: string, field = 'disk'): DiskRow => {
      const ofVm = db.disks.ofVm(vmId);
      return resolve<DiskRow>(ref, {
        kind: 'disk',
        field,
        byId: (id) => ofVm.find((disk) => disk.id === id),
        byName: (name) => ofVm.filter((disk) => disk.name === name),
        all: () => ofVm,
      });
    },
    /** By its id only: a forward has no name. */
    forward: (id: string): ForwardRow => {
      const row = db.forwards.get(id);
      if (row) return row;
      const hint = 'List the forwards to see their ids.';
      throw new AppError('NOT_FOUND', `There is no forward ${id}`, { remedy: note(hint), field: 'forward' });
    },
    image: (ref: string, field = 'image'): Image =>
      resolve<Image>(ref, {
        kind: 'image',
        field,
        byId: (id) => db.images.get(id),
        byName: (name) => one(db.images.byName(name)),
        all: () => db.images.list(),
      }),
  };
}

export type Refs = ReturnType<typeof refs>;
