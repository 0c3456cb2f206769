import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { memorySecrets } from '../../app/memory-secrets';
import { specFor } from '../../engine/plan/model/wanted';
import type { BridgeSpec, Change } from '../../engine/ports/changes';
import type { HostDriver } from '../../engine/ports/host-driver';
import type { TunnelEnd, TunnelSpec } from '../../engine/ports/stretch';
import { Relay } from '../../engine/ways/relay';
import { createHosts } from '../../hosts/registry';
import { SILENT } from './lab-here';
import { SshHosts, type SshTestHost } from './ssh-hosts';

const go = new AbortController().signal;
const VNI = 77;
const BRIDGE = 'blue';
const MTU = 1370;

/** One host of a mesh. */
export interface MeshHost {
  readonly number: number;
  readonly machine: SshTestHost;
  readonly driver: HostDriver;
  readonly bridge: BridgeSpec;
  spec: TunnelSpec;
}

/**
 * Hosts over SSH with one stretched network, made by their drivers as the engine has them make it. No engine looks at their bridges, so
 * a test can plug in a namespace as a guest.
 */
export class TunnelMesh {
  private relay: Relay | null = null;

  private constructor(
    readonly net: SshHosts,
    readonly hosts: readonly MeshHost[],
    private readonly home: string,
    private readonly networkId: string,
    private readonly storeId: string,
  ) {}

  /** `direct`: as of SshHosts. */
  static async open(count: number, options: { readonly direct?: boolean } = {}): Promise<TunnelMesh> {
    const net = await SshHosts.open(options);
    const home = mkdtempSync(join(tmpdir(), 'atoll-mesh-'));
    const [storeId, networkId] = [randomUUID(), randomUUID()];
    const hosts: MeshHost[] = [];
    for (let number = 1; number <= count; number += 1) {
      const machine = await net.add();
      const id = randomUUID();
      const driver = createHosts({ home, log: SILENT, secrets: memorySecrets() }).driver({
        ...{ id, storeId, how: machine.how() },
      });
      const bridge = specFor(storeId, id, { id: networkId, bridge: BRIDGE, mtu: MTU });
      hosts.push({ number, machine, driver, bridge, spec: emptySpec(storeId, number) });
    }
    const mesh = new TunnelMesh(net, hosts, home, networkId, storeId);
    for (const host of hosts) await host.driver.connect(go);
    await mesh.stretch();
    return mesh;
  }

  /** Adds `guest` to a host: a namespace with this address on the network. */
  async plug(host: MeshHost, guest: string, address: string, bridge = BRIDGE, mtu = MTU): Promise<void> {
    await host.machine.shell.script(GUEST, [guest, bridge, address, String(mtu)]);
  }

  /** Runs a command in a guest; its output. */
  async run(host: MeshHost, guest: string, argv: readonly string[], timeoutMs = 120_000): Promise<string> {
    const { stdout } = await host.machine.shell.run(['ip', 'netns', 'exec', guest, ...argv], { timeoutMs });
    return stdout;
  }

  /** Every host goes directly to every other. */
  async goDirect(): Promise<void> {
    for (const one of this.hosts)
      for (const other of this.hosts) {
        if (one.number >= other.number) continue;
        const to = async (from: MeshHost, at: MeshHost): Promise<string | null> => {
          const port = (await at.driver.observe(go)).tunnel?.port ?? 0;
          return from.driver.tunnel.tryDirect(from.spec, at.number, `${at.machine.address}:${port}`, go);
        };
        const found = await Promise.all([to(one, other), to(other, one)]);
        if (found.every((each) => each === null)) throw new Error(`${one.number} does not reach ${other.number}`);
      }
    this.closeRelay();
  }

  /** Every host reaches every other through this process. */
  async goRelayed(): Promise<void> {
    const relay = new Relay({ now: Date.now, passes: () => true });
    this.relay = relay;
    for (const host of this.hosts) {
      const others = host.spec.peers.map(({ number }) => number);
      const line = await host.driver.tunnel.openRelay(host.spec, others, go);
      relay.attach(host.number, line, () => undefined);
      await host.driver.tunnel.useRelay(host.spec, line, others, go);
    }
  }

  /** Joins the bridges of two hosts past their tunnel, which makes a loop, until the returned function is called. */
  async join(one: MeshHost, other: MeshHost): Promise<() => Promise<void>> {
    const text = `link add loop netns ${one.machine.pid} type veth peer name loop netns ${other.machine.pid}\n`;
    await this.net.underlay.shell.run(['ip', '-batch', '-'], { stdin: text });
    for (const { machine } of [one, other])
      await machine.shell.run(['ip', 'link', 'set', 'loop', 'master', BRIDGE, 'up']);
    // The kernel reports a carrier up to a second later.
    const FORWARDS = 'until bridge link show dev loop | grep -q "state forwarding"; do sleep 0.1; done';
    for (const { machine } of [one, other]) await machine.shell.script(FORWARDS, []);
    return async () => void (await one.machine.shell.run(['ip', 'link', 'delete', 'loop']));
  }

  closeRelay(): void {
    this.relay?.closeAll();
    this.relay = null;
  }

  async remove(): Promise<void> {
    this.closeRelay();
    for (const { driver } of this.hosts) await driver.close();
    await this.net.remove();
    rmSync(this.home, { recursive: true, force: true });
  }

  private async stretch(): Promise<void> {
    const keys = new Map<number, string>();
    for (const host of this.hosts) {
      await this.apply(host, BRIDGE, { kind: 'bridge.create', spec: host.bridge });
      await this.apply(host, host.spec.device, { kind: 'tunnel.start', spec: host.spec });
      keys.set(host.number, (await host.driver.observe(go)).tunnel?.publicKey ?? '');
    }
    for (const host of this.hosts) {
      const others = this.hosts.filter(({ number }) => number !== host.number).map(({ number }) => number);
      const peers = others.map((number) => ({
        ...{ number, publicKey: keys.get(number) ?? '', nextKey: null, endpoint: null, vnis: [VNI] },
      }));
      host.spec = { ...host.spec, peers, settings: 'mesh' };
      const port = `att${VNI.toString(16).padStart(6, '0')}`;
      const end: TunnelEnd = {
        ...{ networkId: this.networkId, bridge: BRIDGE, port, vni: VNI, mtu: MTU, members: others },
        alias: `atoll-tunnel:${this.storeId}:${this.networkId}`,
      };
      await this.apply(host, host.spec.device, { kind: 'tunnel.start', spec: host.spec });
      await this.apply(host, port, { kind: 'tunnel.end.add', spec: host.spec, end });
    }
  }

  private async apply({ driver }: MeshHost, bridge: string, change: Change): Promise<void> {
    const group = { networkId: change.kind === 'bridge.create' ? this.networkId : null, bridge, changes: [change] };
    const [outcome] = await driver.apply([group as never], go);
    if (outcome?.ok !== true) throw new Error(`${change.kind}: ${JSON.stringify(outcome)}`);
  }
}

function emptySpec(storeId: string, number: number): TunnelSpec {
  const digits = storeId.slice(-12);
  return {
    ...{ namespace: `atoll-${digits}`, device: `atw${digits}`, alias: `atoll-wg:${storeId}`, number },
    ...{ port: null, mtu: 1420, key: null, peers: [], ends: [], settings: 'empty' },
  };
}

/** $1: its name, $2: the bridge, $3: its address, $4: its MTU. */
const GUEST = `
ip netns add "$1" && ip -n "$1" link set lo up
ip link add eth0 netns "$1" type veth peer name "v$1"
echo 1 >"/proc/sys/net/ipv6/conf/v$1/disable_ipv6"; ip netns exec "$1" sh -c 'echo 1 >/proc/sys/net/ipv6/conf/eth0/disable_ipv6'
ip link set "v$1" mtu "$4" master "$2" up
ip -n "$1" link set eth0 mtu "$4" up; ip -n "$1" address add "$3/24" dev eth0
`;
