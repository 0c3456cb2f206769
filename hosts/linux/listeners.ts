import type { CheckPoint } from '../../contract';
import type { CheckTarget } from '../../engine/ports/host-driver';
import type { Shell } from '../shell';
import { type IpLink, readLinks } from './ip-json';

/** ETH_P_ALL (packet(7)): such a socket receives each frame of a link before a bridge or a filter does. */
const ALL_PROTOCOLS = '0003';
/** The first kernel on which programs attach to a link in a way that tc does not list (tcx). */
const FIRST_WITH_TCX = [6, 6] as const;

/**
 * Prints packet sockets; the kernel version; bpftool's list of attached programs; BPF links that processes hold open, in case there
 * is no bpftool. A kernel without packet sockets has no such file. $1 ends each section.
 */
const SCRIPT = `
if [ -e /proc/net/packet ]; then cat /proc/net/packet; fi; printf '\\n%s %s\\n' "$1" $?
uname -r; printf '\\n%s %s\\n' "$1" $?
if command -v bpftool >/dev/null; then bpftool -j net show 2>/dev/null; else (exit 127); fi; printf '\\n%s %s\\n' "$1" $?
grep -sE '^(link_type|ifindex):' /proc/[0-9]*/fdinfo/*
`;

/** One packet socket. `link` 0: of all links. */
export interface PacketSocket {
  readonly protocol: string;
  readonly link: number;
  readonly user: string;
  readonly inode: string;
}

/** Parses /proc/net/packet (packet_seq_show). */
export function readPacketSockets(text: string): PacketSocket[] {
  return text.split('\n').flatMap((line) => {
    const [sk = '', , , protocol = '', link = '', , , user = '', inode = ''] = line.trim().split(/\s+/);
    return /^[0-9a-fA-F]+$/.test(sk) && inode !== '' ? [{ protocol, link: Number(link), user, inode }] : [];
  });
}

/** Parses the owners of packet sockets from `ss -0 -H -n -p -e`: inode -> `tcpdump (pid 123)`. */
export function readOwners(text: string): Map<string, string> {
  const owners = new Map<string, string>();
  for (const line of text.split('\n')) {
    const inode = /\bino:(\d+)/.exec(line)?.[1];
    const users = [...line.matchAll(/\("((?:[^"\\]|\\.)*)",pid=(\d+)/g)].map(([, name, pid]) => `${name} (pid ${pid})`);
    if (inode !== undefined && users.length > 0) owners.set(inode, users.join(', '));
  }
  return owners;
}

/** Parses `bpftool -j net show`: name of a link -> how a program is attached to it. Null: unknown format. */
export function readBpfNet(json: string): Map<string, string> | null {
  try {
    const found = new Map<string, string>();
    const lists = JSON.parse(json) as Array<Record<string, unknown>>;
    for (const [kind, entries] of lists.flatMap((each) => Object.entries(each))) {
      if (!Array.isArray(entries) || !['xdp', 'tc'].includes(kind)) continue;
      for (const { devname, kind: how, name } of entries as Array<Record<string, unknown>>)
        if (typeof devname === 'string') found.set(devname, `${wordOf(how) ?? kind} ${wordOf(name) ?? ''}`.trim());
    }
    return found;
  } catch {
    return null;
  }
}

const wordOf = (value: unknown): string | null => (typeof value === 'string' ? value : null);

/** Parses `grep` over /proc/PID/fdinfo: index of a link -> kind of the BPF link on it, and the process that holds it. */
export function readHeldLinks(text: string): Map<number, string> {
  const found = new Map<number, string>();
  const kinds = new Map<string, string>();
  for (const line of text.split('\n')) {
    const [, file = '', pid = '', key, value = ''] =
      /^(\/proc\/(\d+)\/fdinfo\/\d+):(link_type|ifindex):\s*(\S+)/.exec(line) ?? [];
    if (key === 'link_type') kinds.set(file, value);
    const kind = kinds.get(file);
    if (key === 'ifindex' && kind !== undefined && /^(tcx|netkit|xdp)$/.test(kind))
      found.set(Number(value), `${kind}, kept by process ${pid}`);
  }
  return found;
}

/** Whether a kernel is too old for programs that tc does not list. An unreadable version is not. */
export function isBeforeTcx(release: string): boolean {
  const [, major, minor] = /^(\d+)\.(\d+)/.exec(release.trim()) ?? [];
  if (major === undefined) return false;
  const [first, second] = FIRST_WITH_TCX;
  return Number(major) < first || (Number(major) === first && Number(minor) < second);
}

/** Two points for each target: which programs listen on its links, and whether BPF programs are attached to them. */
export async function listenerPoints(
  shell: Shell,
  targets: readonly CheckTarget[],
  signal: AbortSignal,
): Promise<CheckPoint[][]> {
  const word = '--- end of a section ---';
  const [{ stdout: json }, { stdout }] = await Promise.all([
    shell.run(['ip', '-j', '-d', 'link'], { signal }),
    shell.script(SCRIPT, [word], { signal, okExits: 'any' }),
  ]);
  const links = readLinks(json);
  const [packets, release, bpf, held] = sectionsOf(stdout, word);
  const sockets = packets?.exit === '0' ? readPacketSockets(packets.text) : null;
  const named = bpf?.exit === '0' ? readBpfNet(bpf.text) : null;
  const byIndex = readHeldLinks(held?.text ?? '');
  const cannotTell = named === null && !isBeforeTcx(release?.text ?? '');
  const own = targets.map(({ bridge }) => links.filter(({ ifname, master }) => ifname === bridge || master === bridge));
  const hits = sockets === null ? [] : own.map((devices) => hearing(sockets, devices));
  const anyHit = hits.some((each) => each.length > 0);
  const owners = anyHit ? await ownersOf(shell, signal) : new Map<string, string>();
  return own.map((devices, i) => [
    socketsPoint(sockets === null ? null : (hits[i] ?? []), devices, owners),
    programsPoint(devices, named ?? new Map(), byIndex, cannotTell),
  ]);
}

function sectionsOf(text: string, word: string): Array<{ text: string; exit: string }> {
  const parts = text.split(`\n${word} `);
  return parts.map((part, i) => {
    const body = i === 0 ? part : part.slice(part.indexOf('\n') + 1);
    return { text: body, exit: parts[i + 1]?.split('\n')[0] ?? '0' };
  });
}

/** The sockets that are bound to one of the links, or receive all frames of all links. */
const hearing = (sockets: readonly PacketSocket[], devices: readonly IpLink[]): PacketSocket[] =>
  sockets.filter(({ link, protocol }) =>
    link === 0 ? protocol === ALL_PROTOCOLS && devices.length > 0 : devices.some(({ ifindex }) => ifindex === link),
  );

async function ownersOf(shell: Shell, signal: AbortSignal): Promise<Map<string, string>> {
  const { exit, stdout } = await shell.run(['ss', '-0', '-H', '-n', '-p', '-e'], { signal, okExits: 'any' });
  return exit === 0 ? readOwners(stdout) : new Map<string, string>();
}

function socketsPoint(
  hits: readonly PacketSocket[] | null,
  devices: readonly IpLink[],
  owners: ReadonlyMap<string, string>,
): CheckPoint {
  const point = { id: 'listeners', title: 'No process on the host listens on the bridge or its ports' } as const;
  if (hits === null) return { ...point, ok: null, evidence: "could not be checked: /proc/net/packet can't be read" };
  if (hits.length === 0)
    return { ...point, ok: true, evidence: 'no packet socket on the bridge, its ports, or all links' };
  const words = hits.map(({ link, user, inode }) => {
    const where =
      link === 0 ? 'all links' : (devices.find(({ ifindex }) => ifindex === link)?.ifname ?? `link ${link}`);
    return `${owners.get(inode) ?? `a process of user ${user} that is not visible here`} on ${where}`;
  });
  return { ...point, ok: false, evidence: `packet sockets: ${[...new Set(words)].join(', ')}` };
}

function programsPoint(
  devices: readonly IpLink[],
  named: ReadonlyMap<string, string>,
  byIndex: ReadonlyMap<number, string>,
  cannotTell: boolean,
): CheckPoint {
  const point = { id: 'programs', title: 'No BPF program is attached to the bridge or its ports' } as const;
  const hits = devices.flatMap(({ ifname, ifindex, xdp }) => {
    const how = named.get(ifname) ?? byIndex.get(ifindex ?? -1) ?? (xdp === undefined ? undefined : 'xdp');
    return how === undefined ? [] : [`${ifname} (${how})`];
  });
  if (hits.length > 0) return { ...point, ok: false, evidence: `attached: ${hits.join(', ')}` };
  if (!cannotTell) return { ...point, ok: true, evidence: 'none on the bridge or its ports' };
  const evidence =
    'could not be checked completely: without bpftool, the host does not list programs that are attached by tcx or netkit and not kept open by a process';
  return { ...point, ok: null, evidence };
}
