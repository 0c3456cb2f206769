import { spawnSync } from 'node:child_process';
import { readFileSync, readdirSync, readlinkSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { type MeshHost, TunnelMesh } from '../support/tunnel-mesh';
import { BARE, SSH_TAP, hub } from './bare-tunnels';
import { type Bench, type Pair, type Report, compared, figure, interleaved, openBench, ranged } from './kit';

const INSIDE = 'ATOLL_BENCH_INSIDE_STRETCH';
const ROUNDS = 5;
const BYTES = 33_554_432;
const IDLE_S = 30;
const IDLE_NETWORKS = 20;

/**
 * Frames between guests of two hosts over SSH, through a tunnel of ours, direct and relayed, beside WireGuard and VXLAN set up by hand
 * between the same hosts, and beside `ssh -w`, with which people join two networks who have nothing but SSH. In a network namespace of
 * its own, so that the hosts are reached without anything in between.
 */
export async function benchStretch(report: Report): Promise<void> {
  if (process.env[INSIDE] === undefined) return runInside();
  const mesh = await TunnelMesh.open(2, { direct: true });
  try {
    await measure(mesh, report);
  } finally {
    await mesh.remove();
  }
  await idling(report);
}

function runInside(): void {
  const argv = [...process.execArgv, process.argv[1] ?? '', 'stretch', ...process.argv.slice(2).filter(isFlag)];
  const { status } = spawnSync('unshare', ['--net', '--', process.execPath, ...argv], {
    stdio: 'inherit',
    env: { ...process.env, [INSIDE]: '1' },
  });
  if (status !== 0) throw new Error(`it ended with ${status ?? 'a signal'} (needs root)`);
}

const isFlag = (arg: string): boolean => arg.startsWith('-');

/** A guest on each of the two hosts, on a network of its own. */
interface Line {
  readonly guest: string;
  /** Of the first and the second guest. */
  readonly addresses: readonly [string, string];
}

const line = (guest: string, net: number): Line => ({
  guest,
  addresses: [`10.${net}.0.1`, `10.${net}.0.2`],
});
const OURS = line('ours', 101);
const FLOOR = line('bare', 102);
const TAP = line('tap', 103);
const THROUGH = line('hub', 104);

async function measure(mesh: TunnelMesh, report: Report): Promise<void> {
  const plug = async ({ guest, addresses }: Line, bridge: string): Promise<void> => {
    for (const [i, host] of mesh.hosts.entries()) await mesh.plug(host, guest, addresses[i] ?? '', bridge);
  };
  await plug(OURS, 'blue');
  await BARE(mesh);
  await SSH_TAP(mesh);
  const hangUp = await hub(mesh);
  for (const each of [FLOOR, TAP, THROUGH]) await plug(each, each.guest);
  const beside = async (name: string, of: Line, floor: Line, work: Work): Promise<Pair[]> => {
    await work(mesh, floor);
    await work(mesh, of);
    const pairs = await interleaved(
      ROUNDS,
      () => work(mesh, floor),
      () => work(mesh, of),
    );
    report(compared('stretch', name, pairs));
    return pairs;
  };
  const others = async (way: string, alternative: string, theirs: Line): Promise<void> => {
    await beside(`send 32 MiB, ${way}`, OURS, FLOOR, send);
    await beside(`answer of a ping, ${way}`, OURS, FLOOR, ping);
    for (const [what, work] of [
      ['sending', send],
      ['a ping', ping],
    ] as const) {
      const rounds = await interleaved(
        ROUNDS,
        () => work(mesh, theirs),
        () => work(mesh, OURS),
      );
      report(
        ranged(
          'stretch',
          `${what}: ${alternative} / ours ${way}`,
          rounds.map(({ floor, ours }) => floor / ours),
        ),
      );
    }
  };
  try {
    await mesh.goDirect();
    await others('direct', 'ssh -w between the hosts', TAP);
    await mesh.goRelayed();
    await others('relayed', 'two ssh -w, bridged here', THROUGH);
  } finally {
    hangUp();
  }
}

type Work = (mesh: TunnelMesh, line: Line) => Promise<number>;

/** Milliseconds from the first byte that the second guest gets to the last. */
const send: Work = async (mesh, { guest, addresses }) => {
  const [from, to] = both(mesh);
  const taken = mesh.run(to, guest, ['perl', '-e', SINK, addresses[1]]);
  await mesh.run(from, guest, ['perl', '-e', SOURCE, addresses[1], String(BYTES)]);
  const [bytes = '', seconds = ''] = (await taken).trim().split(' ');
  if (Number(bytes) !== BYTES) throw new Error(`${guest}: ${bytes || 'no'} bytes of ${BYTES} arrived`);
  return Number(seconds) * 1000;
};

/** Milliseconds, on average. */
const ping: Work = async (mesh, { guest, addresses }) => {
  const said = await mesh.run(both(mesh)[0], guest, ['ping', '-n', '-q', '-c', '100', '-i', '0.01', addresses[1]]);
  const [, average] = /= [\d.]+\/([\d.]+)\//.exec(said) ?? [];
  if (average === undefined) throw new Error(`${guest}: no answer: ${said}`);
  return Number(average);
};

function both({ hosts: [one, other] }: TunnelMesh): [MeshHost, MeshHost] {
  if (!one || !other) throw new Error('it needs two hosts');
  return [one, other];
}

const SINK = `
use strict; use IO::Socket::INET; use Time::HiRes 'time';
my $in = IO::Socket::INET->new(LocalAddr => $ARGV[0], LocalPort => 7000, Listen => 1, ReuseAddr => 1) or die $!;
my $from = $in->accept; my ($all, $began) = (0, 0);
while (my $got = sysread $from, my $data, 262144) { $began ||= time; $all += $got }
printf "%d %.6f\\n", $all, time - $began;
`;
const SOURCE = `
use strict; use IO::Socket::INET;
my ($to, $left) = @ARGV; my $out;
for (1 .. 100) { $out = IO::Socket::INET->new(PeerAddr => $to, PeerPort => 7000, Timeout => 5) and last; select undef, undef, undef, 0.1 }
die $! unless $out; my $data = 'x' x 65536;
while ($left > 0) { my $put = syswrite $out, $data, $left < 65536 ? $left : 65536; die $! unless $put; $left -= $put }
`;

/** What stretched networks cost while nothing is sent: the engine, and the processes on two hosts (labs of this computer), relayed. */
async function idling(report: Report): Promise<void> {
  const bench = await openBench();
  const { client, finish } = bench;
  try {
    for (const name of ['lab1', 'lab2']) await finish((await client.hosts.add({ name, how: { kind: 'lab' } })).job);
    const networks = Array.from({ length: IDLE_NETWORKS }, (_, i) => ({
      name: `n${i}`,
      isIsolated: true,
      clusters: ['Default'],
    }));
    await finish((await client.networks.addMany({ networks })).job);
    const without = await atRest(bench);
    await finish((await client.networks.stretch({ network: 'n0' })).job);
    await connected(bench);
    const one = await atRest(bench);
    for (const { name } of networks.slice(1)) await finish((await client.networks.stretch({ network: name })).job);
    await connected(bench);
    const all = await atRest(bench);
    for (const [what, now] of [
      ['1 network', one],
      [`${IDLE_NETWORKS} networks`, all],
    ] as const) {
      report(
        figure(
          'stretch',
          `at rest, ${what} over 2 labs: the engine's extra processor time, per second`,
          'ms',
          Math.max(0, now.engine - without.engine),
        ),
      );
      report(figure('stretch', `at rest, ${what}: WireGuard and relay of both labs, per second`, 'ms', now.hosts));
      report(figure('stretch', `at rest, ${what}: memory of those`, 'MB', now.memory));
    }
  } finally {
    await bench.close();
  }
}

async function connected({ client }: Bench): Promise<void> {
  for (let i = 0; i < 600; i += 1) {
    const status = await client.networks.tunnels({ network: 'n0' });
    if (status?.pairs.every(({ state }) => state === 'connected') === true) return;
    await sleep(200);
  }
  throw new Error('the labs did not connect');
}

/** Milliseconds of processor time in a second, of the engine and of the tunnels' processes in the labs; their memory in MB. */
async function atRest({ client }: Bench): Promise<{ engine: number; hosts: number; memory: number }> {
  await sleep(5_000);
  const namespaces = new Set((await client.labs.list()).map(({ pid }) => readlinkSync(`/proc/${pid ?? 0}/ns/net`)));
  const before = { engine: process.cpuUsage(), hosts: tunnelProcesses(namespaces) };
  await sleep(IDLE_S * 1000);
  const { user, system } = process.cpuUsage(before.engine);
  const after = tunnelProcesses(namespaces);
  return {
    engine: (user + system) / 1000 / IDLE_S,
    hosts: ((after.ticks - before.hosts.ticks) * 10) / IDLE_S,
    memory: after.memory,
  };
}

function tunnelProcesses(namespaces: ReadonlySet<string>): { ticks: number; memory: number } {
  let [ticks, memory] = [0, 0];
  for (const pid of readdirSync('/proc').filter((name) => /^\d+$/.test(name))) {
    try {
      if (!namespaces.has(readlinkSync(`/proc/${pid}/ns/net`))) continue;
      const [, name = '', rest = ''] = /\((.*)\) (.*)/s.exec(readFileSync(`/proc/${pid}/stat`, 'utf8')) ?? [];
      if (name !== 'wireguard-go' && name !== 'perl') continue;
      const fields = rest.split(' ');
      ticks += Number(fields[11]) + Number(fields[12]);
      memory += (Number(fields[21]) * 4096) / 1e6;
    } catch {
      // It has ended.
    }
  }
  return { ticks, memory };
}
