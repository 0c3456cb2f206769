import { mkdirSync, mkdtempSync, readFileSync, rmSync, rmdirSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import type { BridgeSpec, Change } from '../../engine/ports/changes';
import type { ServicesSpec } from '../../engine/ports/services';
import { applyGroups } from '../../hosts/linux/apply';
import { look } from '../../hosts/linux/observe';
import { applyServices } from '../../hosts/linux/services/apply';
import { configText, namesText, vnicsText } from '../../hosts/linux/services/config';
import type { Shell } from '../../hosts/shell';
import { makeTestHost } from '../support/netns-shell';
import { inGuest } from '../support/services-bed';
import { type Report, compared, figure, interleaved, median, openBench, timed } from './kit';

const STORE = '0193a1b2-0000-7000-8000-0000000bea7c';
const NEVER = new AbortController().signal;
const SERVER = '10.66.3.254';
const SIZES = [1, 100, 1_000] as const;
/** The memory of fewer is lost among that of the bench. */
const LEAST_MEASURED = 100;
const ROUNDS = 5;
const HANDSHAKES = 1_000;
/** Clients that ask in turn; the pool has room for them. */
const CLIENTS = 500;
const QUERIES = 5_000;
const FLOOD = { seconds: 8, perSecond: 10_000 };
const FLOODED_HANDSHAKES = 200;
const PATIENCE_MS = 120_000;

/**
 * Servers inside networks on a host that is a namespace, beside bare dnsmasq processes with the same configuration, each in a network namespace:
 * what they answer in a second, what one costs, and what others notice of a guest that floods one.
 */
export async function benchServices(report: Report): Promise<void> {
  const bed = await ServicesBed.open();
  try {
    await answers(bed, report);
    await flooded(bed, report);
    for (const size of SIZES) await costs(bed, size, report);
  } finally {
    await bed.close();
  }
}

async function answers(bed: ServicesBed, report: Report): Promise<void> {
  const [ours] = await bed.ours(1);
  const [bare] = await bed.bare(1);
  const works = [
    [`${HANDSHAKES} DHCP handshakes`, ['handshakes', HANDSHAKES, CLIENTS]],
    [`${QUERIES} DNS answers`, ['queries', QUERIES, 'db.blue.internal']],
  ] as const;
  for (const [title, argv] of works) {
    const pairs = await interleaved(
      ROUNDS,
      () => bed.traffic(bare!, ...argv),
      () => bed.traffic(ours!, ...argv),
    );
    const times = pairs.map(({ ours: { ms }, floor }) => ({ ours: ms ?? Number.NaN, floor: floor.ms ?? Number.NaN }));
    report(compared('services', title, times));
  }
}

/** A guest floods the server of one network; another network of the host, an observation, and an engine on the same processors. */
async function flooded(bed: ServicesBed, report: Report): Promise<void> {
  const [target, other] = await bed.ours(2);
  const engine = await openBench();
  try {
    for (let at = 0; at < 3; at += 1)
      await engine.finish((await engine.client.hosts.add({ name: `sim${at}`, how: { kind: 'simulated' } })).job);
    const measure = async () => {
      const handshakes = (bridge: string) => bed.traffic(bridge, 'handshakes', FLOODED_HANDSHAKES, 100);
      const sync = async () => engine.finish((await engine.client.hosts.sync({ host: 'sim0' })).job);
      return {
        'of the flooded network': (await handshakes(target!)).ms ?? Number.NaN,
        'of another network': (await handshakes(other!)).ms ?? Number.NaN,
        observation: median(await repeated(5, () => timed(() => look(bed.shell, STORE)))),
        'a job of the engine': median(await repeated(9, () => timed(sync))),
      };
    };
    const quiet = await measure();
    const flood = bed.traffic(target!, 'flood', FLOOD.seconds, FLOOD.perSecond);
    const loud = await measure();
    const { sent = 0, seconds = 1 } = await flood;
    report(
      figure('services', 'flood: discovers a second', 'ratio', sent / seconds, { atLeast: FLOOD.perSecond * 0.9 }),
    );
    for (const [name, floor] of Object.entries(quiet)) {
      const what = name.startsWith('of ') ? `${FLOODED_HANDSHAKES} handshakes ${name}` : name;
      report(figure('services', `flood: ${what}`, 'ms', loud[name as keyof typeof quiet], { floor }));
    }
  } finally {
    await engine.close();
  }
}

async function repeated(times: number, work: () => Promise<{ ms: number }>): Promise<number[]> {
  const taken: number[] = [];
  for (let at = 0; at < times; at += 1) taken.push((await work()).ms);
  return taken;
}

async function costs(bed: ServicesBed, size: number, report: Report): Promise<void> {
  const bare = await bed.cost(() => bed.bare(size));
  const ours = await bed.cost(() => bed.ours(size));
  report(figure('services', `start ${size}`, 'ms', ours.ms, { floor: bare.ms }));
  if (bare.bytes === null || ours.bytes === null || size < LEAST_MEASURED) return;
  const memory = (bytes: number): number => bytes / size / 2 ** 20;
  const name = `memory of one of ${size}, with the kernel's`;
  report(figure('services', name, 'MB', memory(ours.bytes), { floor: memory(bare.bytes), atMost: 1.25 }));
}

/** Bare servers: a folder $1 with NAME.conf and NAME.ip for each, which are on the bridges NAME. Ends once each is open for queries. */
const BARE = `
set -u; cd "$1"; mkfifo go; exec 9<>go
for conf in *.conf; do
  name=\${conf%.conf}
  unshare -n sh -c 'cat <go; ip -batch "$1.ip"; exec dnsmasq --keep-in-foreground --conf-file="$PWD/$1.conf"' sh "$name" </dev/null >/dev/null 2>&1 9>&- &
  pids="\${pids:-} $!"
  while [ "/proc/$!/ns/net" -ef /proc/self/ns/net ]; do :; done
  echo "link add v$name type veth peer name eth0 netns $!"; echo "link set v$name master $name up"
done >links
ip -batch links; exec 9>&-
for pid in $pids; do until grep -q ':0035 ' "/proc/$pid/net/udp"; do :; done; done
echo "$pids"
`;

/** A host that is a namespace, with numbered networks. */
class ServicesBed {
  private numbered = 0;
  private readonly started: ServicesSpec[] = [];
  private readonly barePids: string[] = [];
  private readonly folder = mkdtempSync(join(tmpdir(), 'atoll-bench-'));

  private constructor(
    private readonly host: Awaited<ReturnType<typeof makeTestHost>>,
    readonly shell: Shell,
    private readonly group: MemoryGroup | null,
  ) {}

  static async open(): Promise<ServicesBed> {
    const group = MemoryGroup.open();
    const host = await makeTestHost();
    await host.shell.script('mount -t tmpfs tmpfs /run', []);
    return new ServicesBed(host, host.shell, group);
  }

  /** Ends the servers first: they outlive the namespaces of their host. */
  async close(): Promise<void> {
    await this.stopAll();
    this.host.remove();
    rmSync(this.folder, { recursive: true, force: true });
    this.group?.close();
  }

  /** Starts servers of ours; returns the bridges. */
  async ours(count: number): Promise<string[]> {
    const specs = Array.from({ length: count }, () => specOf((this.numbered += 1)));
    const bridges: BridgeSpec[] = specs.map(({ networkId, bridge, mac }) => {
      return { networkId, bridge, mac: mac.replace(/^56/, '52'), mtu: 1500, alias: `atoll:${STORE}:${networkId}` };
    });
    const made = bridges.map((spec) => groupOf(spec, { kind: 'bridge.create', spec } as const));
    await this.done(applyGroups(this.host.shell, STORE, made, NEVER));
    this.begin();
    const starts = specs.map((spec) => groupOf(spec, { kind: 'services.start', spec } as const));
    await this.done(applyServices(this.shell, STORE, starts, NEVER));
    this.started.push(...specs);
    return specs.map(({ bridge }) => bridge);
  }

  /** Starts bare servers; returns the bridges. */
  async bare(count: number): Promise<string[]> {
    const folder = mkdtempSync(join(this.folder, 'bare-'));
    const names = Array.from({ length: count }, () => {
      const spec = specOf((this.numbered += 1));
      const name = spec.bridge;
      const config = configText(spec).replaceAll('/run/log/log', `${folder}/${name}.log`);
      writeFileSync(join(folder, `${name}.conf`), `${config.replaceAll('=/run/', `=${folder}/${name}.`)}user=root\n`);
      writeFileSync(join(folder, `${name}.ip`), `address add ${SERVER}/22 dev eth0\nlink set eth0 up\n`);
      writeFileSync(join(folder, `${name}.names`), namesText(spec));
      writeFileSync(join(folder, `${name}.vnics`), vnicsText(spec));
      return name;
    });
    const bridges = names.map(
      (name) => `link add ${name} type bridge stp_state 0 forward_delay 0\nlink set ${name} up\n`,
    );
    await this.host.shell.run(['ip', '-batch', '-'], { stdin: bridges.join('') });
    this.begin();
    const { stdout } = await this.shell.script(BARE, [folder], { timeoutMs: PATIENCE_MS });
    this.barePids.push(...stdout.trim().split(' '));
    return names;
  }

  private began = 0;
  private begin(): void {
    this.began = performance.now();
  }

  /** Milliseconds and memory of starting servers, without their bridges. They are stopped again. */
  async cost(start: () => Promise<string[]>): Promise<{ ms: number; bytes: number | null }> {
    await this.stopAll();
    const before = this.group?.bytes() ?? 0;
    const [first] = await start();
    const ms = performance.now() - this.began;
    // The last of them answers: all are there.
    await this.traffic(first!, 'queries', 1, 'db.blue.internal');
    const bytes = this.group ? this.group.bytes() - before : null;
    await this.stopAll();
    return { ms, bytes };
  }

  private async stopAll(): Promise<void> {
    const stops = this.started.splice(0).map((spec) => {
      const { networkId, bridge, port, alias } = spec;
      return groupOf(spec, { kind: 'services.stop', networkId, bridge, port, alias } as const);
    });
    await this.done(applyServices(this.shell, STORE, stops, NEVER));
    await this.host.shell.script('kill -9 "$@" 2>/dev/null; true', this.barePids.splice(0));
  }

  /** What guest-traffic.mjs prints, in a guest on a bridge. */
  async traffic(bridge: string, ...argv: ReadonlyArray<string | number>): Promise<Answer> {
    const program = resolve('test/support/guest-traffic.mjs');
    const words = [process.execPath, program, SERVER, ...argv].map((word) => `'${word}'`).join(' ');
    const script = `ip address add 10.66.0.250/22 dev eth0; ip route add default dev eth0; ${words}`;
    return JSON.parse(await inGuest(this.host.shell, bridge, '02:66:00:00:00:01', script, PATIENCE_MS)) as Answer;
  }

  private async done(applying: ReturnType<typeof applyGroups>): Promise<void> {
    for (const outcome of await applying) if (!outcome.ok) throw new Error(outcome.failure.message);
  }
}

const groupOf = <T extends Change>({ networkId, bridge }: Pick<BridgeSpec, 'networkId' | 'bridge'>, change: T) => ({
  networkId,
  bridge,
  changes: [change],
});

interface Answer {
  readonly ms?: number;
  readonly sent?: number;
  readonly seconds?: number;
}

function specOf(at: number): ServicesSpec {
  const networkId = `0193a1b2-0000-7000-8000-${String(at).padStart(12, '0')}`;
  const tail = [at >> 8, at & 255].map((byte) => byte.toString(16).padStart(2, '0')).join(':');
  const digest = at.toString(16).padStart(32, '0');
  return {
    ...{ networkId, bridge: `sb${at}`, mtu: 1500, port: `asb${at}`, mac: `56:6f:5e:00:${tail}` },
    alias: `atoll-port:${STORE}:${networkId}:services`,
    ipv4: { address: `${SERVER}/22`, pool: { from: '10.66.1.0', to: '10.66.3.200' } },
    ...{ ipv6: null, domain: 'blue.internal', dhcp: true, dns: true, leaseSeconds: 3600, options: [] },
    ...{ gateway: null, guard: false },
    vnics: [{ mac: `56:6f:5e:02:${tail}`, ipv4: '10.66.0.11', ipv6: null, name: 'db' }],
    names: [{ name: 'db', addresses: ['10.66.0.11'] }],
    ...{ settings: digest, records: digest },
  };
}

/** A control group that this process is in, and what it starts. Its memory is counted, that of the kernel for it too. */
class MemoryGroup {
  private constructor(
    private readonly former: string,
    private readonly folder: string,
    private readonly file: string,
  ) {}

  /** Null: this computer lets nobody make one. */
  static open(): MemoryGroup | null {
    for (const [root, line, file] of [
      ['/sys/fs/cgroup/memory', /^\d+:memory:(.*)$/m, 'memory.usage_in_bytes'],
      ['/sys/fs/cgroup', /^0::(.*)$/m, 'memory.current'],
    ] as const) {
      const former = join(root, line.exec(readFileSync('/proc/self/cgroup', 'utf8'))?.[1] ?? '');
      const folder = join(former, `atoll-bench-${process.pid}`);
      try {
        mkdirSync(folder);
        readFileSync(join(folder, file));
        writeFileSync(join(folder, 'cgroup.procs'), String(process.pid));
        return new MemoryGroup(former, folder, file);
      } catch {
        removeGroup(folder);
      }
    }
    return null;
  }

  bytes(): number {
    return Number(readFileSync(join(this.folder, this.file), 'utf8'));
  }

  close(): void {
    writeFileSync(join(this.former, 'cgroup.procs'), String(process.pid));
    removeGroup(this.folder);
  }
}

function removeGroup(folder: string): void {
  try {
    rmdirSync(folder);
  } catch {
    // There is none, or its processes are ending: an empty one costs nothing until the computer starts again.
  }
}
