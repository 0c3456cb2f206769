import { randomBytes } from 'node:crypto';
import { AppError } from '../../contract';
import type {
  ObservedTunnel,
  RelayLine,
  TunnelChange,
  TunnelDriver,
  TunnelEnd,
  TunnelPing,
  TunnelSpec,
} from '../../engine/ports/stretch';
import { checkedEnd, checkedTunnel, endOwner } from '../linux/stretch/names';
import { ownerOf } from '../mark';
import type { Machine } from './machine';
import { Refused } from './refusal-messages';
import { SimulatedRelay } from './relay';
import type { SimLink, SimState, SimTunnel } from './state';

/** An idle WireGuard peer renews its keys this often. */
const RENEW_MS = 120_000;
const FIRST_PORT = 51_871;
/** What WireGuard, UDP and IPv6 need of a wire's 1,500 bytes, and VXLAN of the rest. */
const LARGEST_GUEST_MTU = 1370;
const PINGS = 3;
/** A try at a direct way takes as long as on a real host only if it fails; this is enough to be seen. */
const ANSWER_MS = 500;

const newKey = (): string => randomBytes(32).toString('base64');

/** The simulated hosts of this process that have a tunnel, by their ids: what the simulated network between them connects. */
const world = new Map<string, SimulatedTunnel>();

/** Applies one change. Like the Linux driver it checks all words, and never replaces what does not have this store's mark. */
export function changeTunnel(state: SimState, storeId: string, change: TunnelChange): void {
  try {
    if ('spec' in change) checkedTunnel(storeId, change.spec);
    if ('end' in change) checkedEnd(storeId, change.end);
  } catch (error) {
    throw error instanceof AppError ? new Refused(error.message, error.remedy) : error;
  }
  applyChange(state, storeId, change);
}

function applyChange(state: SimState, storeId: string, change: TunnelChange): void {
  switch (change.kind) {
    case 'tunnel.start':
      return start(state, change.spec);
    case 'tunnel.stop':
      if (state.tunnel) state.tunnel.running = null;
      for (const { name, alias = null } of [...state.links.values()])
        if (endOwner(alias)?.storeId === storeId) state.links.delete(name);
      return;
    case 'tunnel.next_key':
      if (!state.tunnel) throw new Refused('there is no key to replace');
      state.tunnel.nextKey ??= newKey();
      return;
    case 'tunnel.end.add':
      return addEnd(state, storeId, change.end);
    case 'tunnel.end.remove': {
      const link = state.links.get(change.port);
      if (link && link.alias !== change.alias) throw new Refused(`${change.port} no longer has this Atoll's mark`);
      state.links.delete(change.port);
      return;
    }
    case 'tunnel.end.forget':
      if (!state.links.has(change.port)) throw new Refused(`Cannot find device "${change.port}"`);
  }
}

function start(state: SimState, { ends: _, ...spec }: TunnelSpec): void {
  const isKept = state.tunnel !== undefined;
  const tunnel: SimTunnel = (state.tunnel ??= {
    ...{ publicKey: newKey(), nextKey: null, running: null, faults: [], heard: {} },
  });
  if (spec.key !== null && spec.key !== tunnel.publicKey) {
    if (spec.key === tunnel.nextKey) Object.assign(tunnel, { publicKey: tunnel.nextKey, nextKey: null });
    else if (isKept) throw new Refused('this host does not have the key that it should use');
  }
  const former = tunnel.running?.endpoints ?? {};
  const endpoints = spec.peers.map(({ number, endpoint }) => [number, endpoint ?? former[number] ?? null] as const);
  tunnel.running = { spec: { ...spec, port: spec.port ?? FIRST_PORT }, endpoints: Object.fromEntries(endpoints) };
  tunnel.faults = [];
}

function addEnd(state: SimState, storeId: string, end: TunnelEnd): void {
  if (!state.tunnel?.running) throw new Refused('the tunnel of this host does not run');
  const owner = ownerOf(state.bridges.get(end.bridge)?.alias ?? null);
  if (owner?.storeId !== storeId || owner.networkId !== end.networkId)
    throw new Refused(`${end.bridge} does not have this Atoll's mark`);
  const seal = state.seals.get(end.bridge);
  if (seal?.ingress !== 'ok' || seal.egress !== 'ok') throw new Refused(`${end.bridge} is not sealed`);
  const former = state.links.get(end.port);
  if (state.bridges.has(end.port) || (former && former.alias !== end.alias))
    throw new Refused(`${end.port} already exists and was not created by Atoll`);
  state.links.set(end.port, {
    name: end.port,
    kind: 'vxlan',
    mac: `0e:00:00:${end.port.slice(3).replace(/(..)(?!$)/g, '$1:')}`,
    mtu: end.mtu,
    up: true,
    master: end.bridge,
    ipv6Disabled: true,
    alias: end.alias,
    end: { vni: end.vni, members: [...end.members], faults: [] },
  });
}

/** What the host has of this store's tunnel; null: nothing. */
export function observeTunnel(
  state: SimState,
  storeId: string,
  now: number,
  driver: SimulatedTunnel | null,
): ObservedTunnel | null {
  const ends = [...state.links.values()].flatMap(({ name, alias = null, master, mtu, up, end }) => {
    const owner = endOwner(alias);
    if (owner?.storeId !== storeId || alias === null) return [];
    const { vni = null, members = [], faults = [] } = end ?? {};
    return {
      networkId: owner.networkId,
      port: name,
      alias,
      bridge: master,
      vni,
      mtu,
      up,
      members,
      faults: [...faults],
    };
  });
  const { tunnel } = state;
  if (!tunnel) return ends.length === 0 ? null : { ...NOTHING, ends };
  const { running } = tunnel;
  return {
    publicKey: tunnel.publicKey,
    nextKey: tunnel.nextKey,
    isRunning: running !== null,
    by: running ? 'kernel' : null,
    port: running?.spec.port ?? null,
    settings: running?.spec.settings ?? null,
    faults: running ? [...tunnel.faults] : [],
    peers: (running?.spec.peers ?? []).map(({ number, publicKey }) => ({
      publicKey,
      endpoint: running?.endpoints[number] ?? null,
      handshakeAge: driver?.handshakeAge(number, now) ?? null,
      ...(driver?.counted(number) ?? { received: 0, sent: 0 }),
    })),
    ends,
  };
}

const NOTHING: Omit<ObservedTunnel, 'ends'> = {
  ...{ publicKey: null, nextKey: null, isRunning: false, by: null, port: null, settings: null, faults: [], peers: [] },
};

/** The tunnel of one simulated host. Datagrams go to the other simulated hosts of this process, or over the relay. */
export class SimulatedTunnel implements TunnelDriver {
  readonly #id: string;
  readonly #machine: Machine;
  readonly #counters = new Map<number, { received: number; sent: number }>();
  readonly #relays = new Set<SimulatedRelay>();
  /** By which relay it last spoke to a host. */
  readonly #ways = new Map<number, SimulatedRelay>();
  /** A firewall that lets no datagram in. */
  isShut = false;
  /** Its cable is pulled: no datagram passes, in either direction and on no way, while the engine still reaches it. */
  isCut = false;

  constructor(id: string, machine: Machine) {
    this.#id = id;
    this.#machine = machine;
  }

  /** Connects the host to the others, once it has a tunnel. */
  join(): void {
    if (this.#machine.state.tunnel) world.set(this.#id, this);
  }

  /** The host is gone. */
  leave(): void {
    this.closeRelays();
    if (world.get(this.#id) === this) world.delete(this.#id);
  }

  /** The bridges of other hosts that exchange frames with one of this host, through its tunnel end. */
  joined(bridge: string): Array<{ readonly machine: Machine; readonly bridge: string }> {
    const endOf = ({ state }: Machine, fits: (link: SimLink) => boolean): SimLink | undefined =>
      [...state.links.values()].find((link) => link.end !== undefined && link.up && fits(link));
    const vni = endOf(this.#machine, ({ master }) => master === bridge)?.end?.vni;
    if (vni === undefined) return [];
    return [...world.values()].flatMap((other) => {
      if (other === this || !this.#reaches(other)) return [];
      const master = endOf(other.#machine, ({ end }) => end?.vni === vni)?.master ?? null;
      return master === null ? [] : [{ machine: other.#machine, bridge: master }];
    });
  }

  /** The computer was switched off, or the engine lost it: a relay ends with its connection. */
  closeRelays(): void {
    for (const relay of [...this.#relays]) void relay.close();
  }

  async ping(spec: TunnelSpec, numbers: readonly number[], signal: AbortSignal): Promise<TunnelPing[]> {
    await this.#step(signal);
    this.#mustRun(spec);
    return Promise.all(
      numbers.map(async (number) => {
        const relayed = this.#isRelayed(number);
        const received = relayed
          ? await this.#pingOverRelay(number, signal)
          : this.#isDirectlyConnected(number)
            ? PINGS
            : 0;
        if (received > 0) this.heard(number);
        const delay = received === 0 ? null : relayed ? 4 : 0.4;
        return { number, sent: PINGS, received, delay, mtu: received > 0 ? LARGEST_GUEST_MTU : null };
      }),
    );
  }

  async tryDirect(spec: TunnelSpec, number: number, endpoint: string, signal: AbortSignal): Promise<string | null> {
    await this.#step(signal);
    const { endpoints } = this.#mustRun(spec);
    if (!spec.peers.some((peer) => peer.number === number))
      throw new AppError('STATE_ILLEGAL', `The host ${number} is no peer of this one`);
    const former = endpoints[number] ?? null;
    endpoints[number] = endpoint;
    const other = this.#peer(number);
    const isThere = other !== null && endpoint.endsWith(`:${other.#running?.spec.port ?? 0}`);
    if (isThere && !this.isShut && !other.isShut && this.#reaches(other)) {
      const back = other.#numberOf(this);
      if (back !== null && other.#running) other.#running.endpoints[back] ??= endpoint;
      this.heard(number);
      await this.#machine.save();
      return endpoint;
    }
    endpoints[number] = former;
    return null;
  }

  async openRelay(spec: TunnelSpec, numbers: readonly number[], signal: AbortSignal): Promise<RelayLine> {
    await this.#step(signal);
    this.#mustRun(spec);
    const relay = new SimulatedRelay(numbers, {
      clock: this.#machine.clock,
      passes: (number) =>
        !this.isCut && this.#isOn && this.#running?.spec.peers.some((one) => one.number === number) === true,
      heard: (number, bytes) => {
        this.heard(number);
        // As WireGuard does: it answers to where it last heard a peer from.
        if (this.#isRelayed(number)) this.#ways.set(number, relay);
        this.counted(number).received += bytes;
      },
      sent: (number, bytes) => void (this.counted(number).sent += bytes),
    });
    this.#relays.add(relay);
    relay.onClose(() => this.#relays.delete(relay));
    return relay;
  }

  async useRelay(spec: TunnelSpec, line: RelayLine, numbers: readonly number[], signal: AbortSignal): Promise<void> {
    await this.#step(signal);
    const { endpoints } = this.#mustRun(spec);
    const relay = [...this.#relays].find((one) => one === line);
    if (!relay) throw new AppError('STATE_ILLEGAL', 'The relay has ended');
    for (const number of numbers) {
      this.#ways.set(number, relay);
      endpoints[number] = `127.0.0.1:${relay.ports.get(number) ?? 0}`;
    }
    await this.#machine.save();
    relay.use(numbers);
  }

  /** Seconds since the last handshake with a peer; null: none yet. */
  handshakeAge(number: number, now: number): number | null {
    if (!this.#isRelayed(number) && this.#isDirectlyConnected(number)) {
      this.heard(number);
      return Math.floor((now % RENEW_MS) / 1000);
    }
    const at = this.#machine.state.tunnel?.heard[number];
    return at === undefined ? null : Math.max(0, Math.floor((now - at) / 1000));
  }

  counted(number: number): { received: number; sent: number } {
    const there = this.#counters.get(number);
    if (there) return there;
    const fresh = { received: 0, sent: 0 };
    this.#counters.set(number, fresh);
    return fresh;
  }

  heard(number: number): void {
    const { tunnel } = this.#machine.state;
    if (tunnel) tunnel.heard[number] = this.#machine.clock.now();
  }

  /** All handshakes are older by so many seconds, as if it had been silent for so long. */
  age(seconds: number): void {
    const { tunnel } = this.#machine.state;
    if (!tunnel) return;
    for (const number of Object.keys(tunnel.heard)) tunnel.heard[Number(number)]! -= seconds * 1000;
  }

  get #isOn(): boolean {
    return this.#machine.state.powered;
  }

  get #running(): SimTunnel['running'] {
    return this.#machine.state.tunnel?.running ?? null;
  }

  #mustRun(spec: TunnelSpec): NonNullable<SimTunnel['running']> {
    const running = this.#running;
    if (running && running.spec.namespace === spec.namespace) return running;
    throw new AppError('STATE_ILLEGAL', 'The tunnel of this host does not run');
  }

  #isRelayed(number: number): boolean {
    return this.#running?.endpoints[number]?.startsWith('127.0.0.1:') === true;
  }

  /** The host that has the key of a peer. */
  #peer(number: number): SimulatedTunnel | null {
    const key = this.#running?.spec.peers.find((peer) => peer.number === number)?.publicKey;
    for (const other of world.values())
      if (key !== undefined && other.#machine.state.tunnel?.publicKey === key) return other;
    return null;
  }

  /** The number by which it knows another host; null: it is no peer. */
  #numberOf(other: SimulatedTunnel): number | null {
    const key = other.#machine.state.tunnel?.publicKey;
    return (
      this.#running?.spec.peers.find(({ publicKey, nextKey }) => publicKey === key || nextKey === key)?.number ?? null
    );
  }

  /** Both run, know each other's key, and no cable is pulled. */
  #reaches(other: SimulatedTunnel): boolean {
    const isUp = (one: SimulatedTunnel): boolean => one.#isOn && one.#running !== null && !one.isCut;
    return isUp(this) && isUp(other) && other.#numberOf(this) !== null && this.#numberOf(other) !== null;
  }

  #isDirectlyConnected(number: number): boolean {
    const other = this.#peer(number);
    if (!other || !this.#reaches(other) || this.isShut || other.isShut) return false;
    const back = other.#numberOf(this);
    const speaksFirst = (this.#running?.endpoints[number] ?? null) !== null;
    return (
      speaksFirst || (back !== null && (other.#running?.endpoints[back] ?? null) !== null && !other.#isRelayed(back))
    );
  }

  async #pingOverRelay(number: number, signal: AbortSignal): Promise<number> {
    const relay = this.#ways.get(number);
    if (!relay || !this.#relays.has(relay)) return 0;
    const answers = await Promise.all(Array.from({ length: PINGS }, () => relay.ping(number, ANSWER_MS, signal)));
    return answers.filter(Boolean).length;
  }

  async #step(signal: AbortSignal): Promise<void> {
    await this.#machine.faults.step(this.#machine.clock, signal);
    this.#machine.mustAnswer();
    this.join();
  }
}
