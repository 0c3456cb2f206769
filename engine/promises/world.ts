import type { Drift, DriftKind, Event, HostState, TunnelPairState } from '../../contract';
import { pairKey } from '../core/pair-key';
import { islandId } from '../islands/islands';
import { pairId } from '../islands/joints';
import { isOutside } from '../plan/model/outside-network';
import type {
  HostRow,
  NetworkAttachmentRow,
  NetworkRow,
  PromiseGroupRow,
  Store,
  Touched,
  VmRow,
  VnicRow,
} from '../ports/store';

/** Starts and stops of a VM change nothing here. */
export interface WorldVm {
  readonly id: string;
  readonly name: string;
  readonly dataCenterId: string;
  readonly clusterId: string;
  readonly hostId: string | null;
  /** An imported VM can have NICs that Atoll does not manage, which may lead anywhere. */
  readonly others: boolean;
  readonly vnics: readonly WorldVnic[];
}
/** A vNIC on a network. `plugged`: plugged in, with its link up. */
export interface WorldVnic {
  readonly name: string;
  readonly networkId: string;
  readonly plugged: boolean;
}
export interface WorldNetwork {
  readonly id: string;
  readonly name: string;
  readonly dataCenterId: string;
  readonly isIsolated: boolean;
  readonly label: string | null;
  readonly bridge: string;
  /** The uplink network of labs: each lab has its own. */
  readonly perHost: boolean;
  /** The hosts that it is stretched over. */
  readonly stretchedOver: readonly string[];
}
export interface WorldHost {
  readonly id: string;
  readonly name: string;
  readonly state: HostState;
  readonly clusterId: string;
  readonly dataCenterId: string;
  readonly labels: readonly string[];
}
export type WorldAttachment = Pick<
  NetworkAttachmentRow,
  'networkId' | 'hostId' | 'nic' | 'verdict' | 'verdictAt' | 'state'
>;

/** What a change concerns: keys of what promises depend on. */
export type Key = string;
export const vmKey = (id: string): Key => `vm:${id}`;
export const networkKey = (id: string): Key => `network:${id}`;
export const hostKey = (id: string): Key => `host:${id}`;
export const labelKey = (label: string): Key => `label:${label}`;
/** Of promises that concern all networks: a new one concerns them too. */
export const EVERY_NETWORK: Key = 'network:*';
export const groupKey = (id: string): Key => `group:${id}`;

/** An outside change that was seen and is not repaired yet. */
interface Intrusion {
  /** VMs, by name, that were plugged into another network than theirs. */
  readonly plugged: ReadonlyArray<{ readonly vm: string; readonly networkId: string }>;
  /** Names of VMs that were plugged into a bridge that Atoll does not manage. */
  readonly strays: readonly string[];
  /** The bridge is open to its host, or has a port of somebody else. */
  readonly open: boolean;
  /** Names of VMs that were cut off; `all`: everything on the bridge was. */
  readonly cut: readonly string[] | 'all';
  /** Its tunnel end passes nothing to other hosts. */
  readonly apart: boolean;
}

const VM = ['id', 'name', 'dataCenterId', 'clusterId', 'hostId', 'boot'] as const;
const VNIC = ['vmId', 'name', 'networkId', 'plugged', 'linked'] as const;
const ATTACHMENT = ['networkId', 'hostId', 'nic', 'verdict', 'verdictAt', 'state'] as const;
/** With more changed rows than this, reading all is cheaper than reading each. */
const MANY = 500;
const MADE_OF: ReadonlySet<string> = new Set([
  ...['host', 'network', 'attachment', 'vm', 'tunnel', 'promise_group', 'data_center'],
]);

/**
 * What promises are evaluated on: what is plugged in where, and what is known of the hosts. Read once, then updated with what commits
 * touch; `read` reports what has changed. Inside a transaction it reads what that has written so far.
 */
export class World {
  readonly vms = new Map<string, WorldVm>();
  readonly networks = new Map<string, WorldNetwork>();
  readonly hosts = new Map<string, WorldHost>();
  readonly groups = new Map<string, PromiseGroupRow>();
  /** By island. */
  readonly attachments = new Map<string, WorldAttachment>();
  /** By island. */
  readonly intrusions = new Map<string, Intrusion>();
  /** The tunnel of each pair of hosts. */
  private readonly tunnels = new Map<string, TunnelPairState>();
  private readonly vmsOfNetwork = new Map<string, Set<string>>();
  private readonly vmsOfHost = new Map<string, Set<string>>();
  private readonly attachmentsOfNetwork = new Map<string, Set<string>>();
  private dirty: Map<string, Touched> | 'all' = 'all';
  private changed = new Set<Key>();
  private namesChanged = false;

  constructor(
    private readonly store: Pick<
      Store,
      'vms' | 'vnics' | 'networks' | 'hosts' | 'clusters' | 'attachments' | 'tunnelPairs' | 'promiseGroups'
    >,
  ) {}

  /** These rows may have changed; they are read again by the next `read`. */
  mark(touched: readonly Touched[]): void {
    if (this.dirty === 'all') return;
    for (const thing of touched) if (MADE_OF.has(thing.kind)) this.dirty.set(`${thing.kind} ${thing.id}`, thing);
    if (this.dirty.size > MANY) this.dirty = 'all';
  }

  /** Outside changes that events report, until they are repaired, or checked again. */
  follow(events: readonly Event[]): void {
    for (const { message, subjects } of events) {
      const { networkId, hostId } = subjects;
      if (networkId === undefined || hostId === undefined) continue;
      const id = islandId(networkId, hostId);
      if (message.type === 'drift.detected') {
        const intrusion = this.intrusionOf(message.params.drift, networkId, hostId);
        this.intrusions.set(id, intrusion);
        this.intruded(intrusion, networkId, hostId);
      } else if (ENDS.has(message.type)) {
        const intrusion = this.intrusions.get(id);
        if (intrusion) this.intruded(intrusion, networkId, hostId);
        this.intrusions.delete(id);
      }
    }
  }

  /** Reads what has changed. Returns the keys of what differs now; `all`: everything was read again. */
  read(): ReadonlySet<Key> | 'all' {
    const { dirty } = this;
    this.dirty = new Map();
    if (dirty === 'all') {
      // If the database fails half-way, everything is read again.
      this.dirty = 'all';
      this.readAll();
      this.dirty = new Map();
      this.changed = new Set();
      return 'all';
    }
    try {
      for (const thing of dirty.values()) this.readOne(thing);
    } catch (error) {
      this.dirty = 'all';
      throw error;
    }
    const { changed } = this;
    this.changed = new Set();
    return changed;
  }

  /** Whether names, or labels, were added, changed or removed since the last call. */
  takeNamesChanged(): boolean {
    const { namesChanged } = this;
    this.namesChanged = false;
    return namesChanged;
  }

  /** VMs that were plugged into an island from outside. */
  intruders(networkId: string, hostId: string): WorldVm[] {
    if (this.intrusions.size === 0) return [];
    const names = new Set<string>();
    for (const [key, { plugged }] of this.intrusions) {
      if (this.attachments.get(key)?.hostId !== hostId) continue;
      for (const each of plugged) if (each.networkId === networkId) names.add(each.vm);
    }
    return [...this.vmsAt(hostId)].flatMap((id) => {
      const vm = this.vms.get(id);
      return vm && names.has(vm.name) ? [vm] : [];
    });
  }

  /** Whether a VM may lead outside without others: by a NIC, or a bridge, that Atoll does not manage. */
  strays(vm: WorldVm): boolean {
    if (vm.others || this.intrusions.size === 0) return vm.others;
    return [...this.intrusions].some(
      ([key, { strays }]) => strays.includes(vm.name) && this.attachments.get(key)?.hostId === vm.hostId,
    );
  }

  /** Whether frames of a network pass between two hosts now, over its tunnel; null: nobody knows, or it is being connected. */
  joins(networkId: string, one: string, other: string): boolean | null {
    const over = this.networks.get(networkId)?.stretchedOver ?? [];
    if (one === other) return true;
    const both = [one, other];
    if (!both.every((id) => over.includes(id))) return false;
    if (both.some((id) => this.intrusions.get(islandId(networkId, id))?.apart)) return false;
    const state = this.tunnels.get(pairId(pairKey(one, other))) ?? 'connecting';
    if (state === 'connected') return true;
    return state === 'connecting' || both.some((id) => !isReporting(this.hosts.get(id))) ? null : false;
  }

  /** Whether a VM was cut off from an island that it belongs on, from outside or because the bridge could not be made. */
  isCut(networkId: string, hostId: string, vm: string): boolean {
    const id = islandId(networkId, hostId);
    const cut = this.intrusions.get(id)?.cut ?? [];
    return cut === 'all' || cut.includes(vm) || this.attachments.get(id)?.state === 'failed';
  }

  vmsOn(networkId: string): ReadonlySet<string> {
    return this.vmsOfNetwork.get(networkId) ?? NONE;
  }

  vmsAt(hostId: string): ReadonlySet<string> {
    return this.vmsOfHost.get(hostId) ?? NONE;
  }

  attachmentsOf(networkId: string): WorldAttachment[] {
    return [...(this.attachmentsOfNetwork.get(networkId) ?? [])].flatMap((id) => this.attachments.get(id) ?? []);
  }

  private readAll(): void {
    for (const map of [this.vms, this.networks, this.hosts, this.groups, this.attachments]) map.clear();
    for (const map of [this.vmsOfNetwork, this.vmsOfHost, this.attachmentsOfNetwork]) map.clear();
    this.tunnels.clear();
    for (const row of this.store.tunnelPairs.list()) this.tunnels.set(pairId(row), row.state);
    const vnicsOf = new Map<string, WorldVnic[]>();
    for (const row of this.store.vnics.columns(VNIC)) {
      const vnic = slimVnic(row);
      if (vnic) append(vnicsOf, row.vmId, vnic);
    }
    for (const row of this.store.networks.list()) this.networks.set(row.id, slimNetwork(row));
    for (const row of this.store.hosts.list()) this.hosts.set(row.id, this.slimHost(row));
    for (const row of this.store.promiseGroups.list()) this.groups.set(row.id, row);
    for (const row of this.store.attachments.columns(ATTACHMENT)) this.putAttachment(row);
    for (const row of this.store.vms.columns(VM)) this.putVm(slimVm(row, vnicsOf.get(row.id) ?? []));
  }

  private readOne({ kind, id }: Touched): void {
    switch (kind) {
      case 'vm':
        return this.readVm(id);
      case 'network': {
        const row = this.store.networks.get(id);
        const was = this.networks.get(id);
        if (!put(this.networks, id, row && slimNetwork(row))) return;
        // The database removes attachments along with their network or host, without reporting it.
        if (!row) for (const island of this.attachmentsOf(id)) this.removeAttachment(islandId(id, island.hostId));
        this.changed.add(networkKey(id));
        if (!was || !row) this.changed.add(EVERY_NETWORK);
        this.namesChanged ||= was?.name !== row?.name || was?.label !== row?.label;
        for (const label of [was?.label, row?.label]) if (label != null) this.changed.add(labelKey(label));
        return;
      }
      case 'host':
        return this.readHost(id);
      case 'attachment': {
        const [networkId = '', hostId = ''] = id.split('/');
        const row = this.store.attachments.get({ networkId, hostId });
        const was = this.attachments.get(id);
        const now = row && slimAttachment(row);
        if (same(was, now)) return;
        if (now) this.putAttachment(now);
        else this.removeAttachment(id);
        this.stale(networkId, hostId);
        return;
      }
      case 'tunnel':
        return this.readTunnel(id);
      case 'promise_group': {
        if (put(this.groups, id, this.store.promiseGroups.get(id))) {
          this.changed.add(groupKey(id));
          this.namesChanged = true;
        }
        return;
      }
      default:
        return;
    }
  }

  private readTunnel(id: string): void {
    const [lowId = '', highId = ''] = id.split('/');
    if (!put(this.tunnels, id, this.store.tunnelPairs.get({ lowId, highId })?.state)) return;
    for (const network of this.networks.values())
      if (network.stretchedOver.includes(lowId) && network.stretchedOver.includes(highId))
        this.changed.add(networkKey(network.id));
  }

  private readVm(id: string): void {
    const row = this.store.vms.get(id);
    const was = this.vms.get(id);
    const now =
      row &&
      slimVm(
        row,
        this.store.vnics.ofVm(id).flatMap((vnic) => slimVnic(vnic) ?? []),
      );
    if (same(was, now)) return;
    if (was) this.removeVm(was);
    if (now) this.putVm(now);
    this.changed.add(vmKey(id));
    this.namesChanged ||= was?.name !== now?.name;
    for (const vm of [was, now]) {
      if (!vm) continue;
      for (const { networkId } of vm.vnics) this.changed.add(networkKey(networkId));
      if (vm.hostId === null) continue;
      this.changed.add(hostKey(vm.hostId));
      for (const label of this.hosts.get(vm.hostId)?.labels ?? []) this.changed.add(labelKey(label));
    }
    for (const { networkId } of [...(was?.vnics ?? []), ...(now?.vnics ?? [])]) {
      const label = this.networks.get(networkId)?.label ?? null;
      if (label !== null) this.changed.add(labelKey(label));
    }
  }

  private readHost(id: string): void {
    const row = this.store.hosts.get(id);
    const was = this.hosts.get(id);
    if (!put(this.hosts, id, row && this.slimHost(row))) return;
    this.changed.add(hostKey(id));
    this.namesChanged ||=
      was?.name !== row?.name || was?.clusterId !== row?.clusterId || !same(was?.labels, row?.labels);
    for (const label of [...(was?.labels ?? []), ...(row?.labels ?? [])]) this.changed.add(labelKey(label));
    // Its state is that of all its islands.
    if (was?.state !== row?.state || was?.clusterId !== row?.clusterId)
      for (const [island, { networkId, hostId }] of this.attachments) {
        if (hostId !== id) continue;
        this.changed.add(networkKey(networkId));
        if (!row) this.removeAttachment(island);
      }
    for (const vmId of this.vmsAt(id))
      for (const { networkId } of this.vms.get(vmId)?.vnics ?? []) this.changed.add(networkKey(networkId));
  }

  private slimHost({ id, name, state, clusterId, labels }: HostRow): WorldHost {
    const dataCenterId = this.store.clusters.get(clusterId)?.dataCenterId ?? '';
    return { id, name, state, clusterId, dataCenterId, labels };
  }

  private putVm(vm: WorldVm): void {
    this.vms.set(vm.id, vm);
    for (const { networkId } of vm.vnics) include(this.vmsOfNetwork, networkId, vm.id);
    if (vm.hostId !== null) include(this.vmsOfHost, vm.hostId, vm.id);
  }

  private removeVm(vm: WorldVm): void {
    this.vms.delete(vm.id);
    for (const { networkId } of vm.vnics) this.vmsOfNetwork.get(networkId)?.delete(vm.id);
    if (vm.hostId !== null) this.vmsOfHost.get(vm.hostId)?.delete(vm.id);
  }

  private putAttachment(row: WorldAttachment): void {
    const id = islandId(row.networkId, row.hostId);
    this.attachments.set(id, row);
    include(this.attachmentsOfNetwork, row.networkId, id);
  }

  private removeAttachment(id: string): void {
    const row = this.attachments.get(id);
    this.attachments.delete(id);
    this.intrusions.delete(id);
    if (row) this.attachmentsOfNetwork.get(row.networkId)?.delete(id);
  }

  private intrusionOf(drift: readonly Drift[], networkId: string, hostId: string): Intrusion {
    const plugged: Array<{ vm: string; networkId: string }> = [];
    const strays: string[] = [];
    for (const { kind, vm, on } of drift) {
      if (vm === undefined) continue;
      if (kind === 'foreign_port') plugged.push({ vm, networkId });
      if (kind !== 'tap_missing' || on === undefined) continue;
      const network = [...this.networks.values()].find(({ bridge }) => bridge === on);
      if (network && this.attachments.has(islandId(network.id, hostId))) plugged.push({ vm, networkId: network.id });
      else strays.push(vm);
    }
    const cut = drift.some(({ kind }) => CUTS.has(kind));
    return {
      plugged,
      strays,
      open: drift.some(({ kind, vm }) => OPENS.has(kind) || (kind === 'foreign_port' && vm === undefined)),
      cut: cut ? 'all' : drift.flatMap(({ kind, vm }) => (kind === 'tap_missing' ? (vm ?? []) : [])),
      apart: cut || drift.some(({ kind }) => kind === 'tunnel'),
    };
  }

  private intruded({ plugged }: Intrusion, networkId: string, hostId: string): void {
    this.stale(networkId, hostId);
    for (const each of plugged) this.stale(each.networkId, hostId);
  }

  private stale(networkId: string, hostId: string): void {
    this.changed.add(networkKey(networkId));
    this.changed.add(hostKey(hostId));
  }
}

const NONE: ReadonlySet<string> = new Set();

/** Whether what a host has is known; it may be gone. */
export const isReporting = (host: WorldHost | undefined): boolean =>
  host === undefined || host.state === 'up' || host.state === 'non_operational';

/** Outside changes that open a bridge to its host. */
const OPENS: ReadonlySet<DriftKind> = new Set(['seal_missing', 'ipv6_on', 'port_ipv6_on', 'address_added'] as const);
/** Outside changes that cut off what is on a bridge. */
const CUTS: ReadonlySet<DriftKind> = new Set(['bridge_missing', 'bridge_down', 'renamed', 'options'] as const);

/** After these, the attachment has the verdict. */
const ENDS: ReadonlySet<string> = new Set([
  'drift.repaired',
  'drift.repair_failed',
  'drift.still_differs',
  'network.in_sync',
  'network.checked',
  'network.deployed',
]);

const slimVnic = ({
  name,
  networkId,
  plugged,
  linked,
}: Pick<VnicRow, 'name' | 'networkId' | 'plugged' | 'linked'>): WorldVnic | null =>
  networkId === null ? null : { name, networkId, plugged: plugged && linked };
const slimVm = (row: Pick<VmRow, (typeof VM)[number]>, vnics: readonly WorldVnic[]): WorldVm => {
  const { id, name, dataCenterId, clusterId, hostId, boot } = row;
  const others = boot.kind === 'imported' && boot.nics.length > 0;
  return { id, name, dataCenterId, clusterId, hostId, others, vnics };
};
const slimNetwork = (row: NetworkRow): WorldNetwork => {
  const { id, name, dataCenterId, isIsolated, label, bridge, stretch } = row;
  const stretchedOver = stretch?.hosts ?? [];
  return { id, name, dataCenterId, isIsolated, label, bridge, perHost: isOutside(row), stretchedOver };
};
const slimAttachment = ({
  networkId,
  hostId,
  nic,
  verdict,
  verdictAt,
  state,
}: NetworkAttachmentRow): WorldAttachment => ({
  ...{ networkId, hostId, nic, verdict, verdictAt, state },
});

/** Rows of plain values, compared by what they say. */
const same = (a: unknown, b: unknown): boolean => a === b || JSON.stringify(a) === JSON.stringify(b);

function put<Row>(map: Map<string, Row>, id: string, row: Row | undefined): boolean {
  if (same(map.get(id), row)) return false;
  if (row === undefined) map.delete(id);
  else map.set(id, row);
  return true;
}

function include(map: Map<string, Set<string>>, key: string, value: string): void {
  const set = map.get(key);
  if (set) set.add(value);
  else map.set(key, new Set([value]));
}

function append<V>(map: Map<string, V[]>, key: string, value: V): void {
  const list = map.get(key);
  if (list) list.push(value);
  else map.set(key, [value]);
}
