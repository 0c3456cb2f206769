import type { Change, ForwardSpec } from '../../engine/ports/changes';
import type {
  ObservedBridge,
  ObservedHost,
  ObservedNic,
  ObservedOutside,
  ObservedPort,
} from '../../engine/ports/observed';
import type { ObservedTunnel } from '../../engine/ports/stretch';
import { type EndBridges, changedTunnel } from './simulate-tunnel';

/**
 * A model of what changes do to a host, for tests of the plan. It is as strict as a kernel: an existing or missing name, or a
 * bridge created twice, is an error. Seal chains keep the name when a bridge is renamed (as on kernel 6.18).
 */
export function simulate(observed: ObservedHost, changes: readonly Change[]): ObservedHost {
  const host = new ModelHost(observed);
  for (const change of changes) host.apply(change);
  return host.toObserved(observed);
}

class ModelHost {
  private readonly bridges: Map<string, ObservedBridge>;
  private readonly orphans: Set<string>;
  private readonly quiet = new Set<string>();
  /** Ports that are on no bridge any more: they keep their settings, including the host's addresses. */
  private readonly loose = new Map<string, ObservedPort>();

  private outside: ObservedOutside | null;
  private tunnel: ObservedTunnel | null;
  private readonly endBridges: EndBridges = {
    isSealed: (name) => {
      const bridge = this.bridges.get(name);
      return bridge?.sealIngress === 'ok' && bridge.sealEgress === 'ok';
    },
    pull: (port) => {
      for (const bridge of this.bridges.values()) if (this.has(bridge, port)) this.unplug(bridge.name, port);
      this.loose.delete(port);
    },
    put: (bridge, port) => {
      this.loose.set(port, { ...tapPort(port), kind: 'vxlan' });
      this.plug(bridge, port);
    },
  };

  constructor(observed: ObservedHost) {
    this.outside = observed.outside ?? null;
    this.tunnel = observed.tunnel ?? null;
    this.bridges = new Map(observed.bridges.map((bridge) => [bridge.name, bridge]));
    this.orphans = new Set(observed.orphanSeals);
  }

  toObserved(before: ObservedHost): ObservedHost {
    const bridges = [...this.bridges.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
    const masters = new Map(bridges.flatMap((bridge) => bridge.ports.map((port) => [port.name, bridge.name] as const)));
    const nics = this.nics(before).map((nic) => ({ ...nic, master: masters.get(nic.name) ?? null }));
    const { outside } = this;
    // An end is in the bridge that has its port, whatever that is called now.
    const ends = this.tunnel?.ends.map((end) => ({ ...end, bridge: masters.get(end.port) ?? null }));
    const tunnel = this.tunnel && { ...this.tunnel, ends: (ends ?? []).sort((a, b) => (a.port < b.port ? -1 : 1)) };
    const more = { ...(outside ? { outside } : {}), ...(tunnel ? { tunnel } : {}) };
    return { ...before, bridges, nics, orphanSeals: [...this.orphans].sort(), ...more };
  }

  /** The uplink's NIC is added and removed with it. */
  private nics(before: ObservedHost): ObservedNic[] {
    const name = this.outside?.nic;
    const others = before.nics.filter((nic) => nic.name !== (before.outside?.nic ?? name));
    if (name === undefined) return others;
    return [...others, { name, mac: null, mtu: 1500, up: true, master: null, kind: 'tun' }];
  }

  apply(change: Change): void {
    switch (change.kind) {
      case 'bridge.create':
        return this.create(change.spec);
      case 'bridge.delete':
        for (const port of this.get(change.spec.bridge).ports) this.loose.set(port.name, port);
        this.bridges.delete(change.spec.bridge);
        return;
      case 'bridge.seal': {
        this.orphans.delete(change.bridge);
        const addresses = this.get(change.bridge).addresses.filter((address) => !address.includes(':'));
        return this.patch(change.bridge, { sealIngress: 'ok', sealEgress: 'ok', ipv6Disabled: true, addresses });
      }
      case 'bridge.release':
        return this.patch(change.bridge, { alias: null, owner: null, sealIngress: 'missing', sealEgress: 'missing' });
      case 'bridge.rename':
        return this.rename(change.from, change.to);
      case 'bridge.mark':
        return this.patch(change.bridge, { alias: change.alias, owner: ownerOf(change.alias) });
      case 'bridge.mtu':
        return this.patch(change.bridge, { mtu: change.mtu });
      case 'bridge.mac':
        return this.patch(change.bridge, { mac: change.mac });
      case 'bridge.up':
        return this.patch(change.bridge, { up: change.up });
      case 'bridge.options':
        return this.patch(change.bridge, {
          stp: false,
          forwardDelay: 0,
          multicastSnooping: false,
          vlanFiltering: false,
        });
      case 'address.remove': {
        if (change.port !== undefined) return this.bare(change.port, change.address);
        const { addresses } = this.get(change.bridge);
        if (!addresses.includes(change.address)) throw new Error(`no address ${change.address} on ${change.bridge}`);
        return this.patch(change.bridge, { addresses: addresses.filter((address) => address !== change.address) });
      }
      case 'port.add':
        return this.plug(change.bridge, change.port);
      case 'port.remove':
        return this.unplug(change.bridge, change.port);
      case 'port.quiet':
        return this.silence(change.port);
      case 'port.options':
        return this.plain(change.bridge, change.port);
      case 'seal.remove':
        if (this.bridges.has(change.bridge)) throw new Error(`seal.remove would open ${change.bridge}`);
        this.orphans.delete(change.bridge);
        return;
      case 'outside.start':
      case 'outside.stop':
        for (const bridge of this.bridges.values())
          if (this.has(bridge, change.nic)) this.unplug(bridge.name, change.nic);
        this.outside = change.kind === 'outside.start' ? { nic: change.nic, forwards: [] } : null;
        return;
      case 'forward.add':
        return this.forward((forwards) => [...forwards, change.forward]);
      case 'forward.remove':
        return this.forward((forwards) =>
          forwards.filter(
            ({ hostPort, address }) => hostPort !== change.forward.hostPort || address !== change.forward.address,
          ),
        );
      case 'services.start':
      case 'services.reload':
      case 'services.stop':
        throw new Error('none of these worlds has a server of a network');
      case 'tunnel.start':
      case 'tunnel.stop':
      case 'tunnel.next_key':
      case 'tunnel.end.add':
      case 'tunnel.end.remove':
      case 'tunnel.end.forget':
        this.tunnel = changedTunnel(this.tunnel, change, this.endBridges);
        return;
    }
  }

  /** Wherever the port is: it can be moving from one bridge to another. A missing address is not an error. */
  private bare(name: string, address: string): void {
    const without = (port: ObservedPort): ObservedPort =>
      port.name === name ? { ...port, addresses: (port.addresses ?? []).filter((each) => each !== address) } : port;
    const loose = this.loose.get(name);
    if (loose) this.loose.set(name, without(loose));
    for (const { name: bridge, ports } of this.bridges.values()) this.patch(bridge, { ports: ports.map(without) });
  }

  private has(bridge: ObservedBridge, port: string): boolean {
    return bridge.ports.some((each) => each.name === port);
  }

  private forward(change: (forwards: readonly ForwardSpec[]) => readonly ForwardSpec[]): void {
    if (!this.outside) throw new Error('there is no way out');
    this.outside = { ...this.outside, forwards: change(this.outside.forwards) };
  }

  private get(name: string): ObservedBridge {
    const bridge = this.bridges.get(name);
    if (!bridge) throw new Error(`no bridge ${name}`);
    return bridge;
  }

  private patch(name: string, patch: Partial<ObservedBridge>): void {
    this.bridges.set(name, { ...this.get(name), ...patch });
  }

  private create(spec: Extract<Change, { kind: 'bridge.create' }>['spec']): void {
    if (this.bridges.has(spec.bridge)) throw new Error(`bridge ${spec.bridge} exists`);
    this.orphans.delete(spec.bridge);
    this.bridges.set(spec.bridge, sealedBridge(spec));
  }

  private rename(from: string, to: string): void {
    const bridge = this.get(from);
    if (this.bridges.has(to)) throw new Error(`bridge ${to} exists`);
    this.bridges.delete(from);
    if (bridge.sealIngress !== 'missing' || bridge.sealEgress !== 'missing') this.orphans.add(from);
    const seal = this.orphans.has(to) ? 'ok' : 'missing';
    this.orphans.delete(to);
    this.bridges.set(to, { ...bridge, name: to, sealIngress: seal, sealEgress: seal });
  }

  private find(port: string): ObservedPort | undefined {
    for (const bridge of this.bridges.values()) {
      const found = bridge.ports.find((each) => each.name === port);
      if (found) return found;
    }
    return undefined;
  }

  private plug(bridge: string, name: string): void {
    const port = this.find(name) ?? this.unplugged(name);
    for (const each of this.bridges.values()) {
      if (each.ports.some((other) => other.name === name)) this.unplug(each.name, name);
    }
    this.patch(bridge, { ports: [...this.get(bridge).ports, port].sort((a, b) => (a.name < b.name ? -1 : 1)) });
  }

  private unplugged(name: string): ObservedPort {
    const ipv6Disabled = this.quiet.has(name);
    const port = this.loose.get(name) ?? tapPort(name, ipv6Disabled);
    return { ...port, ipv6Disabled: port.ipv6Disabled || ipv6Disabled };
  }

  private unplug(bridge: string, name: string): void {
    const { ports } = this.get(bridge);
    const port = ports.find((each) => each.name === name);
    if (!port) throw new Error(`${name} is no port of ${bridge}`);
    this.loose.set(name, port);
    this.patch(bridge, { ports: ports.filter((each) => each.name !== name) });
  }

  private plain(bridge: string, name: string): void {
    const { ports } = this.get(bridge);
    const bare = ({ options: _options, ...port }: ObservedPort): ObservedPort => port;
    this.patch(bridge, { ports: ports.map((port) => (port.name === name ? bare(port) : port)) });
  }

  private silence(name: string): void {
    this.quiet.add(name);
    for (const bridge of this.bridges.values()) {
      const ports = bridge.ports.map((port) => (port.name === name ? silent(port) : port));
      this.patch(bridge.name, { ports });
    }
  }
}

/** Reads a mark of ownership, as a driver does. */
export function ownerOf(alias: string | null): ObservedBridge['owner'] {
  const [tag, storeId, networkId, ...rest] = (alias ?? '').split(':');
  if (tag !== 'atoll' || !storeId || !networkId) return null;
  if (rest.join(':') === 'kept') return { storeId, networkId, kept: true };
  return rest.length === 0 ? { storeId, networkId } : null;
}

/** A bridge exactly as desired, without ports. */
export function sealedBridge(spec: Extract<Change, { kind: 'bridge.create' }>['spec']): ObservedBridge {
  return {
    name: spec.bridge,
    mac: spec.mac,
    mtu: spec.mtu,
    up: true,
    alias: spec.alias,
    owner: ownerOf(spec.alias),
    addresses: [],
    ipv6Disabled: true,
    stp: false,
    forwardDelay: 0,
    multicastSnooping: false,
    vlanFiltering: false,
    sealIngress: 'ok',
    sealEgress: 'ok',
    ports: [],
  };
}

/** The host's end of a VM's vNIC. */
export const tapPort = (name: string, ipv6Disabled = true): ObservedPort => ({
  name,
  mac: 'fe:6f:00:00:00:01',
  kind: 'tap',
  up: true,
  ipv6Disabled,
});

/** As a host reports it: unset flags are left out. */
const silent = ({ receivesLinkLocal: _heard, ...port }: ObservedPort): ObservedPort => ({
  ...port,
  ipv6Disabled: true,
});
