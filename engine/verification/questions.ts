import type { IsolationPromise, Subject } from '../../contract';
import { someNames } from '../../contract/state/apart';
import type { AskedGuest } from '../ports/reach-probe';
import { bare, type LiveNic, type LiveVm, type LiveWorld } from './measured-world';

/** The VMs and networks that subjects mean now. */
export interface Concerned {
  readonly vms: readonly string[];
  readonly networks: readonly string[];
}
export type Resolve = (subjects: readonly Subject[]) => Concerned;

/** One thing to measure. `keys` are questions at the island's probe; `control`: at islands where the same guest must answer. */
export interface Question {
  readonly kind: 'must' | 'must_not';
  readonly from: string;
  readonly to: string;
  readonly island: string;
  readonly keys: readonly string[];
  /** The TCP ports of its answers that concern this promise: another's may be asked with them. */
  readonly ports: readonly number[];
  readonly control: ReadonlyArray<{ readonly island: string; readonly key: string }>;
  /** Null: the model can't tell, because it depends on what a guest does. */
  readonly predicted: boolean | null;
  /** Silence, which is what everybody expects, is not reported. */
  readonly brief?: boolean;
}

/** A ping from inside a guest. */
export interface AgentQuestion {
  readonly from: LiveVm;
  readonly to: LiveVm;
  readonly address: string;
  readonly predicted: boolean;
}

/** What a promise asks for. `unasked`: what can't be asked, and why. */
export interface Asked {
  readonly questions: readonly Question[];
  readonly agent: readonly AgentQuestion[];
  /** Islands whose learned addresses are read, and the VMs that may be there. */
  readonly only: { readonly islands: readonly string[]; readonly vms: readonly string[] } | null;
  /** Networks whose isolation is verified with the live probe. */
  readonly isolated: readonly string[];
  readonly unasked: ReadonlyArray<{ readonly from: string; readonly to: string; readonly why: string }>;
}

/** The most forwarding VMs of an island that are tried for one target, and pings from inside guests for one promise. */
const MOST_GATEWAYS = 8;
const MOST_PINGS = 32;
const NOTHING: Asked = { questions: [], agent: [], only: null, isolated: [], unasked: [] };

/** Collects what is asked at each island; the same question of two promises is asked once. */
export class Questions {
  readonly ofIsland = new Map<string, Map<string, AskedGuest>>();

  constructor(
    private readonly world: LiveWorld,
    private readonly resolve: Resolve,
  ) {}

  /** Adds the questions of a promise. */
  ask(promise: IsolationPromise): Asked {
    const vms = (subjects: readonly Subject[]): LiveVm[] =>
      this.resolve(subjects).vms.flatMap((id) => this.world.vms.get(id) ?? []);
    const [who, to] = [vms(promise.who), vms(promise.to)];
    switch (promise.kind) {
      case 'direct':
        return this.direct(who, to, promise.ports);
      case 'never_reach':
        return this.apart(who, to, new Set());
      case 'only_through':
        return this.apart(who, to, new Set(vms(promise.through).map(({ id }) => id)));
      case 'no_external':
        return { ...NOTHING, isolated: this.isolatedNetworks(who), unasked: down(who, 'the outside') };
      case 'only_outside': {
        const networks = promise.to.length === 0 ? null : new Set(this.resolve(promise.to).networks);
        const islands = [...this.world.islands.values()]
          .filter(({ networkId, nic }) => (networks === null ? nic !== null : networks.has(networkId)))
          .map(({ id }) => id);
        return { ...NOTHING, only: { islands, vms: who.map(({ id }) => id) } };
      }
      case 'isolated':
        return { ...NOTHING, isolated: this.resolve(promise.who).networks };
      case 'one_island':
        return this.together(this.resolve(promise.who).networks);
    }
  }

  /** Both ends answer at an island that both are on. */
  private direct(who: readonly LiveVm[], to: readonly LiveVm[], ports: readonly number[]): Asked {
    const questions: Question[] = [];
    const agent: AgentQuestion[] = [];
    for (const from of who)
      for (const other of to) {
        if (from === other) continue;
        // Each is asked at the bridge of the other: of a stretched network, through the tunnel.
        const [here, there] = sharedBridges(from, other);
        if (here === null || there === null) continue;
        const base = { kind: 'must', control: [], predicted: true } as const;
        const [one, two] = [
          { ...base, from: from.name, to: other.name, island: here, ports },
          { ...base, from: other.name, to: from.name, island: there, ports: [] },
        ];
        questions.push({ ...one, keys: this.keys(here, other, ports) }, { ...two, keys: this.keys(there, from, []) });
        agent.push(...this.pings(from, other, here, true));
      }
    return { ...NOTHING, questions, agent: agent.slice(0, MOST_PINGS), unasked: down([...who, ...to], '') };
  }

  /** None of `to` answers at an island of `who`: neither there itself, nor through a VM there that is not in `through`. */
  private apart(who: readonly LiveVm[], to: readonly LiveVm[], through: ReadonlySet<string>): Asked {
    const questions: Question[] = [];
    const agent: AgentQuestion[] = [];
    for (const island of new Set(who.flatMap(islandsOf))) {
      const here = who.filter((vm) => islandsOf(vm).includes(island));
      const from = someNames(here.map(({ name }) => name));
      // Those with several NICs first; but any guest may forward, over what Atoll does not know.
      const gateways = this.world
        .members(this.spanOf(island))
        .filter(({ vm }) => !through.has(vm.id) && !here.includes(vm))
        .sort((a, b) => b.vm.nics.length - a.vm.nics.length)
        .slice(0, MOST_GATEWAYS);
      for (const other of to) {
        if (here.includes(other) || !other.runs) continue;
        const control = islandsOf(other).flatMap((home) =>
          this.keys(home, other, []).map((key) => ({ island: home, key })),
        );
        const base = { kind: 'must_not', from, to: other.name, island, control, ports: [] } as const;
        questions.push({ ...base, keys: this.keys(island, other, []), predicted: this.isOn(other, island) });
        for (const gateway of gateways) {
          if (gateway.vm === other) continue;
          const keys = this.keysThrough(island, other, gateway.nic);
          if (keys.length > 0)
            questions.push({
              ...base,
              to: `${other.name} through ${gateway.vm.name}`,
              keys,
              predicted: null,
              brief: gateway.vm.nics.length < 2,
            });
        }
        for (const inside of here) agent.push(...this.pings(inside, other, island, this.isOn(other, island)));
      }
    }
    return { ...NOTHING, questions, agent: agent.slice(0, MOST_PINGS), unasked: down([...who, ...to], '') };
  }

  /** All VMs of each network answer at a bridge of its largest island. */
  private together(networks: readonly string[]): Asked {
    const questions: Question[] = [];
    const all: LiveVm[] = [];
    for (const networkId of networks) {
      const islands = [...this.world.islands.values()].filter((each) => each.networkId === networkId);
      const size = ({ span }: { readonly span: string }): number => this.world.members(span).length;
      const [largest] = islands.sort((a, b) => size(b) - size(a));
      if (!largest) continue;
      for (const vm of this.world.vms.values()) {
        const nic = vm.nics.find((each) => each.networkId === networkId);
        if (!nic) continue;
        all.push(vm);
        if (nic.island === null) continue;
        const keys = this.keys(largest.id, vm, []);
        const base = { kind: 'must', island: largest.id, control: [], from: largest.name, ports: [] } as const;
        questions.push({ ...base, to: vm.name, keys, predicted: nic.span === largest.span });
      }
    }
    return { ...NOTHING, questions, unasked: down(all, '') };
  }

  private spanOf(island: string): string {
    return this.world.islands.get(island)?.span ?? island;
  }

  private isOn(vm: LiveVm, island: string): boolean {
    return vm.nics.some(({ span }) => span === this.spanOf(island));
  }

  private isolatedNetworks(vms: readonly LiveVm[]): string[] {
    const islands = vms.flatMap(islandsOf).flatMap((id) => this.world.islands.get(id) ?? []);
    return [...new Set(islands.filter(({ nic }) => nic === null).map(({ networkId }) => networkId))];
  }

  private pings(from: LiveVm, to: LiveVm, island: string, predicted: boolean): AgentQuestion[] {
    if (!from.agent) return [];
    const nics = predicted ? to.nics.filter(({ span }) => span === this.spanOf(island)) : to.nics;
    const address = nics.flatMap(({ addresses }) => addresses)[0];
    return address === undefined ? [] : [{ from, to, address: bare(address), predicted }];
  }

  /** Asks a VM at an island, by each address of each of its NICs: those on this network if it has any there. */
  private keys(island: string, vm: LiveVm, tcpPorts: readonly number[]): string[] {
    const there = vm.nics.filter(({ span }) => span === this.spanOf(island));
    return (there.length > 0 ? there : vm.nics).flatMap((nic) =>
      (nic.addresses.length === 0 ? [null] : nic.addresses).map((address) =>
        this.add(island, { nic, address, own: address === null ? null : this.world.own(address), via: null, tcpPorts }),
      ),
    );
  }

  /** Asks a VM through the NIC of another VM on the island, which would have to forward. */
  private keysThrough(island: string, vm: LiveVm, gateway: LiveNic): string[] {
    const [near] = gateway.addresses;
    const own = near === undefined ? null : this.world.own(near);
    if (own === null) return [];
    return vm.nics.flatMap((nic) =>
      nic.addresses.map((address) => this.add(island, { nic, address, own, via: gateway.mac, tcpPorts: [] })),
    );
  }

  private add(
    island: string,
    { nic, address, own, via, tcpPorts }: Omit<AskedGuest, 'key' | 'mac'> & { readonly nic: LiveNic },
  ): string {
    const key = [nic.mac, address ?? '', via ?? ''].join(' ');
    const present = this.ofIsland.get(island) ?? new Map<string, AskedGuest>();
    this.ofIsland.set(island, present);
    const ports = [...new Set([...(present.get(key)?.tcpPorts ?? []), ...tcpPorts])];
    const plain = address === null ? null : bare(address);
    present.set(key, { key, mac: nic.mac, address: plain, own, via, tcpPorts: ports });
    return key;
  }
}

const islandsOf = (vm: LiveVm): string[] => vm.nics.flatMap(({ island }) => island ?? []);

/** The bridges of two VMs on one island, of the first and of the second; nulls if they share none. */
function sharedBridges(one: LiveVm, other: LiveVm): readonly [string | null, string | null] {
  for (const { island, span } of one.nics) {
    const nic = span === null ? undefined : other.nics.find((each) => each.span === span);
    if (nic) return [island, nic.island];
  }
  return [null, null];
}

/** VMs that do not run can't be asked, and what they would do is not known. */
const down = (vms: readonly LiveVm[], to: string): Asked['unasked'] =>
  [...new Set(vms)].filter(({ runs }) => !runs).map(({ name }) => ({ from: name, to, why: `${name} does not run` }));
