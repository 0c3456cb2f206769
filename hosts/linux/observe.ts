import { randomBytes } from 'node:crypto';
import { AppError, note } from '../../contract';
import type { ObservedServices } from '../../engine/ports/services';
import { LOOK_AT_FILTER } from './forward-filter';
import { readLinks } from './ip-json';
import { endOwner, keyFile, tunnelDevice, tunnelNamespace } from './stretch/names';
import { LOOK_AT_TUNNEL, readTunnel, type TunnelLook } from './stretch/observe';
import { INSPECT_TUNNEL, tunnelFolder } from './stretch/scripts';
import { CommandError } from '../command-error';
import type { Shell } from '../shell';
import { keepFile } from './persistence/restore-file';
import type { Probing } from './names';
import { NetworkParser } from './network-parser';
import type { ObservedNetwork } from './observe-parse';
import { ROOT_RUN } from './root-run';
import { sealTable } from './seal';
import { livingServers, LOOK_AT_SERVERS, observedServices } from './services/observe';
import { LOOK_AT_SPEEDS, SYSFS_NET } from './speeds';

/** What an observation reports about the machine itself. Memory in MiB. */
export interface ObservedMachine {
  readonly hostname: string;
  readonly kernel: string;
  readonly bootId: string;
  readonly cpus: number;
  readonly memoryMiB: number;
  readonly memoryFreeMiB: number;
}

export interface Look {
  readonly machine: ObservedMachine;
  readonly network: ObservedNetwork;
  readonly services: readonly ObservedServices[];
  /** Process ids of the servers that live. */
  readonly servers: readonly string[];
  readonly tunnel: TunnelLook;
  /** The digest in the file that recreates our networks at boot; null: there is none. */
  readonly kept: string | null;
  /** The filter between ports, as nft lists it, empty if it is not there; null if it was not asked for. */
  readonly filter: string | null;
}

/**
 * A part of the observation's script: prints the routes of both families, a list each. Without routes (as in a lab, where only lo has
 * some of IPv6) it takes no process.
 */
const LOOK_AT_ROUTES = `
look_at_routes() {
  { read -r _ && ! read -r _; } </proc/net/route || ip -j -4 route
  while read -r route; do
    case $route in *' lo') ;; *) ip -j -6 route; break ;; esac
  done </proc/net/ipv6_route
}
`;

/** With more interfaces than these one grep is faster than a shell that reads a file of each. */
const MOST_READ_BY_SHELL = 64;

/**
 * A part of the observation's script: prints the paths of the files $2 and on without a line `1`, and then $1, which has none. Without a
 * process where it can. A file that has disappeared in the meantime is left out. (A shell reads byte by byte, and such a file of /proc ends
 * for it after the first: `read` fails, but not without that byte.)
 */
const LOOK_AT_IPV6 = `
look_at_ipv6() {
  if [ $# -gt ${MOST_READ_BY_SHELL + 1} ]; then last=$1; shift; grep -Lx 1 -- "$@" "$last" 2>/dev/null; return; fi
  last=$1; shift
  for file; do
    off=; { read -r off <"$file"; } 2>/dev/null
    case $off in 1 | '') ;; *) printf '%s\\n' "$file" ;; esac
  done
  printf '%s\\n' "$last"
}
`;

/**
 * One round trip, three readers in parallel: ip, which takes longest, writes directly to stdout; nft and what the shell reads
 * itself (a process for each file would double the time for a small host) follow it. disable_ipv6 is read from files, since no netlink
 * tool reports it: by the shell, or at 3,000 interfaces, where that takes a third longer, by one grep for all. It prints the paths of those on
 * which IPv6 is ON (in a lab, none) and, when it has finished, $3. $1 table, $2 a random word that ends each section, $3 a file
 * without a line `1`, $4 the boot file (persistence/), of which the second line is read, $5 to $9 as `look_at_tunnel` has them, then the
 * table for `look_at_filter` and the NICs for `look_at_speeds`. The time of the file `seen-TABLE` says when this store last observed the host (other-store.ts).
 */
const SCRIPT = `${LOOK_AT_ROUTES}${LOOK_AT_IPV6}${LOOK_AT_SERVERS}${LOOK_AT_TUNNEL}${LOOK_AT_FILTER}${LOOK_AT_SPEEDS}
ip -j -d address & links=$!
rest=$(
  { nft -j list table netdev "$1" 2>&1; printf '\\n%s %s\\n' "$2" $?
    look_at_routes 2>/dev/null; printf '%s 0\\n' "$2"
    look_at_filter "\${10}"; printf '%s 0\\n' "$2"; } & seals=$!
  speaking=$(if cd /proc/sys/net/ipv6/conf 2>/dev/null; then look_at_ipv6 "$3" */disable_ipv6; else echo "$3"; fi)
  for file in kernel/hostname kernel/osrelease kernel/random/boot_id; do
    read -r line <"/proc/sys/$file"; machine="$machine$line
"; done
  { read -r cpus </sys/devices/system/cpu/online; } 2>/dev/null || cpus=0-$(($(nproc) - 1))
  { read -r total; read -r free; read -r available; } </proc/meminfo
  for pid in ${ROOT_RUN}/dhcp/*; do
    case $pid in *.leases) continue ;; esac
    { read -r id <"$pid" && kill -0 "$id"; } 2>/dev/null && clients="$clients \${pid##*/}"
  done
  { read -r kept; read -r kept; } 2>/dev/null <"$4"
  [ -d ${ROOT_RUN} ] || (umask 077; mkdir ${ROOT_RUN}) 2>/dev/null; true 2>/dev/null >"${ROOT_RUN}/seen-$1"
  wait "$seals"; printf '%s\\n%s 0\\n%s\\n%s 0\\n%s\\n%s 0\\n' "$speaking" "$2" "$clients" "$2" "$kept" "$2"
  look_at_servers "$1"; printf '\\n%s 0\\n' "$2"
  look_at_tunnel "$5" "$6" "$7" "$8" "$9"; printf '\\n%s 0\\n' "$2"
  word=$2; shift 10; look_at_speeds ${SYSFS_NET} "$@"; printf '\\n%s 0\\n%s\\n%s\\n%s\\n' "$word" "$machine$cpus" "$total" "$available"
)
wait "$links"; printf '\\n%s %s\\n%s\\n' "$2" $? "$rest"
`;

/** An interface takes 2 KB of ip's answer and 600 bytes of nft's. */
const LOOK_BYTES = 32 * 1024 * 1024;

/**
 * Reads a host's networks, which `parser` parses, and its machine state. The ports of `probing` are left out.
 * @throws CommandError if ip or nft fail
 */
export async function look(
  shell: Shell,
  storeId: string,
  signal?: AbortSignal,
  probing: Probing = new Set(),
  more: MoreToLook | null = null,
  parser = new NetworkParser(),
): Promise<Look> {
  const table = sealTable(storeId);
  const word = randomBytes(12).toString('hex');
  const { stdout, stderr } = await shell.script(
    SCRIPT,
    [table, word, NO_ONE, keepFile(storeId), ...tunnelArgs(storeId, more), more?.filter ?? '', ...parser.speedsOf],
    {
      maxBytes: LOOK_BYTES,
      ...(signal ? { signal } : {}),
    },
  );
  const [links, seals, routes, filter, speaking, clients, kept, servers, tunnel, speeds, machine] = sections(
    stdout,
    word,
  );
  if (
    !links ||
    !seals ||
    !routes ||
    !filter ||
    !speaking ||
    !clients ||
    !kept ||
    !servers ||
    !tunnel ||
    !speeds ||
    !machine
  )
    throw new AppError('HOST_COMMAND_FAILED', `Incomplete response from ${shell.name}`);
  if (links.exit !== 0) throw new CommandError(shell.name, ['ip', '-j', '-d', 'address'], links.exit, stderr);
  const network = parser.parse({
    links: links.text,
    table: seals.exit === 0 ? { name: table, json: seals.text } : noTable(shell, table, seals),
    speakingIpv6: speakingIpv6(shell, speaking.text),
    routes: routes.text,
    dhcp: clients.text.trim().split(' ').filter(Boolean),
    speeds: speeds.text,
    probing,
  });
  return {
    network,
    services: observedServices(storeId, network, servers.text),
    servers: livingServers(servers.text),
    tunnel: tunnelOf(storeId, tunnel.text, network, links.text),
    machine: parseMachine(machine.text),
    kept: /^# atoll ([0-9a-f]+)$/.exec(kept.text.trim())?.[1] ?? null,
    filter: more?.filter == null ? null : filter.text,
  };
}

/**
 * Where the keys of the host's tunnels are, whether the observation looks inside the tunnel's namespace, and the table of the filter between
 * ports, if it is to be listed.
 */
export interface MoreToLook {
  readonly keys: string;
  readonly inspects: boolean;
  readonly filter: string | null;
}

function tunnelArgs(storeId: string, place: MoreToLook | null): string[] {
  const namespace = tunnelNamespace(storeId);
  const inspection = place?.inspects === true ? INSPECT_TUNNEL : '';
  return [
    namespace,
    tunnelDevice(storeId),
    place ? keyFile(place.keys, storeId) : '',
    tunnelFolder(namespace),
    inspection,
  ];
}

/** The links are read again only if there is a tunnel. */
function tunnelOf(storeId: string, text: string, { nics }: ObservedNetwork, links: string): TunnelLook {
  const isThere = text.trim() !== '' || nics.some(({ alias }) => endOwner(alias ?? null)?.storeId === storeId);
  return isThere ? readTunnel(storeId, text, readLinks(links)) : { tunnel: null, inspected: false };
}

/** If grep was missing or killed, its empty output would look valid: the file that it must print last proves that it finished. */
const NO_ONE = '/proc/sys/kernel/osrelease';

function speakingIpv6(shell: Shell, text: string): Set<string> {
  const paths = text.trimEnd().split('\n');
  if (paths.pop() !== NO_ONE)
    throw new AppError('HOST_COMMAND_FAILED', `${shell.name} did not report where IPv6 is enabled`, {
      remedy: note('It needs grep.'),
    });
  return new Set(paths.map((path) => path.slice(0, path.indexOf('/'))));
}

const MOST_SECTIONS = 16;

interface Section {
  readonly text: string;
  readonly exit: number;
}

/** Splits at the lines `word exit`; a truncated section does not count. */
export function sections(stdout: string, word: string): Section[] {
  const found: Section[] = [];
  let from = 0;
  for (let at = stdout.indexOf(word); at >= 0; at = stdout.indexOf(word, from)) {
    const end = stdout.indexOf('\n', at);
    if (end < 0 || found.length >= MOST_SECTIONS) break;
    found.push({ text: stdout.slice(from, at), exit: Number(stdout.slice(at + word.length, end)) });
    from = end + 1;
  }
  found.push({ text: stdout.slice(from), exit: 0 });
  return found;
}

/** A missing table is a valid answer; any other failure of nft is not. */
function noTable(shell: Shell, table: string, { text, exit }: Section): null {
  if (exit === 1 && text.includes('No such file or directory')) return null;
  throw new CommandError(shell.name, ['nft', '-j', 'list', 'table', 'netdev', table], exit, text);
}

/** Longer names are invalid: uname(2) has 64 bytes for each. */
const NAME_CHARS = 255;

function parseMachine(text: string): ObservedMachine {
  const [hostname = '', kernel = '', bootId = '', cpus = '', ...meminfo] = text.trim().split('\n', 8);
  const mebibytes = (name: string): number => {
    const line = meminfo.find((each) => each.startsWith(`${name}:`));
    return Math.floor(Number(/(\d{1,15}) kB/.exec(line ?? '')?.[1] ?? 0) / 1024);
  };
  return {
    hostname: hostname.slice(0, NAME_CHARS),
    kernel: kernel.slice(0, NAME_CHARS),
    bootId: bootId.slice(0, NAME_CHARS),
    cpus: countCpus(cpus),
    memoryMiB: mebibytes('MemTotal'),
    memoryFreeMiB: mebibytes('MemAvailable'),
  };
}

/** The kernel's list format, `0-3,5`. Zero if it is invalid. */
function countCpus(list: string): number {
  if (!/^\d{1,5}(?:-\d{1,5})?(?:,\d{1,5}(?:-\d{1,5})?){0,1000}$/.test(list)) return 0;
  const ranges = list.split(',').map((range) => range.split('-').map(Number));
  return ranges.reduce((sum, [from = 0, to = from]) => sum + Math.max(0, to - from + 1), 0);
}
