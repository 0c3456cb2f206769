import { execFile, spawnSync } from 'node:child_process';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { connectEngine } from '../../app/client';
import { homeAt } from '../../app/home';
import { SshHosts, type SshTestHost } from '../support/ssh-hosts';
import { BareSsh, bareCreation, bareRemoval } from './bare-ssh';
import {
  type Bench,
  type Report,
  compared,
  figure,
  interleaved,
  median,
  openBench,
  quantile,
  ranged,
  timed,
} from './kit';

const exec = promisify(execFile);

/** Hosts at which the same 100 networks are deployed. */
const SIZES = [1, 10, 30] as const;
const NETWORKS = 100;
const ROUNDS = 5;
const SETTLED_MS = 700;
const MANY = 1000;
const RTT = 200;
const INSIDE = 'ATOLL_BENCH_INSIDE';

/**
 * Isolated networks on real hosts over SSH, beside bare ssh2 with one script for each host. In a network namespace of its own,
 * so that the hosts are reached without anything in between. `--ansible` adds Ansible, which takes minutes.
 */
export async function benchSsh(report: Report, args: readonly string[]): Promise<void> {
  if (process.env[INSIDE] === undefined) return runInside(args.filter((arg) => arg.startsWith('-')));
  const most = Math.max(...SIZES.filter((size) => size <= Number(process.env['ATOLL_BENCH_HOSTS'] ?? 30)));
  const bench = await openBench();
  const net = await SshHosts.open({ direct: true });
  try {
    const [ours, theirs] = [await hosts(net, most), await hosts(net, most)];
    const bare = await Promise.all(theirs.map((host) => BareSsh.open(host.address, net.keyFile)));
    let added = 0;
    for (const size of SIZES.filter((each) => each <= most)) {
      for (; added < size; added += 1) await addHost(bench, `h${added}`, ours[added]!);
      await deploying(bench, bare.slice(0, size), report);
      if (size === 10 && args.includes('--ansible')) await ansible(bench, net, theirs.slice(0, size), report);
    }
    for (const each of bare) each.close();
    await drifting(bench, ours[0]!, report);
    await looking(bench, ours[0]!, report);
    await idling(bench, most, report);
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

async function hosts(net: SshHosts, n: number): Promise<SshTestHost[]> {
  const made: SshTestHost[] = [];
  for (let i = 0; i < n; i += 1) made.push(await net.add());
  return made;
}

async function addHost(bench: Bench, name: string, host: SshTestHost): Promise<void> {
  await bench.finish((await bench.client.hosts.add({ name, how: host.how() })).job);
}

/** From the command to the end of its job: all hosts have been looked at again, and are as wanted. */
async function deploying(bench: Bench, bare: readonly BareSsh[], report: Report): Promise<void> {
  const floor = async (): Promise<number> => {
    const { ms } = await timed(() => Promise.all(bare.map((host) => host.run(bareCreation(NETWORKS)))));
    await Promise.all(bare.map((host) => host.run(bareRemoval(NETWORKS))));
    return ms;
  };
  const ours = async (): Promise<number> => {
    const ms = await create(bench, NETWORKS);
    await takeAway(bench, NETWORKS);
    return ms;
  };
  await floor();
  await ours();
  const pairs = await interleaved(ROUNDS, floor, ours);
  report(
    compared('ssh', `create ${NETWORKS} networks on ${bare.length} host${bare.length === 1 ? '' : 's'}`, pairs, {
      atMost: 1.8,
    }),
  );
}

async function create(bench: Bench, n: number): Promise<number> {
  const networks = Array.from({ length: n }, (_, i) => ({ name: `n${i}`, isIsolated: true, clusters: ['Default'] }));
  const { ms } = await timed(async () => bench.finish((await bench.client.networks.addMany({ networks })).job));
  await sleep(SETTLED_MS);
  return ms;
}

async function takeAway(bench: Bench, n: number): Promise<void> {
  const networks = Array.from({ length: n }, (_, i) => `n${i}`);
  await bench.finish((await bench.client.networks.removeMany({ networks })).job);
  await sleep(SETTLED_MS);
}

const ACTS = {
  'bridge deleted': 'ip link del n0',
  'address added': 'ip address add 192.0.2.1/24 dev n0',
  'seal flushed': 'nft flush ruleset',
};

async function drifting(bench: Bench, host: SshTestHost, report: Report): Promise<void> {
  await create(bench, 1);
  const { id } = (await bench.client.hosts.show({ host: 'h0' })).host;
  for (const [name, act] of Object.entries(ACTS)) {
    const times: number[] = [];
    for (let i = 0; i < 25; i += 1) {
      const from = (await bench.client.events.list({ limit: 1 }))[0]?.seq ?? 0;
      const events = await bench.client.events.follow({ after: from });
      const started = performance.now();
      await host.shell.script(act, []);
      for await (const event of events) if (event.type === 'drift.repaired' && event.subjects.hostId === id) break;
      times.push(performance.now() - started);
    }
    report(figure('ssh', `${name}: repaired, p50`, 'ms', median(times)));
    report(figure('ssh', `${name}: repaired, p99`, 'ms', quantile(times, 0.99), { atMost: 500 }));
  }
  await takeAway(bench, 1);
}

/** Round trips are counted by what an activation costs more when each takes 200 ms. */
async function looking(bench: Bench, host: SshTestHost, report: Report): Promise<void> {
  const { client, finish } = bench;
  const how = await host.withRelay();
  await finish((await client.hosts.maintenance({ host: 'h0' })).job);
  await client.clusters.add({ name: 'far' });
  await finish((await client.hosts.add({ name: 'far', cluster: 'far', how })).job);
  const networks = Array.from({ length: MANY }, (_, i) => ({ name: `m${i}`, isIsolated: true, clusters: ['far'] }));
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
  await finish((await client.hosts.remove({ host: 'far' })).job);
  await finish((await client.hosts.activate({ host: 'h0' })).job);
}

/** The engine as a person has it, in the background, with all hosts connected and nothing to do; over more than one full look. */
async function idling(bench: Bench, n: number, report: Report): Promise<void> {
  await create(bench, NETWORKS);
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
  const seconds = 75;
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

/** Ansible as people write it (a task in a loop), and at its best (one batch for all). */
async function ansible(bench: Bench, net: SshHosts, theirs: readonly SshTestHost[], report: Report): Promise<void> {
  const inventory = join(net.folder, 'inventory');
  const ssh = `ansible_user=root ansible_ssh_private_key_file=${net.keyFile} ansible_python_interpreter=/usr/bin/python3`;
  writeFileSync(inventory, theirs.map(({ address }) => `${address} ${ssh}\n`).join(''));
  writeFileSync(join(net.folder, 'loop.yml'), LOOP);
  writeFileSync(join(net.folder, 'batch.yml'), BATCH);
  writeFileSync(join(net.folder, 'clean.yml'), CLEAN);
  writeFileSync(join(net.folder, 'create.sh'), bareCreation(NETWORKS));
  writeFileSync(join(net.folder, 'remove.sh'), bareRemoval(NETWORKS));
  const env = {
    ...process.env,
    ANSIBLE_HOST_KEY_CHECKING: 'False',
    ANSIBLE_FORKS: String(theirs.length),
    ANSIBLE_PIPELINING: 'True',
  };
  const play = (book: string) =>
    exec('ansible-playbook', ['-i', inventory, join(net.folder, book)], { env, cwd: net.folder, maxBuffer: 1 << 28 });
  const clean = () => play('clean.yml');
  const ours = async (): Promise<number> => {
    const ms = await create(bench, NETWORKS);
    await takeAway(bench, NETWORKS);
    return ms;
  };
  await play('batch.yml');
  await clean();
  const best = await interleaved(
    3,
    async () => {
      const { ms } = await timed(() => play('batch.yml'));
      await clean();
      return ms;
    },
    ours,
  );
  report(
    ranged(
      'ssh',
      `Ansible with one batch / ours, ${theirs.length} hosts`,
      best.map((pair) => pair.floor / pair.ours),
      { atLeast: 3 },
    ),
  );
  const { ms } = await timed(() => play('loop.yml'));
  await clean();
  report(
    ranged(
      'ssh',
      `Ansible in a loop / ours, ${theirs.length} hosts`,
      best.map((pair) => ms / pair.ours),
      { atLeast: 300 },
    ),
  );
}

const PLAY = `- hosts: all
  gather_facts: false
  tasks:
`;
const LOOP = `${PLAY}    - command: ip link add f{{ item }} type bridge stp_state 0 forward_delay 0 mcast_snooping 0
      loop: "{{ range(0, ${NETWORKS}) | list }}"
    - shell: echo 1 > /proc/sys/net/ipv6/conf/f{{ item }}/disable_ipv6
      loop: "{{ range(0, ${NETWORKS}) | list }}"
    - shell: nft -f - <<< 'table netdev floor { chain i{{ item }} { type filter hook ingress device "f{{ item }}" priority 0; policy drop; }; chain e{{ item }} { type filter hook egress device "f{{ item }}" priority 0; policy drop; }; }'
      args: { executable: /bin/bash }
      loop: "{{ range(0, ${NETWORKS}) | list }}"
    - command: ip link set f{{ item }} up
      loop: "{{ range(0, ${NETWORKS}) | list }}"
`;
const BATCH = `${PLAY}    - script: create.sh\n`;
const CLEAN = `${PLAY}    - script: remove.sh\n`;
