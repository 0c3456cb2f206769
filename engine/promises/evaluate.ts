import {
  MAX_FINDINGS,
  type PathStep,
  type PromiseFinding,
  type PromiseReason,
  type PromiseState,
  type Remedy,
  joinedHosts,
  run,
  say,
} from '../../contract';
import { islandId } from '../islands/islands';
import type { PromiseRow } from '../ports/store';
import type { Component, Components } from './components';
import { type Members, membersOf } from './members';
import { type Found, between, search } from './search';
import type { Wiring } from './wiring';
import {
  EVERY_NETWORK,
  type Key,
  type World,
  type WorldAttachment,
  type WorldVm,
  hostKey,
  isReporting,
  networkKey,
} from './world';

/** What of a promise its state depends on. */
export type Evaluated = Pick<PromiseRow, 'dataCenterId' | 'kind' | 'who' | 'to' | 'through' | 'maxAgeMinutes'>;

export interface Evaluation {
  readonly state: PromiseState;
  readonly findings: readonly PromiseFinding[];
  /** What it depends on: a change of anything else leaves it as it is. */
  readonly keys: ReadonlySet<Key>;
  readonly components: ReadonlySet<Component>;
  /** When it has to be evaluated again though nothing changes, in milliseconds since the epoch; null: never. */
  readonly expires: number | null;
  /** What is unknown is only being found out: a host is being connected. */
  readonly settling: boolean;
}

/** What promises are evaluated on. */
export interface Ground {
  readonly world: World;
  readonly wiring: Wiring;
  readonly components: Components;
  /** Milliseconds since the epoch. */
  readonly now: number;
}

/** Evaluates one promise. */
export const evaluate = (ground: Ground, promise: Evaluated): Evaluation => new Evaluating(ground, promise).evaluate();

type Reason = Exclude<PromiseReason, { readonly type: 'text' }>;

class Evaluating {
  private readonly keys = new Set<Key>();
  private readonly components = new Set<Component>();
  private readonly broken: PromiseFinding[] = [];
  private readonly unknown: PromiseFinding[] = [];
  private readonly said = new Set<string>();
  private expires: number | null = null;
  private connecting = 0;

  constructor(
    private readonly ground: Ground,
    private readonly promise: Evaluated,
  ) {}

  evaluate(): Evaluation {
    const [who, to, through] = [this.members('who'), this.members('to'), this.members('through')];
    const gone = [...who.gone, ...to.gone, ...through.gone];
    // Without one of `through` there is only one way fewer; without one of the others the promise says less than it did.
    const missing = gone.map(({ kind, name }) => finding(say('promise.gone', { kind, name })));
    if (this.promise.kind === 'direct' && gone.length === 0) missing.push(...this.empty());
    if (missing.length > 0) return this.result('no_subject', missing);
    this.evaluateKind(who, to, through);
    if (this.broken.length > 0) return this.result('broken', this.broken);
    return this.unknown.length > 0 ? this.result('unknown', this.unknown) : this.result('kept', []);
  }

  private evaluateKind(who: Members, to: Members, through: Members): void {
    switch (this.promise.kind) {
      case 'never_reach':
        return this.neverReach(who, to);
      case 'no_external':
        return this.noExternal(who);
      case 'direct':
        return this.direct(who, to);
      case 'only_through':
        return this.onlyThrough(who, to, through);
      case 'only_outside':
        return this.onlyOutside(who, to);
      case 'isolated':
        return who.networks.forEach((id) => this.isolated(id));
      case 'one_island':
        return who.networks.forEach((id) => this.oneIsland(id));
    }
  }

  private result(state: PromiseState, findings: readonly PromiseFinding[]): Evaluation {
    const settling = state === 'unknown' && this.connecting === findings.length;
    const { keys, components, expires } = this;
    return { state, findings: findings.slice(0, MAX_FINDINGS), keys, components, expires, settling };
  }

  private members(part: 'who' | 'to' | 'through'): Members {
    return membersOf(this.ground.world, this.promise[part], this.keys);
  }

  /** Subjects of a promise to reach each other that stand for no VM. */
  private empty(): PromiseFinding[] {
    return [...this.promise.who, ...this.promise.to]
      .filter((subject) => membersOf(this.ground.world, [subject], this.keys).vms.size === 0)
      .map(({ kind, name }) => finding(say('promise.empty', { kind, name })));
  }

  private neverReach(who: Members, to: Members): void {
    const ends = this.componentsOf(to.vms);
    for (const vm of this.vms(who.vms)) {
      const shared = this.componentsOf([vm.id]).some((component) => ends.includes(component));
      const found = shared && !this.full ? this.search(vm, { vms: to.vms }) : null;
      if (found) this.breaks(reaches(vm, found), found.steps, this.unplug(found.steps));
    }
    this.doubtComponents();
    this.doubtHosts([...who.vms, ...to.vms]);
  }

  private noExternal(who: Members): void {
    for (const vm of this.vms(who.vms)) {
      const external =
        this.ground.world.strays(vm) || this.componentsOf([vm.id]).some((component) => component.external);
      const found = external && !this.full ? this.search(vm, { vms: null }) : null;
      if (found) this.breaks(leadsOut(vm, found), found.steps, this.unplug(found.steps));
    }
    this.doubtComponents();
    this.doubtHosts(who.vms);
  }

  private onlyThrough(who: Members, to: Members, through: Members): void {
    const avoid = through.vms;
    const targets = new Set([...to.vms].filter((id) => !avoid.has(id)));
    const ends = this.componentsOf(targets);
    for (const vm of this.vms(who.vms)) {
      if (avoid.has(vm.id)) continue;
      const shared = this.componentsOf([vm.id]).some((component) => ends.includes(component));
      const found = shared && !this.full ? this.search(vm, { vms: targets, avoid }) : null;
      if (!found) continue;
      const without = this.promise.through.map(({ name }) => name);
      const ways = { from: vm.name, to: found.vm.name, without, through: between(found.steps) };
      this.breaks(say('promise.bypasses', ways), found.steps, this.unplug(found.steps));
    }
    this.doubtComponents();
    this.doubtHosts([...who.vms, ...to.vms]);
  }

  private onlyOutside(who: Members, to: Members): void {
    const { world } = this.ground;
    const named = this.promise.to.length > 0;
    const networks = named ? [...to.networks] : this.externalNetworks();
    for (const networkId of networks) {
      this.keys.add(networkKey(networkId));
      for (const vm of this.vms(world.vmsOn(networkId))) {
        const on = vm.vnics.find((vnic) => vnic.networkId === networkId && vnic.plugged);
        if (!on || who.vms.has(vm.id)) continue;
        const network = world.networks.get(networkId)?.name ?? networkId;
        const step = this.outStep(vm, networkId);
        this.breaks(
          say('promise.is_on', { vm: vm.name, network }),
          step,
          run('vnics.unplug', { vm: vm.name, vnic: on.name }),
        );
      }
      this.intruders(networkId, who.vms);
    }
  }

  /** VMs that were plugged into a network from outside. */
  private intruders(networkId: string, allowed: ReadonlySet<string>): void {
    const { world } = this.ground;
    const network = world.networks.get(networkId)?.name ?? networkId;
    for (const { hostId } of world.attachmentsOf(networkId))
      for (const vm of world.intruders(networkId, hostId))
        if (!allowed.has(vm.id))
          this.breaks(say('promise.is_on', { vm: vm.name, network }), this.outStep(vm, networkId), null);
  }

  /** All networks of the data center that may lead outside: regular ones, and isolated ones whose bridge is open. */
  private externalNetworks(): string[] {
    const { world, wiring } = this.ground;
    const here = [...world.networks.values()].filter(({ dataCenterId }) => dataCenterId === this.promise.dataCenterId);
    for (const { id } of here) this.keys.add(networkKey(id));
    this.keys.add(EVERY_NETWORK);
    const leaks = ({ networkId, hostId }: WorldAttachment): boolean => wiring.leaks(wiring.islandOf(networkId, hostId));
    return here.flatMap(({ id, isIsolated }) => (!isIsolated || world.attachmentsOf(id).some(leaks) ? [id] : []));
  }

  private outStep(vm: WorldVm, networkId: string): PathStep[] {
    const { world } = this.ground;
    const network = world.networks.get(networkId)?.name ?? networkId;
    const row = world.attachmentsOf(networkId).find(({ hostId }) => vm.hostId === null || hostId === vm.hostId);
    const host = vm.hostId === null ? null : (world.hosts.get(vm.hostId)?.name ?? null);
    const on = { networkId, network, hostId: vm.hostId, host };
    return [{ kind: 'uplink', fromVmId: vm.id, from: vm.name, ...on, toVmId: null, to: row?.nic ?? network }];
  }

  private direct(who: Members, to: Members): void {
    const islands = new Map([...who.vms, ...to.vms].map((id) => [id, this.sharedIslands(id)]));
    // VMs on the same islands reach the same: each such set is compared once.
    const classes = new Map<string, WorldVm[]>();
    for (const vm of this.vms(to.vms)) {
      // One that is on none may have no host yet, or no network, so each is compared on its own.
      const key = [...(islands.get(vm.id) ?? [])].sort().join(' ') || vm.id;
      const known = classes.get(key);
      if (known) known.push(vm);
      else classes.set(key, [vm]);
    }
    for (const vm of this.vms(who.vms)) {
      const own = islands.get(vm.id) ?? new Set();
      for (const others of classes.values()) {
        const [first] = others.filter(({ id }) => id !== vm.id);
        if (!first || this.full) continue;
        if ([...(islands.get(first.id) ?? [])].some((key) => own.has(key))) continue;
        this.apart(vm, first);
      }
    }
    this.doubtHosts([...who.vms, ...to.vms]);
  }

  /** The islands that a VM is on where it is now. A cut bridge, or one that could not be made, joins nobody. */
  private sharedIslands(vmId: string): Set<string> {
    const { world } = this.ground;
    const vm = world.vms.get(vmId);
    if (!vm || vm.hostId === null) return new Set();
    const { hostId } = vm;
    return new Set(
      vm.vnics.flatMap(({ networkId, plugged }) => {
        this.keys.add(networkKey(networkId));
        if (!plugged || world.isCut(networkId, hostId, vm.name)) return [];
        return [islandId(networkId, hostId), ...this.joints(networkId, hostId)];
      }),
    );
  }

  /** What a stretched network shares with each host that its tunnel is connected to now. */
  private joints(networkId: string, hostId: string): string[] {
    const { world } = this.ground;
    return (world.networks.get(networkId)?.stretchedOver ?? []).flatMap((other) =>
      world.joins(networkId, hostId, other) === true ? [islandId(networkId, [hostId, other].sort().join('+'))] : [],
    );
  }

  private apart(a: WorldVm, b: WorldVm): void {
    const { world } = this.ground;
    const shared = a.vnics.filter(
      (one) => one.plugged && b.vnics.some((two) => two.plugged && two.networkId === one.networkId),
    );
    const unplaced = shared.length > 0 ? [a, b].filter(({ hostId }) => hostId === null) : [];
    for (const { name } of unplaced) this.doubt(say('promise.unplaced', { vm: name }), run('vms.start', { vm: name }));
    if (unplaced.length > 0) return;
    const [aHost, bHost] = [a.hostId ?? '', b.hostId ?? ''];
    const perhaps = shared.filter(
      ({ networkId }) =>
        world.joins(networkId, aHost, bHost) === null &&
        ![a, b].some(({ name, hostId }) => world.isCut(networkId, hostId ?? '', name)),
    );
    // Of a host that does not report, that is said instead.
    for (const { networkId } of perhaps) this.doubtTunnels(networkId, [aHost, bHost]);
    if (perhaps.length > 0) return;
    const network = world.networks.get(shared[0]?.networkId ?? '')?.name;
    const apart = network !== undefined && a.hostId !== b.hostId;
    const remedy = apart ? run('networks.placeTogether', { network }) : run('vnics.add', { vm: a.name });
    this.breaks(say('promise.not_direct', { from: a.name, to: b.name }), [], remedy);
  }

  private isolated(networkId: string): void {
    const { world, now } = this.ground;
    const network = world.networks.get(networkId);
    if (!network) return;
    if (!network.isIsolated) {
      this.breaks(say('promise.not_isolated', { network: network.name, host: null }), [], null);
      return;
    }
    const age = this.promise.maxAgeMinutes;
    for (const row of world.attachmentsOf(networkId)) {
      this.keys.add(hostKey(row.hostId));
      const at = { network: network.name, host: world.hosts.get(row.hostId)?.name ?? row.hostId };
      const open = world.intrusions.get(islandId(networkId, row.hostId));
      const check = run('networks.check', { network: network.name });
      if (row.verdict === 'not_isolated' || open?.open === true || world.intruders(networkId, row.hostId).length > 0)
        this.breaks(say('promise.not_isolated', at), [], check);
      if (this.doubtHost(row.hostId)) continue;
      const until = row.verdictAt === null || age === null ? null : Date.parse(row.verdictAt) + age * 60_000;
      if (row.verdict === 'unknown' || row.verdictAt === null || (until !== null && until <= now))
        this.doubt(say('promise.not_verified', { ...at, at: row.verdictAt, minutes: age }), check);
      else if (until !== null) this.expires = Math.min(this.expires ?? until, until);
    }
  }

  private oneIsland(networkId: string): void {
    const { world } = this.ground;
    const network = world.networks.get(networkId);
    if (!network) return;
    const byHost = new Map<string, string[]>();
    const alone: Array<{ readonly hosts: readonly string[]; readonly vms: string[] }> = [];
    const ids = [...world.vmsOn(networkId)];
    for (const vm of this.vms(ids)) {
      if (!vm.vnics.some((vnic) => vnic.networkId === networkId && vnic.plugged)) continue;
      const { hostId } = vm;
      if (hostId === null) {
        if (ids.length > 1) this.doubt(say('promise.unplaced', { vm: vm.name }), run('vms.start', { vm: vm.name }));
        continue;
      }
      if (world.isCut(networkId, hostId, vm.name)) alone.push({ hosts: [hostId], vms: [vm.name] });
      else byHost.set(hostId, [...(byHost.get(hostId) ?? []), vm.name]);
    }
    this.doubtHosts(ids);
    const groups = (joins: (one: string, other: string) => boolean): Array<readonly string[]> =>
      joinedHosts([...byHost.keys()], joins);
    const possible = groups((one, other) => world.joins(networkId, one, other) !== false);
    if (possible.length + alone.length < 2) {
      if (groups((one, other) => world.joins(networkId, one, other) === true).length > 1)
        this.doubtTunnels(networkId, [...byHost.keys()]);
      return;
    }
    const islands = [
      ...possible.map((hosts) => ({ hosts, vms: hosts.flatMap((id) => byHost.get(id) ?? []) })),
      ...alone,
    ];
    const named = islands.map(({ hosts, vms }) => ({
      host: hosts.map((id) => world.hosts.get(id)?.name ?? id).join(' and '),
      vms,
    }));
    const remedy = alone.length > 0 ? null : run('networks.placeTogether', { network: network.name });
    this.breaks(say('promise.split', { network: network.name, islands: named }), [], remedy);
  }

  /** Tunnels that are being connected. Of one to a host that does not report, that is said instead. */
  private doubtTunnels(networkId: string, hostIds: readonly string[]): void {
    const { world } = this.ground;
    const hosts = hostIds.flatMap((id) => world.hosts.get(id) ?? []);
    for (const [i, one] of hosts.entries())
      for (const other of hosts.slice(i + 1)) {
        if (world.joins(networkId, one.id, other.id) !== null || ![one, other].every(isReporting)) continue;
        const network = world.networks.get(networkId)?.name ?? networkId;
        this.doubt(say('promise.tunnel_connecting', { network, hosts: [one.name, other.name] }), null, true);
      }
  }

  private get full(): boolean {
    return this.broken.length >= MAX_FINDINGS;
  }

  private vms(ids: Iterable<string>): WorldVm[] {
    return [...ids].flatMap((id) => this.ground.world.vms.get(id) ?? []);
  }

  private componentsOf(ids: Iterable<string>): Component[] {
    const found = new Set<Component>();
    for (const vm of this.vms(ids)) for (const component of this.ground.components.of(vm)) found.add(component);
    for (const component of found) this.components.add(component);
    return [...found];
  }

  private search(from: WorldVm, goal: Parameters<typeof search>[3]): Found | null {
    return search(this.ground.world, this.ground.wiring, from, goal);
  }

  /** What repairs it at the first step that somebody can take: unplugging the vNIC of the VM that ends it. */
  private unplug(steps: readonly PathStep[]): Remedy | null {
    const { world } = this.ground;
    const step = steps.at(-1);
    const vmId = steps.length > 1 ? step?.fromVmId : (step?.toVmId ?? step?.fromVmId);
    const vm = vmId == null ? undefined : world.vms.get(vmId);
    const vnic = vm?.vnics.find(({ networkId, plugged }) => plugged && networkId === step?.networkId);
    return vm && vnic ? run('vnics.unplug', { vm: vm.name, vnic: vnic.name }) : null;
  }

  private breaks(message: Reason, path: readonly PathStep[], remedy: Remedy | null): void {
    if (!this.full && this.isNew(message)) this.broken.push({ message, path: [...path], remedy });
  }

  private doubt(message: Reason, remedy: Remedy | null, settling = false): void {
    if (!this.isNew(message)) return;
    this.unknown.push({ message, path: [], remedy });
    if (settling) this.connecting += 1;
  }

  private isNew(message: Reason): boolean {
    const key = JSON.stringify(message);
    if (this.said.has(key)) return false;
    this.said.add(key);
    return true;
  }

  /** Hosts that do not report what is on them, and bridges that nobody knows the state of. */
  private doubtComponents(): void {
    const { components } = this.ground;
    for (const component of this.components) {
      for (const hostId of component.hosts) this.doubtHost(hostId);
      for (const row of components.attachmentsOf(component)) this.doubtAttachment(row);
    }
  }

  private doubtAttachment({ networkId, hostId, state, verdict }: WorldAttachment): void {
    const { world } = this.ground;
    const network = world.networks.get(networkId);
    const isUncertain =
      state === 'unknown' || (verdict === 'unknown' && (state === 'out_of_sync' || state === 'failed'));
    if (!network?.isIsolated || !isUncertain || this.doubtHost(hostId)) return;
    const host = world.hosts.get(hostId)?.name ?? hostId;
    const check = run('networks.check', { network: network.name });
    this.doubt(say('promise.network_uncertain', { network: network.name, host, state }), check);
  }

  private doubtHosts(vmIds: Iterable<string>): void {
    for (const vm of this.vms(vmIds)) if (vm.hostId !== null) this.doubtHost(vm.hostId);
  }

  /** Whether a host does not report; then what it has is unknown. */
  private doubtHost(hostId: string): boolean {
    this.keys.add(hostKey(hostId));
    const host = this.ground.world.hosts.get(hostId);
    if (!host || isReporting(host)) return false;
    const settling = host.state === 'connecting' || host.state === 'installing';
    const remedy =
      host.state === 'maintenance'
        ? run('hosts.activate', { host: host.name })
        : run('hosts.show', { host: host.name });
    this.doubt(say('promise.host_silent', { host: host.name, state: host.state }), remedy, settling);
    return true;
  }
}

const finding = (message: Reason): PromiseFinding => ({ message, path: [], remedy: null });

function reaches(from: WorldVm, { vm, steps }: Found): Reason {
  const leak = steps.find(({ kind }) => kind === 'leak');
  if (leak === undefined) return say('promise.reaches', { from: from.name, to: vm.name, through: between(steps) });
  return say('promise.leaks', { from: from.name, to: vm.name, network: leak.network, host: leak.host ?? '' });
}

function leadsOut(from: WorldVm, { end, steps, vm }: Found): Reason {
  const through = between(steps);
  const last = steps.at(-1);
  if (end === 'others')
    return say('promise.external_others', { vm: from.name, through: vm.id === from.id ? [] : [...through, vm.name] });
  const on = { vm: from.name, network: last?.network ?? '', through };
  if (end === 'leak') return say('promise.external_leak', { ...on, host: last?.host ?? '' });
  return say('promise.external', { ...on, host: last?.host ?? null, nic: last?.to ?? '' });
}
