import { AppError, type JobState } from '../../../contract';
import type { AtollClient } from '../../../app/client';

/** Statements about the store, for example `network n1-3 mtu` is `1400`; `absent` for a thing that is not there. */
export type Facts = ReadonlyMap<string, string>;
export const ABSENT = 'absent';

/** What a command is to lead to, as statements. */
export type Desired = ReadonlyArray<readonly [about: string, value: string]>;

interface Entry {
  readonly what: string;
  readonly desired: Desired;
  /** `lost`: the engine died before it answered; the command may have been taken or not. */
  readonly outcome: 'acknowledged' | 'lost';
  readonly job: string | null;
}

type Send = (client: AtollClient) => Promise<{ readonly job: string | null }>;

const FINAL: ReadonlySet<JobState> = new Set<JobState>(['succeeded', 'failed', 'cancelled']);

/** The code of an error that a person may get; what should never happen is thrown on. */
function codeOf(error: unknown): string {
  if (error instanceof AppError && error.code !== 'INTERNAL' && error.code !== 'STORE_FAILED') return error.code;
  throw error;
}

/**
 * Keeps what was asked of an engine that is killed at any moment, and says afterwards what the store may hold:
 * an acknowledged command has had its effect (or its job says that it failed), one whose answer was lost may have had it,
 * a refused one changed nothing.
 */
export class Ledger {
  private entries: Entry[] = [];
  private known = new Map<string, string>();
  readonly counts = { acknowledged: 0, lost: 0, refused: 0 };

  /** Sends a command. False once the engine is gone. Whatever else goes wrong is a refusal, and to be one of ours. */
  async send(client: AtollClient, what: string, desired: Desired, command: Send): Promise<boolean> {
    return (await this.answerOf(client, what, desired, command)) !== 'gone';
  }

  /** The same, and waits for the job: what is asked next of the same thing then has its effect later. */
  async sendAndWait(client: AtollClient, what: string, desired: Desired, command: Send): Promise<boolean> {
    const answer = await this.answerOf(client, what, desired, command);
    if (answer === 'gone') return false;
    if (answer === 'refused' || answer.job === null) return true;
    try {
      const states = await client.jobs.follow({ job: answer.job });
      for await (const { state } of states) if (FINAL.has(state)) break;
      return true;
    } catch (error) {
      if (codeOf(error) === 'ENGINE_GONE') return false;
      throw error;
    }
  }

  private async answerOf(
    client: AtollClient,
    what: string,
    desired: Desired,
    command: Send,
  ): Promise<{ readonly job: string | null } | 'refused' | 'gone'> {
    try {
      const { job } = await command(client);
      this.counts.acknowledged += 1;
      this.entries.push({ what, desired, outcome: 'acknowledged', job });
      return { job };
    } catch (error) {
      const code = codeOf(error);
      if (code !== 'ENGINE_GONE') {
        this.counts.refused += 1;
        return 'refused';
      }
      this.counts.lost += 1;
      this.entries.push({ what, desired, outcome: 'lost', job: null });
      return 'gone';
    }
  }

  /** What the last look at the store said about something. */
  lastKnown(about: string): string {
    return this.known.get(about) ?? ABSENT;
  }

  /**
   * Compares with what the store says now, and takes that as known from here on. `jobState` gives the state of a job,
   * null when the store does not know it. Returns what is wrong, in words.
   */
  async settle(facts: Facts, jobState: (id: string) => Promise<string | null>): Promise<string[]> {
    const problems: string[] = [];
    const allowed = new Map<string, Set<string>>();
    for (const { what, desired, outcome, job } of this.entries) {
      const state = job === null ? 'succeeded' : await jobState(job);
      if (state === null) problems.push(`${what}: acknowledged, but its job ${job} is not in the store`);
      const sure = outcome === 'acknowledged' && state === 'succeeded';
      for (const [about, value] of desired) {
        const before = sure ? [] : (allowed.get(about) ?? [this.lastKnown(about)]);
        allowed.set(about, new Set([...before, value]));
      }
    }
    for (const [about, values] of allowed) {
      const value = facts.get(about) ?? ABSENT;
      if (!values.has(value))
        problems.push(`${about} is ${value}, not ${[...values].join(' or ')}; asked were ${this.askedAbout(about)}`);
    }
    this.entries = [];
    this.known = new Map(facts);
    return problems;
  }

  private askedAbout(about: string): string {
    return this.entries
      .filter(({ desired }) => desired.some(([each]) => each === about))
      .map(({ what, outcome }) => `${what} (${outcome})`)
      .join(', ');
  }
}

/** What a store holds, in the words of the ledger. */
export async function readFacts(client: AtollClient): Promise<Facts> {
  const [networks, vms, hosts, clusters] = await Promise.all([
    client.networks.list({}),
    client.vms.list({}),
    client.hosts.list({}),
    client.clusters.list({}),
  ]);
  const facts = new Map<string, string>();
  const networkName = new Map(networks.map(({ id, name }) => [id, name]));
  const main = clusters.find(({ name }) => name === 'Default')?.id;
  for (const { name, mtu, clusters: of } of networks) {
    facts.set(`network ${name}`, 'present');
    facts.set(`network ${name} mtu`, String(mtu));
    facts.set(`network ${name} attached`, of.some(({ clusterId }) => clusterId === main) ? 'yes' : 'no');
  }
  for (const { name, vnics } of vms) {
    facts.set(`vm ${name}`, 'present');
    for (const vnic of vnics) {
      const about = `vnic ${name} ${vnic.name}`;
      facts.set(`${about} network`, networkName.get(vnic.networkId ?? '') ?? 'none');
      facts.set(`${about} plugged`, vnic.plugged ? 'yes' : 'no');
      facts.set(`${about} linked`, vnic.linked ? 'yes' : 'no');
    }
  }
  for (const { name, state } of hosts) facts.set(`host ${name} maintenance`, state === 'maintenance' ? 'yes' : 'no');
  return facts;
}
