import { existsSync } from 'node:fs';
import Database from 'better-sqlite3';
import type { AtollClient } from '../../../app/client';
import type { Home } from '../../../app/home';
import { type Network, type Vm, isActive, isRunning } from '../../../contract';
import { Lab } from '../../../hosts/lab/life';
import { sealTable } from '../../../hosts/linux/seal';
import type { Shell } from '../../../hosts/shell';
import { LabShell } from '../../../hosts/shells/lab';
import { type Process, allProcesses, namespaceOf, processesOf } from '../processes';
import { textOf } from '../../../english';

/** Whatever is on a host, as tools tell it that know nothing of the engine. */
const LOOK = `
ip -o -d link show type bridge
echo ==
nft list table netdev "$1" 2>/dev/null | sed -n 's/^.*chain \\(in_\\|out_\\)\\(.*\\) {.*$/\\1 \\2/p'
echo ==
virsh -q 'list --all --uuid; echo ==; list --state-running --uuid' | sed 's/^==/==\\n/'
printf '\n==\n'
ls "$2" 2>/dev/null
`;

interface Inside {
  /** Bridges that carry the store's mark: network id by name. */
  readonly bridges: ReadonlyMap<string, string>;
  readonly chains: readonly string[];
  readonly domains: readonly string[];
  readonly running: readonly string[];
  readonly diskFolders: readonly string[];
}

/** A host that chaos can look into past the engine. */
export interface Inspected {
  /** As the engine calls it. */
  readonly name: string;
  readonly shell: Pick<Shell, 'script'>;
  /** Where VMs have their disks on it. */
  disks(hostId: string, storeId: string): string;
}

/** A lab of a home. */
export const labOf = (home: Home, name: string, hostId: string): Inspected => {
  const lab = new Lab(home.path, hostId);
  return { name, shell: new LabShell(lab), disks: () => lab.paths.disks };
};

/** What only an engine starts on a host over SSH; none is left once it has gone. */
const WATCHERS = `for p in /proc/[0-9]*; do tr '\\0' ' ' <$p/cmdline 2>/dev/null; echo; done | grep -E '^(ip monitor|nft -j monitor|virsh .*event )' || :`;

export async function watchersLeft({ name, shell }: Inspected): Promise<string[]> {
  const { stdout } = await shell.script(WATCHERS, []);
  return stdout
    .split('\n')
    .flatMap((line) => (line.trim() === '' ? [] : [`a watcher is left on ${name}: ${line.trim()}`]));
}

async function lookInside({ shell, disks }: Inspected, hostId: string, storeId: string): Promise<Inside> {
  const { stdout } = await shell.script(LOOK, [sealTable(storeId), disks(hostId, storeId)]);
  const [links = [], chains = [], domains = [], running = [], diskFolders = []] = stdout
    .split('==\n')
    .map((text) => text.split('\n').filter((line) => line.trim() !== ''));
  const mark = new RegExp(`^\\d+: (\\S+?):.*\\balias atoll:${storeId}:(\\S+)`);
  const bridges = links.flatMap((line) => {
    const [, name, networkId] = mark.exec(line) ?? [];
    return name !== undefined && networkId !== undefined ? [[name, networkId] as const] : [];
  });
  return { bridges: new Map(bridges), chains, domains, running, diskFolders };
}

/** What the store holds that concerns every host; read once for all of them. */
export interface Stored {
  readonly storeId: string;
  readonly networks: readonly Network[];
  readonly vms: readonly Vm[];
}

export async function readStored(client: AtollClient): Promise<Stored> {
  const [{ storeId }, networks, vms] = await Promise.all([
    client.system.status(),
    client.networks.list({}),
    client.vms.list({}),
  ]);
  return { storeId, networks, vms };
}

/** So many hosts are looked at side by side: all of them share the processors with the engine. */
const AT_ONCE = 4;

/** Does the same for each, a few at a time. */
export async function fewAtOnce<T>(items: readonly T[], work: (item: T) => Promise<string[]>): Promise<string[]> {
  const found: string[] = [];
  const waiting = [...items];
  const next = async (): Promise<void> => {
    for (let item = waiting.shift(); item !== undefined; item = waiting.shift()) found.push(...(await work(item)));
  };
  await Promise.all(Array.from({ length: AT_ONCE }, next));
  return found;
}

/** Everything on a host that the store does not account for, and the other way round, in words. */
export async function insideProblems(at: Inspected, client: AtollClient, stored: Stored): Promise<string[]> {
  const { storeId, networks } = stored;
  const { host, attachments } = await client.hosts.show({ host: at.name });
  const late = attachments.filter(({ state }) => state !== 'in_sync');
  // What the engine itself has not done yet need not be looked for.
  if (late.length > 0)
    return late.map(({ networkId, state, message }) => `${at.name}: ${networkId} is ${state}: ${message}`);
  const vms = stored.vms.filter(({ hostId }) => hostId === host.id);
  const inside = await lookInside(at, host.id, storeId);
  const bridgeOf = new Map(networks.map(({ id, bridge }) => [id, bridge]));
  const wanted = attachments.map(({ networkId }) => bridgeOf.get(networkId) ?? networkId);
  const vmIds = new Set(vms.map(({ id }) => id));
  const shouldRun = vms.filter(({ state }) => isRunning(state)).map(({ id }) => id);
  const problems = [
    ...differences('bridge of ours', [...inside.bridges.keys()], wanted),
    ...differences(
      'seal chain',
      inside.chains,
      wanted.flatMap((bridge) => [`in_ ${bridge}`, `out_ ${bridge}`]),
    ),
    ...inside.domains.filter((id) => !vmIds.has(id)).map((id) => `the domain ${id} belongs to no VM`),
    ...differences('running VM', inside.running, shouldRun),
    ...inside.diskFolders.filter((id) => !vmIds.has(id)).map((id) => `the disk folder ${id} belongs to no VM`),
  ];
  return problems.map((words) => `${at.name}: ${words}`);
}

function differences(what: string, found: readonly string[], wanted: readonly string[]): string[] {
  return [
    ...found.filter((name) => !wanted.includes(name)).map((name) => `there is a ${what} too many: ${name}`),
    ...wanted.filter((name) => !found.includes(name)).map((name) => `a ${what} is missing: ${name}`),
    ...found.filter((name, i) => found.indexOf(name) !== i).map((name) => `there are two of the ${what} ${name}`),
  ];
}

/** Active hosts that are not up. */
export async function hostsNotUp(client: AtollClient): Promise<string[]> {
  const hosts = await client.hosts.list({});
  return hosts
    .filter(({ state }) => isActive(state) && state !== 'up')
    .map(
      ({ name, state, reason }) => `the host ${name} is ${state}: ${reason === null ? 'no reason' : textOf(reason)}`,
    );
}

/** What is left to do on hosts that are up. */
export async function leftToDo(client: AtollClient): Promise<string[]> {
  const up = (await client.hosts.list({})).filter(({ state }) => state === 'up');
  return fewAtOnce(up, async ({ name }) => {
    const { preview } = await client.hosts.sync({ host: name, dryRun: true });
    return (preview?.hosts ?? []).flatMap(({ changes, problem }) =>
      [...changes, ...(problem === null ? [] : [problem])].map((words) => `left to do on ${name}: ${words}`),
    );
  });
}

/** Jobs that have not ended, in words. */
export async function openJobs(client: AtollClient): Promise<string[]> {
  const states = ['queued', 'running', 'interrupted'] as const;
  const lists = await Promise.all(states.map((state) => client.jobs.list({ state, limit: 1000 })));
  return lists.flat().map(({ title, state }) => `the job "${textOf(title)}" is ${state}`);
}

/** The lab's own processes; everything else in it is a command of some engine. */
const LAB_PROGRAMS = /(^|\/)(unshare|bash|sleep|virtlogd|libvirtd|dnsmasq|qemu-system-[^/]*)$/;

/** Processes that are neither of the lab nor of the engine that runs now (null: none may). */
export function strayProcesses(home: Home, labPid: number | null, enginePid: number | null): string[] {
  const namespaces = labPid === null ? [] : [namespaceOf(labPid, 'pid'), namespaceOf(labPid, 'net')];
  const parents = parentsNow();
  return processesOf(home.path, namespaces)
    .filter(
      (process) => !LAB_PROGRAMS.test(process.argv[0] ?? '') && !isBelow(process, [enginePid, OURSELVES], parents),
    )
    .map(({ pid, argv }) => `the process ${pid} is left: ${argv.join(' ').slice(0, 200)}`);
}

/** The test, which keeps a shell in the lab as an engine does. */
const OURSELVES = process.pid;

/** Whether a process descends from one of these. */
function isBelow({ pid }: Process, of: readonly (number | null)[], parents: ReadonlyMap<number, number>): boolean {
  for (let at: number | undefined = pid; at !== undefined && at > 1; at = parents.get(at))
    if (of.includes(at)) return true;
  return false;
}

const parentsNow = (): Map<number, number> => new Map(allProcesses().map(({ pid, parent }) => [pid, parent]));

/** What SQLite finds wrong with a store. */
export function storeProblems(home: Home): string[] {
  if (!existsSync(home.store)) return ['the store is gone'];
  const db = new Database(home.store, { readonly: true });
  try {
    const broken = db.pragma('integrity_check') as Array<{ integrity_check: string }>;
    const dangling = db.pragma('foreign_key_check') as unknown[];
    return [
      ...broken.map((row) => row.integrity_check).filter((words) => words !== 'ok'),
      ...dangling.map((row) => `a reference leads nowhere: ${JSON.stringify(row)}`),
    ];
  } finally {
    db.close();
  }
}
