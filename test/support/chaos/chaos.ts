import { setTimeout as sleep } from 'node:timers/promises';
import { connectEngine, type AtollClient, type EngineConnection } from '../../../app/client';
import { type Home, homeAt } from '../../../app/home';
import { AppError } from '../../../contract';
import { Lab } from '../../../hosts/lab/life';
import { AtollCli } from '../atoll-cli';
import { isAlive, kill9 } from '../processes';
import type { Program } from '../program';
import { type Actor, BASE_NETWORKS, HostActor, LAB, NetworkActor, SIMULATED, VmActor } from './actors';
import { sharedFolders } from '../../../hosts/shared/folders';
import { SshHosts } from '../ssh-hosts';
import {
  type Inspected,
  fewAtOnce,
  hostsNotUp,
  insideProblems,
  labOf,
  leftToDo,
  openJobs,
  readStored,
  storeProblems,
  strayProcesses,
  watchersLeft,
} from './inspect';
import { Ledger, readFacts } from './ledger';
import { Random } from './random';
import { textOf } from '../../../english';

/** What a run of chaos came to. `settling`: how long each point took to come to rest, in milliseconds. */
export interface ChaosReport {
  readonly seed: number;
  readonly settling: readonly number[];
  readonly points: number;
  readonly kills: number;
  readonly counts: Ledger['counts'];
  readonly failedJobs: readonly string[];
  readonly problems: readonly string[];
}

export interface ChaosOptions {
  readonly program: Program;
  readonly seed: number;
  readonly points: number;
  /** Whether VMs can run in a lab here; else only its networks are shaken. */
  readonly withVms: boolean;
  /** So many hosts over SSH beside the lab and the simulated ones. */
  readonly sshHosts: number;
  readonly say: (line: string) => void;
  /** Called after each point, so that a run that is cut off is not lost. */
  readonly onPoint?: (report: ChaosReport) => void;
  /** Ends the run after the running point, and removes everything that was created. */
  readonly enough?: AbortSignal;
}

/** The engine dies at most so long after the first command of a point, and the next one after it was started. Milliseconds. */
const LONGEST_LIFE_MS = 1_500;
const SECOND_LIFE_MS = 600;
/** What is left must have changed by then: a slow machine is none that hangs. */
const STUCK_AFTER_MS = 90_000;
/** However slow it is. */
const SETTLED_WITHIN_MS = 900_000;
/** The longest pause between two looks (ms); each pause is as long as the look before it, which takes time from the engine. */
const LONGEST_PAUSE_MS = 5_000;

/**
 * Kills the engine of a home with -9 at random points of its work, each time looks whether the next one brings all of it to
 * an end, and whether anything is lost or left. Stops at the first point at which something is wrong, and says what.
 */
export async function runChaos(options: ChaosOptions): Promise<ChaosReport> {
  const chaos = new Chaos(options);
  try {
    await chaos.prepare();
    const more = (point: number): boolean =>
      point <= options.points && chaos.problems.length === 0 && options.enough?.aborted !== true;
    for (let point = 1; more(point); point += 1) {
      await chaos.point(point);
      options.onPoint?.(chaos.report());
    }
    if (chaos.problems.length === 0) await chaos.end();
  } finally {
    await chaos.dispose();
  }
  return chaos.report();
}

class Chaos {
  readonly problems: string[] = [];
  private readonly failedJobs: string[] = [];
  private readonly ledger = new Ledger();
  private readonly atoll: AtollCli;
  private readonly home: Home;
  private readonly actors: readonly Actor[];
  private readonly random: Random;
  private readonly settling: number[] = [];
  private kills = 0;
  private done = 0;
  private lab: Lab | null = null;
  private net: SshHosts | null = null;
  /** The lab and the hosts over SSH. */
  private readonly inspected: Inspected[] = [];

  constructor(private readonly options: ChaosOptions) {
    const { program, seed, withVms } = options;
    this.atoll = new AtollCli(program);
    this.home = homeAt(this.atoll.home);
    const { ledger } = this;
    this.random = new Random(seed);
    const randomOf = (i: number): Random => new Random(seed * 31 + i);
    this.actors = [
      new NetworkActor('n1', randomOf(1), ledger),
      new NetworkActor('n2', randomOf(2), ledger),
      new HostActor(randomOf(3), ledger),
      ...(withVms ? ['v1', 'v2', 'v3'].map((name, i) => new VmActor(name, randomOf(4 + i), ledger)) : []),
    ];
  }

  /** One lab, simulated hosts beside it, and networks that VMs can always stand on. */
  async prepare(): Promise<void> {
    await this.atoll.ok('host', 'add', LAB, '--lab');
    for (const name of SIMULATED) await this.atoll.ok('host', 'add', name, '--simulated', '--delay', '30');
    await this.addOverSsh();
    await this.atoll.ok('network', 'add', ...BASE_NETWORKS, '--isolated', '--cluster', 'Default');
    const { client, info, close } = await this.connect();
    const { host } = await client.hosts.show({ host: LAB });
    this.lab = new Lab(this.home.path, host.id);
    this.inspected.push(labOf(this.home, LAB, host.id));
    await this.ledger.settle(await readFacts(client), () => Promise.resolve('succeeded'));
    this.options.say(`engine ${info.pid} with the lab ${host.id} in ${this.home.path}`);
    close();
  }

  private async addOverSsh(): Promise<void> {
    const { sshHosts, say } = this.options;
    if (sshHosts === 0) return;
    this.net = await SshHosts.open();
    const { client, close } = await this.connect();
    for (let i = 0; i < sshHosts; i += 1) {
      const machine = await this.net.add();
      const name = `ssh${i}`;
      const { job } = await client.hosts.add({ name, how: machine.how() });
      for await (const { state, error } of job === null ? [] : await client.jobs.follow({ job }))
        if (state === 'failed') throw new Error(`${name}: ${error?.message}`);
      const disks = (_hostId: string, storeId: string): string => sharedFolders(storeId).disks;
      this.inspected.push({ name, shell: machine.shell, disks });
    }
    close();
    say(`${sshHosts} hosts over SSH`);
  }

  /** A burst of commands, a death in the middle of it, often a second one, and then a look at everything. */
  async point(number: number): Promise<void> {
    const connection = await this.connect();
    const acting = this.actors.map((actor) => this.keepActing(actor, connection.client));
    await this.killAfter(connection, this.random.int(0, LONGEST_LIFE_MS));
    await Promise.all(acting);
    connection.close();
    if (this.random.chance(0.4)) {
      const second = await this.connect();
      await this.killAfter(second, this.random.int(0, SECOND_LIFE_MS));
      second.close();
    }
    const begun = Date.now();
    const next = await this.connect();
    const left = await this.settled(next.client);
    this.problems.push(...left, ...(await this.lookAround(next)));
    next.close();
    this.done = number;
    this.settling.push(Date.now() - begun);
    const { acknowledged, lost, refused } = this.ledger.counts;
    const words = left.length === 0 ? `converged in ${Date.now() - begun} ms` : 'NOT converged';
    this.options.say(
      `point ${number}: ${words} (so far ${acknowledged} acknowledged, ${lost} lost, ${refused} refused)`,
    );
  }

  /** Ended in good order, the engine leaves the lab and nothing else; the lab, removed, leaves nothing at all. */
  async end(): Promise<void> {
    await this.atoll.ok('stop');
    for (const at of this.inspected.slice(1)) this.problems.push(...(await watchersLeft(at)));
    const labPid = this.lab?.find()?.pid ?? null;
    this.problems.push(...(await this.noStrays(labPid, null)), ...storeProblems(this.home));
    await this.atoll.ok('lab', 'remove', LAB, '--yes');
    await this.atoll.ok('stop');
    this.problems.push(...(await this.noStrays(null, null)));
  }

  report(): ChaosReport {
    const { seed } = this.options;
    const { done, kills, ledger, failedJobs, problems, settling } = this;
    return { seed, points: done, kills, counts: { ...ledger.counts }, failedJobs, problems, settling };
  }

  async dispose(): Promise<void> {
    await this.atoll.dispose();
    await this.net?.remove();
  }

  /** The next command starts an engine where none runs. */
  private async connect(): Promise<EngineConnection> {
    await this.atoll.ok('host', 'list');
    const connection = await connectEngine(this.home);
    if (connection) return connection;
    throw new Error('a command has run, yet no engine answers');
  }

  private async keepActing(actor: Actor, client: AtollClient): Promise<void> {
    while (await actor.act(client)) await sleep(0);
  }

  private async killAfter({ info, closed }: EngineConnection, ms: number): Promise<void> {
    await sleep(ms);
    kill9(info.pid);
    this.kills += 1;
    await closed;
    while (isAlive(info.pid)) await sleep(1);
  }

  /** Waits until nothing is running any more; returns what still is when the time is over. */
  private async settled(client: AtollClient): Promise<string[]> {
    const end = Date.now() + SETTLED_WITHIN_MS;
    for (let before = '', changedAt = Date.now(); ;) {
      const from = Date.now();
      const left = await this.left(client);
      if (left.length === 0) return [];
      const words = [...left].sort().join('\n');
      if (words !== before) [before, changedAt] = [words, Date.now()];
      if (Date.now() > end || Date.now() - changedAt > STUCK_AFTER_MS) return left;
      await sleep(Math.min(LONGEST_PAUSE_MS, Math.max(200, Date.now() - from)));
    }
  }

  /** What is running, or differs from the desired state. The hosts themselves are asked only once the engine says that all is done. */
  private async left(client: AtollClient): Promise<string[]> {
    const early = [...(await openJobs(client)), ...(await hostsNotUp(client))];
    if (early.length > 0) return early;
    const stored = await readStored(client);
    const inside = await fewAtOnce(this.inspected, (at) => insideProblems(at, client, stored));
    return inside.length > 0 ? inside : leftToDo(client);
  }

  private async lookAround({ client, info }: EngineConnection): Promise<string[]> {
    const jobState = async (job: string): Promise<string | null> => {
      try {
        const { state, title, error } = await client.jobs.show({ job });
        if (state !== 'succeeded') this.failedJobs.push(`${textOf(title)}: ${state}: ${error?.message}`);
        return state;
      } catch (error) {
        if (error instanceof AppError && error.code === 'NOT_FOUND') return null;
        throw error;
      }
    };
    return [
      ...(await this.ledger.settle(await readFacts(client), jobState)),
      ...(await this.noStrays(this.lab?.find()?.pid ?? null, info.pid)),
      ...storeProblems(this.home),
    ];
  }

  /** Commands of an engine that died may take a moment to end. */
  private async noStrays(labPid: number | null, enginePid: number | null): Promise<string[]> {
    let strays: string[] = [];
    for (const end = Date.now() + 15_000; Date.now() < end; await sleep(100)) {
      strays = strayProcesses(this.home, labPid, enginePid);
      if (strays.length === 0) return [];
    }
    return strays;
  }
}
