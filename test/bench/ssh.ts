import { execFile, spawnSync } from 'node:child_process';
import { readFileSync, rmSync } from 'node:fs';
import { resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { connectEngine } from '../../app/client';
import { homeAt } from '../../app/home';
import { SshHosts } from '../support/ssh-hosts';
import { Ansible } from './ansible';
import { bareCreation } from './bare-ssh';
import { type Bench, type Report, compared, figure, median, openBench, quantile, ranged } from './kit';
import { type Cost, Fleet, costOf, untilDeleted } from './ssh-fleet';

const exec = promisify(execFile);

/** Hosts at which the same 100 networks are created, and the rounds: with 30 each round makes 6,000 bridges. */
const SIZES = [
  { hosts: 1, rounds: 5 },
  { hosts: 10, rounds: 3 },
  { hosts: 30, rounds: 3 },
] as const;
const NETWORKS = 100;
/** Of each kind. */
const DRIFT_ACTS = 12;
/** Networks of Ansible's loop of tasks, whose time is proportional to them: all 100 would take minutes. */
const LOOPED = 10;
const ANSIBLE_HOSTS = 10;
const SETTLED_MS = 700;
const MANY = 1000;
const RTT = 200;
const INSIDE = 'ATOLL_BENCH_INSIDE';

/**
 * Isolated networks on real hosts over SSH, beside bare ssh2 with one script for each host. In a network namespace of its own,
 * so that the hosts are reached without anything in between. `--ansible` adds Ansible on ten of them.
 */
export async function benchSsh(report: Report, args: readonly string[]): Promise<void> {
  if (process.env[INSIDE] === undefined) return runInside(args.filter((arg) => arg.startsWith('-')));
  const limit = Number(process.env['ATOLL_BENCH_HOSTS'] ?? 30);
  const bench = await openBench();
  const net = await SshHosts.open({ direct: true });
  try {
    const fleet = new Fleet(bench, net);
    await fleet.grow(1);
    await drifting(fleet, report);
    await activating(fleet, report);
    for (const { hosts, rounds } of SIZES.filter((size) => size.hosts <= limit)) {
      const withAnsible = hosts === ANSIBLE_HOSTS && args.includes('--ansible');
      await fleet.grow(hosts, withAnsible ? 2 * hosts : hosts);
      await creating(fleet, { hosts, rounds, withAnsible }, report);
    }
    fleet.close();
    await idling(bench, fleet.ours.length, report);
  } finally {
    await net.remove();
    await bench.close().catch(() => rmSync(bench.home, { recursive: true, force: true }));
  }
}

function runInside(args: readonly string[]): void {
  const argv = [...process.execArgv, process.argv[1] ?? '', 'ssh', ...args];
  const { status } = spawnSync('unshare', ['--net', '--', process.execPath, ...argv], {
    stdio: 'inherit',
    env: { ...process.env, [INSIDE]: '1' },
  });
  if (status !== 0) throw new Error(`it ended with ${status ?? 'a signal'} (needs root)`);
}

interface Size {
  readonly hosts: number;
  readonly rounds: number;
  readonly withAnsible: boolean;
}

/** One round on hosts that are new: the floor, ours and Ansible's one batch, each on hosts of its own. */
interface Round {
  readonly floor: Cost;
  readonly ours: Cost;
  readonly batch: number | null;
}

async function creating(fleet: Fleet, size: Size, report: Report): Promise<void> {
  const { hosts, rounds, withAnsible } = size;
  const bare = (): Promise<Cost> =>
    costOf(() => Promise.all(fleet.bare.slice(0, hosts).map((host) => host.run(bareCreation(NETWORKS)))));
  const ours = (): Promise<Cost> => fleet.create(NETWORKS);
  const ansible = withAnsible ? new Ansible(fleet.net, fleet.theirs.slice(hosts), NETWORKS) : null;
  const done: Round[] = [];
  // The very first round warms up both programs.
  for (let i = hosts === 1 ? -1 : 0; i < rounds; i += 1) {
    await fleet.renew();
    const early = i % 2 === 0 ? await bare() : null;
    const own = await ours();
    const floor = early ?? (await bare());
    const batch = (await ansible?.batch()) ?? null;
    if (i >= 0) done.push({ floor, ours: own, batch });
  }
  reportCreation(`create ${NETWORKS} networks on ${hosts} host${hosts === 1 ? '' : 's'}`, done, report);
  if (ansible) await reportAnsible(ansible, hosts, done, report);
}

function reportCreation(name: string, rounds: readonly Round[], report: Report): void {
  const pairs = rounds.map(({ floor, ours }) => ({ floor: floor.ms, ours: ours.ms }));
  report(compared('ssh', name, pairs, { atMost: 1.8 }));
  const own = rounds.map(({ floor, ours }) => ({ floor: floor.processorMs, ours: ours.processorMs }));
  report(compared('ssh', `${name}: this end's own processor time`, own));
}

async function reportAnsible(ansible: Ansible, hosts: number, rounds: readonly Round[], report: Report): Promise<void> {
  const batches = rounds.map(({ batch, ours }) => (batch ?? Number.NaN) / ours.ms);
  report(ranged('ssh', `Ansible with one batch / ours, ${hosts} hosts`, batches, { atLeast: 3 }));
  const whole = (await ansible.loop(LOOPED)) * (NETWORKS / LOOPED);
  const loops = rounds.map(({ ours }) => whole / ours.ms);
  const name = `Ansible, a loop of tasks (${LOOPED} networks, times ${NETWORKS / LOOPED}) / ours, ${hosts} hosts`;
  report(ranged('ssh', name, loops, { atLeast: 300 }));
}

const ACTS = {
  'bridge deleted': 'ip link del n0',
  'address added': 'ip address add 192.0.2.1/24 dev n0',
  'seal flushed': 'nft flush ruleset',
};

async function drifting(fleet: Fleet, report: Report): Promise<void> {
  const { client } = fleet.bench;
  await fleet.create(1);
  const { id } = (await client.hosts.show({ host: 'h0' })).host;
  for (const [name, act] of Object.entries(ACTS)) {
    const times: number[] = [];
    for (let i = 0; i < DRIFT_ACTS; i += 1) {
      const from = (await client.events.list({ limit: 1 }))[0]?.seq ?? 0;
      const events = await client.events.follow({ after: from });
      const started = performance.now();
      await fleet.ours[0]?.shell.script(act, []);
      for await (const event of events) if (event.type === 'drift.repaired' && event.subjects.hostId === id) break;
      times.push(performance.now() - started);
    }
    report(figure('ssh', `${name}: repaired, p50`, 'ms', median(times)));
    report(figure('ssh', `${name}: repaired, p99`, 'ms', quantile(times, 0.99), { atMost: 500 }));
  }
  await fleet.renew();
}

/** Round trips are counted by what an activation costs more when each takes 200 ms. */
async function activating(fleet: Fleet, report: Report): Promise<void> {
  const { client, finish } = fleet.bench;
  const [host] = fleet.ours;
  if (!host) throw new Error('there is no host');
  const how = await host.withRelay();
  await finish((await client.hosts.maintenance({ host: 'h0' })).job);
  await client.clusters.add({ name: 'far' });
  await finish((await client.hosts.add({ name: 'far', cluster: 'far', how })).job);
  const names = Array.from({ length: MANY }, (_, i) => `m${i}`);
  const networks = names.map((name) => ({ name, isIsolated: true, clusters: ['far'] }));
  await finish((await client.networks.addMany({ networks })).job);
  await sleep(2000);
  /** What its steps took: to connect, and to validate. */
  const activate = async (): Promise<number[]> => {
    await finish((await client.hosts.maintenance({ host: 'far' })).job);
    const job = await finish((await client.hosts.activate({ host: 'far' })).job);
    await sleep(SETTLED_MS);
    return (job?.steps ?? []).map(({ startedAt, endedAt }) => Date.parse(endedAt ?? '') - Date.parse(startedAt ?? ''));
  };
  const near: number[][] = [];
  const distant: number[][] = [];
  for (let i = 0; i < 5; i += 1) {
    near.push(await activate());
    host.trouble({ delayMs: RTT / 2 });
    distant.push(await activate());
    host.trouble({});
  }
  const of = (runs: readonly number[][], step: number): number => median(runs.map((run) => run[step] ?? Number.NaN));
  report(figure('ssh', `activate a converged host with ${MANY} networks`, 'ms', of(near, 0) + of(near, 1)));
  for (const [step, name] of ['connecting, from the first packet', `validating ${MANY} converged networks`].entries())
    report(figure('ssh', `round trips of ${name}`, 'ratio', (of(distant, step) - of(near, step)) / RTT));
  await finish((await client.hosts.maintenance({ host: 'far' })).job);
  await host.powerOff();
  await finish((await client.hosts.remove({ host: 'far', force: true })).job);
  await finish((await client.networks.removeMany({ networks: names })).job);
  await untilDeleted();
  await host.powerOn();
  await finish((await client.hosts.activate({ host: 'h0' })).job);
}

/** The engine as a person has it, in the background, with the networks of the last round on all hosts and nothing to do; over one full observation. */
async function idling(bench: Bench, n: number, report: Report): Promise<void> {
  await bench.app.close();
  const cli = resolve(import.meta.dirname, 'cli.js');
  await exec(process.execPath, [cli, '--home', bench.home, 'host', 'list']);
  const connection = await connectEngine(homeAt(bench.home));
  if (!connection) throw new Error('the engine went away');
  const { client, info } = connection;
  for (let i = 0; i < 600; i += 1) {
    if ((await client.hosts.list({})).every(({ state }) => state === 'up' || state === 'maintenance')) break;
    await sleep(200);
  }
  await sleep(10_000);
  const ticks = (): number => {
    const fields = readFileSync(`/proc/${info.pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? [];
    return Number(fields[11]) + Number(fields[12]);
  };
  const before = ticks();
  const seconds = 65;
  await sleep(seconds * 1000);
  report(
    figure(
      'ssh',
      `engine at rest with ${n} hosts, ${NETWORKS} networks each: processor, per second`,
      'ms',
      ((ticks() - before) * 10) / seconds,
    ),
  );
  const { memoryBytes } = await client.system.status();
  report(figure('ssh', `engine at rest with ${n} hosts: resident memory`, 'MB', memoryBytes / 1e6, { atMost: 150 }));
  await client.system.stop();
  await connection.closed;
}
