import { z } from 'zod';
import {
  type ChangeOf,
  type Network,
  type NetworkStretch,
  type PreviewLine,
  STRETCHED_MTU,
  type WayChoice,
  AppError,
  Id,
  isActive,
  note,
  say,
} from '../../contract';
import type { Core } from '../context';
import type { RunningJob } from '../core/jobs/job-kinds';
import type { Outcome, Scope } from '../core/scope';
import { presentNetwork } from '../networks/present';
import { assertMtuServes } from '../networks/rules';
import { newPair, pairsOf, prunePairs, stretchOf } from '../networks/stretches';
import { ConvergePayload, convergeJob, runConvergeSteps } from '../reconcile/converge-job';
import type { HostRow, NetworkRow, Repositories } from '../ports/store';
import {
  assertCanStretch,
  assertHasNetwork,
  assertHostsDiffer,
  assertIsMember,
  assertIsStretched,
  assertSameWorld,
  assertSeveralHosts,
  assertWayPossible,
  ruleS11StretchedIsIsolated,
} from './rules';

/** The job that sets up, changes or removes the tunnels of a network. */
export const STRETCH_JOB = 'networks.stretch';
export const UNSTRETCH_JOB = 'networks.unstretch';
export const StretchPayload = ConvergePayload;
export type StretchPayload = z.infer<typeof StretchPayload>;

interface StretchInput {
  readonly network: string;
  readonly hosts?: readonly string[] | undefined;
  readonly cluster?: string | undefined;
  readonly way?: WayChoice | undefined;
  readonly mtu?: number | undefined;
}

interface Options {
  /** Hosts that are being added may not have answered yet: what they lack shows when they are set up. */
  readonly unseen?: boolean;
}

/** `networks.stretch`: the members, their numbers and keys, and the job that connects them. */
export function stretchNetwork(
  scope: Scope,
  input: StretchInput,
  options: Options = {},
): Outcome<{ network: Network }> {
  const { tx } = scope;
  const network = scope.refs.network(input.network);
  ruleS11StretchedIsIsolated(network);
  const was = hostsOf(tx, network.stretch);
  const known = new Set(was.map(({ id }) => id));
  const added = chosenHosts(scope, network, input, options).filter(({ id }) => !known.has(id));
  const hosts = [...was, ...added];
  assertSeveralHosts(network, hosts);
  assertSameWorld(hosts);
  if (input.way !== undefined) assertWayPossible(hosts, input.way);
  const row: NetworkRow = { ...network, mtu: input.mtu ?? network.mtu };
  assertMtuServes(row);
  const vni = network.stretch?.vni ?? nextNumber(tx, 'vni', 16_777_215);
  const stretch = stretchOf(
    vni,
    hosts.map(({ id }) => id),
  );
  return writeStretch(scope, network, { stretch, mtu: row.mtu, way: input.way });
}

/** `networks.unstretch`: separates one host from the others, or all. */
export function unstretchNetwork(
  scope: Scope,
  input: { readonly network: string; readonly host?: string | undefined },
): Outcome<{ network: Network }> {
  const network = scope.refs.network(input.network);
  assertIsStretched(network);
  const { mtu, stretch } = network;
  if (input.host === undefined || !stretch) return writeStretch(scope, network, { stretch: null, mtu });
  const host = scope.refs.host(input.host);
  assertIsMember(network, host);
  const left = stretch.hosts.filter((id) => id !== host.id);
  return writeStretch(scope, network, { stretch: stretchOf(stretch.vni, left), mtu });
}

/** The job that tries direct ways. */
export const TRY_DIRECT_JOB = 'networks.tryDirect';
export const TryDirectPayload = z.strictObject({ networkId: Id, hostId: Id.nullable() });
export type TryDirectPayload = z.infer<typeof TryDirectPayload>;

/** `networks.tryDirect`: the direct way between hosts is tried again, of all or of one. */
export function tryDirect(
  scope: Scope,
  input: { readonly network: string; readonly host?: string | undefined },
): Outcome<{ network: Network }> {
  const { tx } = scope;
  const network = scope.refs.network(input.network);
  assertIsStretched(network);
  const host = input.host === undefined ? undefined : scope.refs.host(input.host);
  if (host) assertIsMember(network, host);
  const named = { network: network.name };
  return {
    output: { network: presentNetwork(tx, network) },
    lines: [say('preview.network.try_direct', named)],
    job: {
      kind: TRY_DIRECT_JOB,
      title: say('networks.try_direct', named),
      payload: { networkId: network.id, hostId: host?.id ?? null } satisfies TryDirectPayload,
      subjects: { networkId: network.id },
      steps: [{ title: say('networks.try_direct', named) }],
    },
  };
}

/** Runs such a job. */
export async function runTryDirectJob(core: Core, job: RunningJob<TryDirectPayload>): Promise<void> {
  const { networkId, hostId } = job.payload;
  const keys = pairsOf(core.store.networks.get(networkId)?.stretch?.hosts ?? []).filter(
    (key) => hostId === null || key.lowId === hostId || key.highId === hostId,
  );
  await job.step(1, async () => {
    await core.ways.tryDirect(keys);
    return null;
  });
}

/** Undoes a change: the members, as far as they still exist, and the MTU as they were. */
export function restoreStretch(scope: Scope, change: ChangeOf<'network.stretched'>): Outcome<{ network: Network }> {
  const network = scope.refs.network(change.networkId);
  const { was } = change;
  const hosts = hostsOf(scope.tx, was).map(({ id }) => id);
  const stretch = was === null ? null : stretchOf(was.vni, hosts);
  return writeStretch(scope, network, { stretch, mtu: change.mtu.was });
}

const hostsOf = (tx: Repositories, stretch: NetworkStretch | null): HostRow[] =>
  (stretch?.hosts ?? []).flatMap((id) => tx.hosts.get(id) ?? []);

/** The hosts of the input; each has the network, and what a tunnel needs. */
function chosenHosts(
  { tx, refs }: Scope,
  network: NetworkRow,
  input: StretchInput,
  { unseen = false }: Options,
): HostRow[] {
  const has = new Set(tx.attachments.ofNetwork(network.id).map(({ hostId }) => hostId));
  const { hosts: named, cluster } = input;
  if (named !== undefined && cluster !== undefined) {
    throw new AppError('BAD_INPUT', 'Hosts and a cluster are given', {
      rule: 'S11',
      field: 'cluster',
      remedy: note('Name the hosts, or the cluster whose hosts all get it.'),
    });
  }
  if (named !== undefined) {
    const hosts = named.map((ref, i) => refs.host(ref, `hosts.${i}`));
    assertHostsDiffer(hosts);
    hosts.forEach((host, i) => {
      assertHasNetwork(network, host, `hosts.${i}`, has.has(host.id));
      if (!unseen || host.capabilities !== null) assertCanStretch(host, `hosts.${i}`);
    });
    return hosts;
  }
  const all =
    cluster === undefined ? tx.hosts.list() : tx.hosts.ofCluster(refs.clusterIn(network.dataCenterId, cluster).id);
  const hosts = all.filter(({ id }) => has.has(id));
  const already = new Set(network.stretch?.hosts);
  for (const host of hosts)
    if (!already.has(host.id)) assertCanStretch(host, cluster === undefined ? 'hosts' : 'cluster');
  return hosts;
}

interface Stretching {
  readonly stretch: NetworkStretch | null;
  readonly mtu: number;
  readonly way?: WayChoice | undefined;
}

function writeStretch(
  scope: Scope,
  network: NetworkRow,
  { stretch, mtu, way }: Stretching,
): Outcome<{ network: Network }> {
  const { tx } = scope;
  const row: NetworkRow = { ...network, stretch, mtu };
  const was = hostsOf(tx, network.stretch);
  const hosts = hostsOf(tx, stretch);
  const ways = writeTunnels(tx, stretch, way);
  const isSame = was.length === hosts.length && hosts.every(({ id }) => was.some((host) => host.id === id));
  if (isSame && mtu === network.mtu && ways.length === 0)
    return { output: { network: presentNetwork(tx, network) }, lines: [say('preview.nothing', {})] };
  tx.networks.update(network.id, { stretch, mtu });
  prunePairs(tx);
  if (mtu !== network.mtu)
    for (const each of tx.attachments.ofNetwork(network.id)) tx.attachments.update(each, { state: 'pending' });
  if (!isSame || mtu !== network.mtu) emitStretched(scope, network, row, hosts, was);
  const concerned = (mtu === network.mtu ? [...hosts, ...was] : attachedHosts(tx, network.id)).filter(({ state }) =>
    isActive(state),
  );
  const title = say(stretch === null ? 'networks.unstretch' : 'networks.stretch', { network: network.name });
  const job = convergeJob(stretch === null ? UNSTRETCH_JOB : STRETCH_JOB, title, concerned, [network.id], {
    networkId: network.id,
  });
  return {
    output: { network: presentNetwork(tx, row) },
    lines: [...linesOf(network, row, hosts, was), ...ways],
    hosts: [...new Set(concerned.map(({ id }) => id))],
    ...(job ? { job } : {}),
  };
}

const attachedHosts = (tx: Repositories, networkId: string): HostRow[] =>
  tx.attachments.ofNetwork(networkId).flatMap(({ hostId }) => tx.hosts.get(hostId) ?? []);

/** Gives each member its number, and each pair of them its row. Returns what is said of changed ways. */
function writeTunnels(tx: Repositories, stretch: NetworkStretch | null, way: WayChoice | undefined): PreviewLine[] {
  if (stretch === null) return [];
  for (const hostId of stretch.hosts) {
    if (tx.tunnels.get(hostId)) continue;
    const number = nextNumber(tx, 'tunnel', 65_534);
    tx.tunnels.insert({ hostId, number, publicKey: null, nextKey: null, port: null, rotation: 'none' });
  }
  let changed = false;
  for (const key of pairsOf(stretch.hosts)) {
    const pair = tx.tunnelPairs.get(key);
    if (!pair) tx.tunnelPairs.insert(newPair(key, way));
    if (way === undefined || (pair?.choice ?? 'auto') === way) continue;
    changed = true;
    if (pair) tx.tunnelPairs.update(key, { choice: way });
  }
  if (!changed || way === undefined) return [];
  return [say('preview.network.ways', { hosts: hostsOf(tx, stretch).map(({ name }) => name), way })];
}

/** The next number of a kind; numbers are never used twice, so that no host or network is taken for a former one. */
function nextNumber(tx: Repositories, name: 'tunnel' | 'vni', most: number): number {
  const number = tx.counters.next(name) + 1;
  if (number <= most) return number;
  throw new AppError('CONFLICT', `All ${most} numbers for stretched networks have been used`, {
    rule: 'S11',
    remedy: note('Start with a new database, and add the hosts there.'),
  });
}

function emitStretched(
  { emit }: Scope,
  network: NetworkRow,
  row: NetworkRow,
  hosts: readonly HostRow[],
  was: readonly HostRow[],
): void {
  const names = hosts.map(({ name }) => name);
  const named = { network: network.name, hosts: names };
  emit(
    'network.updated',
    'normal',
    say('network.stretched', named),
    { networkId: network.id },
    {
      words: say('undo.network.stretched', { ...named, was: was.map(({ name }) => name) }),
      change: {
        kind: 'network.stretched',
        networkId: network.id,
        was: network.stretch,
        now: row.stretch,
        mtu: { was: network.mtu, now: row.mtu },
      },
    },
  );
}

function linesOf(
  network: NetworkRow,
  row: NetworkRow,
  hosts: readonly HostRow[],
  was: readonly HostRow[],
): PreviewLine[] {
  const lines: PreviewLine[] = [];
  const names = (all: readonly HostRow[]): string[] => all.map(({ name }) => name);
  const gone = was.filter(({ id }) => !hosts.some((host) => host.id === id));
  const isNew = hosts.some(({ id }) => !was.some((host) => host.id === id));
  if (isNew) lines.push(say('preview.network.stretch', { network: network.name, hosts: names(hosts) }));
  if (gone.length > 0)
    lines.push(say('preview.network.unstretch', { network: network.name, hosts: names(gone), stays: names(hosts) }));
  if (row.mtu !== network.mtu)
    lines.push(say('preview.network.mtu', { network: network.name, was: network.mtu, now: row.mtu }));
  if (isNew && row.mtu > STRETCHED_MTU)
    lines.push(say('preview.network.mtu_split', { network: network.name, mtu: row.mtu, fits: STRETCHED_MTU }));
  return lines;
}

/**
 * Runs such a job: first every host makes its key and is set up, then each gets the keys of the others. One host's failure does not
 * keep the others apart.
 */
export async function runStretchJob(core: Core, job: RunningJob<StretchPayload>): Promise<void> {
  const { hostIds, networkIds } = job.payload;
  await runConvergeSteps(core, job, hostIds, networkIds, 1);
  await Promise.all(
    hostIds.map(async (hostId) => {
      const actor = core.actors.find(hostId);
      if (actor?.connected === true) await actor.converge(job.signal, 'networks');
    }),
  );
}
