import { execFile } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import type { SshHosts, SshTestHost } from '../support/ssh-hosts';
import { BareSsh } from './bare-ssh';
import { type Bench, timed } from './kit';

const exec = promisify(execFile);
/** The engine's own work after a job, such as the observation that the host's notices cause. */
const SETTLED_MS = 700;
/** Starts of namespace hosts that run side by side. */
const AT_ONCE = 4;

/** What a piece of work took: on the clock, and of this process's own processor time. */
export interface Cost {
  readonly ms: number;
  readonly processorMs: number;
}

/** Measures both. For the engine: all of it runs in this process, while the hosts' tools are processes of their own. */
export async function costOf(fn: () => Promise<unknown>): Promise<Cost> {
  const before = process.cpuUsage();
  const { ms } = await timed(fn);
  const { user, system } = process.cpuUsage(before);
  return { ms, processorMs: (user + system) / 1000 };
}

/**
 * Pairs of like hosts: one of each for the engine, one for the bare tools. Between rounds they lose their power instead of their bridges:
 * the kernel then deletes all of them with their namespaces, at 10 ms each, where `ip link del` and the engine's removal take 18.
 */
export class Fleet {
  readonly ours: SshTestHost[] = [];
  readonly theirs: SshTestHost[] = [];
  readonly bare: BareSsh[] = [];
  private networks: string[] = [];

  constructor(
    readonly bench: Bench,
    readonly net: SshHosts,
  ) {}

  /** Makes it at least `n` hosts of ours, h0 to h(n-1), and as many bare ones (or `theirs`). */
  async grow(n: number, theirs = n): Promise<void> {
    while (this.ours.length < n) {
      const host = await this.net.add();
      const name = `h${this.ours.push(host) - 1}`;
      await this.bench.finish((await this.bench.client.hosts.add({ name, how: host.how() })).job);
    }
    while (this.theirs.length < theirs) {
      const host = await this.net.add();
      this.theirs.push(host);
      this.bare.push(await BareSsh.open(host.address, this.net.keyFile));
    }
  }

  /** Creates n isolated networks on all hosts of ours: from the command to the end of its job, when all hosts have been observed again. */
  async create(n: number): Promise<Cost> {
    const { client, finish } = this.bench;
    this.networks = Array.from({ length: n }, (_, i) => `n${i}`);
    const networks = this.networks.map((name) => ({ name, isIsolated: true, clusters: ['Default'] }));
    const cost = await costOf(async () => finish((await client.networks.addMany({ networks })).job));
    await sleep(SETTLED_MS);
    return cost;
  }

  /** Gives every host a new namespace with nothing in it, connected as before; returns when the kernel has deleted the old ones. */
  async renew(): Promise<void> {
    const { client, finish } = this.bench;
    const names = this.ours.map((_, i) => `h${i}`);
    await each(names, async (host) => finish((await client.hosts.maintenance({ host })).job));
    for (const bare of this.bare) bare.close();
    const all = [...this.ours, ...this.theirs];
    await Promise.all(all.map((host) => host.powerOff()));
    if (this.networks.length > 0) await finish((await client.networks.removeMany({ networks: this.networks })).job);
    this.networks = [];
    await untilDeleted();
    await each(all, (host) => host.powerOn());
    await each(names, async (host) => finish((await client.hosts.activate({ host })).job));
    for (const [i, host] of this.theirs.entries()) this.bare[i] = await BareSsh.open(host.address, this.net.keyFile);
    await sleep(SETTLED_MS);
  }

  close(): void {
    for (const bare of this.bare) bare.close();
  }
}

async function each<T>(items: readonly T[], fn: (item: T) => Promise<unknown>): Promise<void> {
  const left = [...items];
  const work = async (): Promise<void> => {
    for (let item = left.shift(); item !== undefined; item = left.shift()) await fn(item);
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
}

/** The kernel deletes namespaces in the background, under the lock that a link in any other one waits for. */
export async function untilDeleted(): Promise<void> {
  for (let i = 0; i < 3; i += 1) {
    await sleep(100);
    await exec('unshare', ['--net', 'ip', 'link', 'set', 'lo', 'up']);
  }
}
