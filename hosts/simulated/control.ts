import { AppError, type ImportedLines, type Protocol } from '../../contract';
import { deleteBridge, enslave, renameBridge } from './apply';
import type { VmPart } from '../../engine/ports/host-driver';
import type { Machine } from './machine';
import { changeOutside } from './outside';
import type { SimBridge, SimLink, SimServer, SimTunnel } from './state';
import type { SimulatedTunnel } from './tunnel';
import { freeTapName } from './vms';

/**
 * Simulates outside changes: what an administrator, an accident or a failure does to a simulated host without the engine. Each
 * change is on disk when its promise resolves, and is reported to watchers, as a real host's monitors would.
 */
export class SimulatedControl {
  readonly #machine: Machine;
  readonly #tunnel: SimulatedTunnel;

  constructor(machine: Machine, tunnel: SimulatedTunnel) {
    this.#machine = machine;
    this.#tunnel = tunnel;
  }

  deleteBridge(bridge: string): Promise<void> {
    this.#bridge(bridge);
    deleteBridge(this.#machine.state, bridge);
    return this.#changed(`${bridge} deleted`);
  }

  renameBridge(from: string, to: string): Promise<void> {
    this.#bridge(from);
    renameBridge(this.#machine.state, from, to);
    return this.#changed(`${from} renamed to ${to}`);
  }

  /** `address` with its prefix length. */
  addAddress(bridge: string, address: string): Promise<void> {
    this.#bridge(bridge).addresses.push(address);
    return this.#changed(`${address} added to ${bridge}`);
  }

  /** Removes the chains, as `nft flush ruleset` does. */
  flushSeal(bridge: string): Promise<void> {
    this.#machine.state.seals.delete(bridge);
    return this.#changed(`chains of ${bridge} flushed`);
  }

  /** Keeps the chains but lets everything through. */
  loosenSeal(bridge: string): Promise<void> {
    this.#machine.state.seals.set(bridge, { ingress: 'wrong', egress: 'wrong' });
    return this.#changed(`policy of ${bridge} changed`);
  }

  setBridgeUp(bridge: string, up: boolean): Promise<void> {
    this.#bridge(bridge).up = up;
    return this.#changed(`${bridge} ${up ? 'up' : 'down'}`);
  }

  /** As in the kernel, the bridge gets a link-local address. */
  switchIpv6On(bridge: string): Promise<void> {
    const there = this.#bridge(bridge);
    there.ipv6Disabled = false;
    there.addresses.push('fe80::1/64');
    return this.#changed(`IPv6 on for ${bridge}`);
  }

  setAlias(bridge: string, alias: string | null): Promise<void> {
    this.#bridge(bridge).alias = alias;
    return this.#changed(`alias of ${bridge} changed`);
  }

  setMtu(bridge: string, mtu: number): Promise<void> {
    this.#bridge(bridge).mtu = mtu;
    return this.#changed(`MTU of ${bridge} changed`);
  }

  /** Makes a NIC or a tap a port of the bridge, or (null) removes it from its bridge. */
  setMaster(link: string, bridge: string | null): Promise<void> {
    if (bridge !== null) this.#bridge(bridge);
    enslave(this.#link(link), bridge);
    return this.#changed(`${link} ${bridge === null ? 'pulled out' : `plugged into ${bridge}`}`, link);
  }

  /** Sets an option of a port (`isolated`, `locked` ...) to a value that a plain bridge does not have. */
  setPortOption(link: string, name: string, actual: 'on' | 'off'): Promise<void> {
    const port = this.#link(link);
    const others = (port.options ?? []).filter((option) => option.name !== name);
    port.options = [...others, { name, wanted: actual === 'on' ? 'off' : 'on', actual }];
    return this.#changed(`${name} ${actual} on ${link}`, link);
  }

  /** Sets a tap up or down. */
  setPortUp(link: string, up: boolean): Promise<void> {
    this.#link(link).up = up;
    return this.#changed(`${link} ${up ? 'up' : 'down'}`, link);
  }

  /** A program of the host opens a packet socket on a port, or (null) ends. */
  listen(link: string, program: string | null): void {
    this.#link(link).listener = program ?? undefined;
  }

  /** A firewall rule of the host drops the frames of a guest's NIC, or no longer does. Nothing that the host reports shows it. */
  dropFrames(mac: string, drop: boolean): void {
    const { state } = this.#machine;
    const others = [...(state.dropped ?? [])].filter((each) => each !== mac);
    state.dropped = new Set(drop ? [...others, mac] : others);
  }

  /** The guest of a VM begins to forward packets between its NICs. */
  letForward(vmId: string): void {
    const { state } = this.#machine;
    state.forwarding = new Set([...(state.forwarding ?? []), vmId]);
  }

  /** A network's DHCP and DNS server dies, and its port disappears with it. */
  killServer(port: string): Promise<void> {
    this.#server(port);
    this.#machine.state.servers.delete(port);
    this.#machine.state.links.delete(port);
    return this.#changed(`the server of ${port} died`);
  }

  /** Someone changes a server: a file of it, or something in its namespaces. Watchers of the host can't see that. */
  async changeServer(port: string, fault: string): Promise<void> {
    this.#server(port).faults.push(fault);
    await this.#machine.save();
  }

  /** Someone removes the packet filter of a server: it then answers on every port. */
  async openServer(port: string, fault: string): Promise<void> {
    this.#server(port).isOpen = true;
    await this.changeServer(port, fault);
  }

  /** Guests that belong to no VM, such as VMs inside VMs, ask a server for addresses. */
  async askForAddresses(port: string, macs: readonly string[]): Promise<void> {
    const server = this.#server(port);
    server.unknown = [...(server.unknown ?? []), ...macs];
    await this.#changed(`guests of ${port} got a lease`);
  }

  /** A firewall lets no datagram of the tunnel in, or does again: no direct way, but a relay. */
  setFirewall(shut: boolean): void {
    this.#tunnel.isShut = shut;
  }

  /**
   * The cable of the tunnel is pulled, or back: no datagram passes on any way, while the engine still reaches the host. It has been
   * silent for `silentSeconds` then.
   */
  cutTunnel(cut: boolean, silentSeconds = 0): void {
    this.#tunnel.isCut = cut;
    this.#tunnel.age(silentSeconds);
  }

  /** The tunnel's namespace is deleted, and all tunnel ends disappear with it. */
  deleteTunnel(): Promise<void> {
    const tunnel = this.#tunnelState();
    tunnel.running = null;
    const { links } = this.#machine.state;
    for (const { name, kind } of [...links.values()]) if (kind === 'vxlan') links.delete(name);
    return this.#changed('the tunnel was deleted');
  }

  /** Someone changes the tunnel: a peer, a route, its filter. */
  changeTunnel(fault: string): Promise<void> {
    this.#tunnelState().faults.push(fault);
    return this.#changed(fault);
  }

  /** The key file is lost: the host makes another key when its tunnel is started again. */
  loseTunnelKey(): Promise<void> {
    this.#machine.state.tunnel = undefined;
    return this.#changed('the key of the tunnel is lost');
  }

  /** The host reports another public key than its own, such as that of another host. */
  async claimKey(publicKey: string): Promise<void> {
    this.#tunnelState().publicKey = publicKey;
    await this.#machine.save();
  }

  /** Someone changes a tunnel end (`it has a remote`), or with the fault null deletes it. */
  changeEnd(port: string, fault: string | null): Promise<void> {
    const link = this.#link(port);
    if (fault === null) this.#machine.state.links.delete(port);
    else link.end?.faults.push(fault);
    return this.#changed(`${port} changed`);
  }

  /** Someone changes the hosts that a tunnel end floods to. */
  setEndMembers(port: string, members: readonly number[]): Promise<void> {
    const link = this.#link(port);
    if (link.end) link.end.members = [...members];
    return this.#changed(`flood entries of ${port} changed`);
  }

  /** The uplink process dies, and its NIC and forwards disappear. */
  endOutside(): Promise<void> {
    const { state } = this.#machine;
    if (state.outside) changeOutside(state, { kind: 'outside.stop', nic: state.outside.nic });
    return this.#changed('the way out ended');
  }

  /** Another program of this computer listens on the port. */
  occupyPort(protocol: Protocol, hostPort: number): void {
    this.#machine.state.occupiedPorts = new Set([
      ...(this.#machine.state.occupiedPorts ?? []),
      `${protocol}:${hostPort}`,
    ]);
  }

  /** Adds something to a VM's definition that Atoll does not know, as another tool or the host itself would. */
  addPart(vmId: string, part: VmPart): Promise<void> {
    const vm = this.#machine.vm(vmId);
    vm.parts = [...(vm.parts ?? []), part];
    return this.#changed(`${part.what} added to ${vm.spec.name}`);
  }

  /** A bridge that Atoll did not create. */
  addForeignBridge(name: string, alias: string | null = null): Promise<void> {
    this.#machine.state.bridges.set(name, {
      name,
      mac: '02:00:00:00:ff:01',
      mtu: 1500,
      up: true,
      alias,
      addresses: [],
      ipv6Disabled: true,
      stp: false,
      forwardDelay: 15,
      multicastSnooping: true,
      vlanFiltering: false,
    });
    return this.#changed(`${name} added`);
  }

  /** A VM that Atoll did not create, with a NIC (of that MAC address) on each bridge; `owner`: the Atoll that created it. */
  async addForeignVm(
    vm: { readonly id: string; readonly name: string; readonly memoryMiB?: number },
    nics: ReadonlyArray<{ readonly mac: string; readonly bridge: string }> = [],
    { running = false, owner = null, lines }: { running?: boolean; owner?: string | null; lines?: ImportedLines } = {},
  ): Promise<void> {
    const { state } = this.#machine;
    const vnics = nics.map(({ mac, bridge }) => ({ id: mac, mac, bridge, linked: true, mtu: 1500 }));
    const spec = { memoryMiB: 512, cpus: 1, ...vm, boot: { kind: 'imported', others: [] } as const, vnics };
    const plugged = vnics.map(({ id, mac, bridge, linked }) => {
      const tap = freeTapName(state);
      return { id, mac, bridge, linked, tap };
    });
    for (const { tap, mac, bridge } of running ? plugged : [])
      state.links.set(tap, {
        ...{
          name: tap,
          kind: 'tap',
          mac: `fe${mac.slice(2)}`,
          mtu: 1500,
          up: true,
          master: bridge,
          ipv6Disabled: false,
        },
      });
    const live = { memoryMiB: spec.memoryMiB, vnics: plugged };
    const alive = { state: running ? 'up' : 'down', live: running ? live : null } as const;
    state.vms.set(vm.id, { spec, storeId: owner, lines, until: null, why: null, transcript: '', ...alive });
    this.#machine.notify('vm', `${vm.name} added`);
    await this.#machine.save();
  }

  /** Its owner edits the definition of a VM. */
  async setVm(vmId: string, change: { readonly memoryMiB?: number; readonly cpus?: number }): Promise<void> {
    const vm = this.#machine.vm(vmId);
    vm.spec = { ...vm.spec, ...change };
    this.#machine.notify('vm', `${vm.spec.name} edited`);
    await this.#machine.save();
  }

  /** Someone removes a VM without Atoll. */
  async removeVm(vmId: string): Promise<void> {
    this.#machine.land(this.#machine.vm(vmId), 'down', 'destroyed');
    this.#machine.state.vms.delete(vmId);
    this.#machine.notify('vm', `${vmId} removed`);
    await this.#machine.save();
  }

  addNic(name: string): Promise<void> {
    const mac = '02:00:00:00:ff:02';
    this.#machine.state.links.set(name, {
      name,
      kind: 'nic',
      mac,
      mtu: 1500,
      up: true,
      master: null,
      ipv6Disabled: true,
    });
    return this.#changed(`${name} added`);
  }

  /** Ends a VM like `kill -9` of its QEMU. */
  async killVm(vmId: string): Promise<void> {
    const vm = this.#machine.vm(vmId);
    if (!vm.live) throw new AppError('STATE_ILLEGAL', `${vm.spec.name} does not run`);
    this.#machine.land(vm, 'down', 'crashed');
    this.#machine.notify('vm', `${vm.spec.name} crashed`);
    await this.#machine.save();
  }

  /** The engine of another store observed the host this many seconds ago. */
  observedBy(storeId: string, secondsAgo: number): void {
    const { state, clock } = this.#machine;
    (state.seenBy ??= new Map()).set(storeId, clock.now() - secondsAgo * 1000);
  }

  /** The ids of the VMs that are defined there, whoever created them. */
  vms(): string[] {
    return [...this.#machine.state.vms.keys()];
  }

  /** The host becomes unreachable; its bridges and VMs keep running. */
  setUnreachable(unreachable: boolean): void {
    this.#machine.faults.unreachable = unreachable;
    if (unreachable) this.#machine.lose('the host does not answer');
  }

  /** The next `count` steps (groups of changes, VM actions) fail. */
  failNext(count: number): void {
    this.#machine.faults.failNext = count;
  }

  /** Every step takes `ms` longer; 0 resets it. */
  slowDown(ms: number): void {
    this.#machine.faults.extraDelayMs = ms;
  }

  /** A power failure: bridges, chains and running VMs are gone; the next connect switches the host on again. */
  cutPower(): Promise<void> {
    return this.#machine.powerOff();
  }

  #tunnelState(): SimTunnel {
    const { tunnel } = this.#machine.state;
    if (tunnel) return tunnel;
    throw new AppError('NOT_FOUND', 'The simulated host has no tunnel');
  }

  #server(port: string): SimServer {
    const found = this.#machine.state.servers.get(port);
    if (found) return found;
    throw new AppError('NOT_FOUND', `The simulated host has no server at ${port}`);
  }

  #bridge(name: string): SimBridge {
    const found = this.#machine.state.bridges.get(name);
    if (found) return found;
    throw new AppError('NOT_FOUND', `The simulated host has no bridge ${name}`);
  }

  #link(name: string): SimLink {
    const found = this.#machine.state.links.get(name);
    if (found) return found;
    throw new AppError('NOT_FOUND', `The simulated host has no interface ${name}`);
  }

  /** `link`: the only one that has changed. */
  #changed(detail: string, link?: string): Promise<void> {
    const isTap = link !== undefined && this.#link(link).kind === 'tap';
    this.#machine.notify(isTap ? 'tap' : 'network', detail);
    return this.#machine.save();
  }
}
