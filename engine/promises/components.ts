import { islandId } from '../islands/islands';
import type { WiredIsland, Wiring } from './wiring';
import type { World, WorldVm } from './world';

/** Islands that VMs connect, possibly: what is in two components can't reach each other. */
export class Component {
  readonly islands = new Map<string, WiredIsland>();
  readonly hosts = new Set<string>();
  /** It may lead outside. */
  external = false;
  /** A change has replaced it. */
  gone = false;
}

/** The components of the world. A change costs those that it can touch; the others stay the same objects. */
export class Components {
  private readonly ofIsland = new Map<string, Component>();
  private readonly keysOfNetwork = new Map<string, Set<string>>();

  constructor(
    private readonly world: World,
    private readonly wiring: Wiring,
  ) {}

  clear(): void {
    this.wiring.clear();
    for (const component of this.ofIsland.values()) component.gone = true;
    this.ofIsland.clear();
    this.keysOfNetwork.clear();
  }

  /** The islands of these networks may have other members, or lead elsewhere. Returns what was replaced. */
  forget(networkIds: readonly string[]): Set<Component> {
    this.wiring.forget(networkIds);
    const gone = new Set<Component>();
    for (const networkId of networkIds) {
      for (const key of this.keysOfNetwork.get(networkId) ?? []) {
        const component = this.ofIsland.get(key);
        if (component) gone.add(component);
      }
    }
    for (const component of gone) {
      component.gone = true;
      for (const key of component.islands.keys()) this.ofIsland.delete(key);
    }
    return gone;
  }

  /** Those of a VM: one, or none; of a VM without a host perhaps one for each place. */
  of(vm: WorldVm): Component[] {
    const found = new Set<Component>();
    for (const place of this.wiring.placesOf(vm))
      for (const island of this.wiring.islandsAt(place)) found.add(this.at(island));
    return [...found];
  }

  private at(island: WiredIsland): Component {
    return this.ofIsland.get(island.key) ?? this.build(island);
  }

  private build(first: WiredIsland): Component {
    const component = new Component();
    const waiting = [first];
    for (let island = waiting.pop(); island; island = waiting.pop()) {
      if (component.islands.has(island.key)) continue;
      this.include(component, island);
      const mates = this.wiring.leaks(island) ? this.wiring.leakMates(island) : [];
      component.external ||= this.wiring.leaks(island) || this.wiring.nicOf(island) !== null;
      waiting.push(...mates);
      for (const place of this.wiring.membersOf(island)) {
        component.external ||= this.world.strays(place.vm);
        if (place.hostId !== null) component.hosts.add(place.hostId);
        for (const other of this.wiring.islandsAt(place)) if (!component.islands.has(other.key)) waiting.push(other);
      }
    }
    return component;
  }

  private include(component: Component, island: WiredIsland): void {
    component.islands.set(island.key, island);
    const { networkId, hostId } = island;
    if (hostId !== null) component.hosts.add(hostId);
    const known = this.ofIsland.get(island.key);
    // One that was not forgotten is joined by what has changed.
    if (known) known.gone = true;
    this.ofIsland.set(island.key, component);
    const keys = this.keysOfNetwork.get(networkId);
    if (keys) keys.add(island.key);
    else this.keysOfNetwork.set(networkId, new Set([island.key]));
  }

  /** The attachments of a component's islands. */
  attachmentsOf(component: Component) {
    return [...component.islands.values()].flatMap((island) =>
      this.wiring
        .hostsOf(island)
        .flatMap((hostId) => this.world.attachments.get(islandId(island.networkId, hostId)) ?? []),
    );
  }
}
