import type { ObservedTunnel, ObservedTunnelEnd, ObservedTunnelPeer } from '../../../engine/ports/stretch';
import { isUp, PORT_LINK_LOCAL_MASK, type IpLink } from '../ip-json';
import { endOwner, isKey, numberOfAddress } from './names';

/** More than any host has of it. */
const MOST_FDB_BYTES = 4_000_000;
/** Text of a host is shown to users. */
const MOST_CHARS = 120;
const MOST_FAULTS = 20;

/**
 * A part of the observation's script: prints what the host has of a tunnel, nothing if there is none (and takes no process then).
 * $1: the namespace, $2: the device, $3: the key file, $4: the folder of the record, $5: INSPECT_TUNNEL, or nothing to leave that out.
 */
export const LOOK_AT_TUNNEL = `
look_at_tunnel() {
  [ -s "$3" ] || [ -e "/run/netns/$1" ] || return 0
  PATH="$PATH:/usr/sbin:/sbin"
  [ ! -s "$3" ] || printf 'key %s\\n' "$(wg pubkey <"$3")"
  [ ! -s "$3.next" ] || printf 'next %s\\n' "$(wg pubkey <"$3.next")"
  case $(stat -c '%u %a' "$3" 2>/dev/null) in '' | '0 600') ;; *) echo 'open key' ;; esac
  [ -e "/run/netns/$1" ] || return 0
  word=; { read -r word <"$4/settings"; } 2>/dev/null; echo "settings $word"
  word=; { read -r word <"$4/by"; } 2>/dev/null; echo "by $word"
  echo "now $(date +%s)"
  ip netns list-id | sed -n "s/^nsid \\([0-9]*\\) .*name: $1)\\$/nsid \\1/p"
  bridge fdb show | sed -n '/^[0-9a-f:]* dev att[0-9a-f]\\{6\\} .*dst .*permanent/p' | head -c ${MOST_FDB_BYTES}
  ip netns exec "$1" sh -c '
    { read -r flags <"/sys/class/net/$1/flags"; } 2>/dev/null && echo "flags $flags" || exit 0
    wg show "$1" listen-port | sed "s/^/port /"
    for what in endpoints latest-handshakes transfer; do wg show "$1" $what | sed "s/^/$what /"; done
    [ -z "$3" ] || { sh -c "$3" sh "$1" "$2" | LC_ALL=C sort >"$2/now"; diff "$2/want" "$2/now" | sed -n "s/^[<] /- /p; s/^[>] /+ /p" | head -n 40; echo inspected; }
  ' sh "$2" "$4" "$5" 2>/dev/null
}
`;

/** What the host printed, and whether it looked inside. */
export interface TunnelLook {
  readonly tunnel: ObservedTunnel | null;
  readonly inspected: boolean;
  /** The number of its namespace in the host's. */
  readonly nsid?: number | null;
}

interface Parsed {
  key: string | null;
  next: string | null;
  isKeyOpen: boolean;
  settings: string | null;
  by: 'kernel' | 'userspace' | null;
  now: number;
  nsid: number | null;
  port: number | null;
  isThere: boolean;
  isUp: boolean;
  inspected: boolean;
  readonly fdb: Map<string, string[]>;
  readonly peers: Map<string, { endpoint: string | null; at: number; received: number; sent: number }>;
  readonly faults: string[];
}

/** Combines what was printed with the links of the host. Null: nothing of a tunnel is there. */
export function readTunnel(storeId: string, text: string, links: readonly IpLink[]): TunnelLook {
  const marked = links.filter(({ ifalias }) => endOwner(ifalias ?? null)?.storeId === storeId);
  if (text.trim() === '' && marked.length === 0) return { tunnel: null, inspected: false };
  const parsed = parse(text);
  const { by, now, port } = parsed;
  const isRunning = parsed.isThere && parsed.isUp && port !== null;
  const peers = [...parsed.peers].map(([publicKey, { endpoint, at, received, sent }]): ObservedTunnelPeer => ({
    ...{ publicKey, endpoint, handshakeAge: at === 0 ? null : Math.max(0, now - at), received, sent },
  }));
  const tunnel: ObservedTunnel = {
    ...{ publicKey: parsed.key, nextKey: parsed.next, isRunning, by: isRunning ? by : null },
    ...{ port: isRunning ? port : null, settings: isRunning ? parsed.settings : null },
    faults: [...(parsed.isKeyOpen ? ["the key's file can be read by others than root"] : []), ...parsed.faults],
    peers,
    ends: marked.map((link) => endOf(link, parsed)),
  };
  return { tunnel, inspected: parsed.inspected, nsid: parsed.nsid };
}

const clean = (text: string): string => text.replace(/\p{C}/gu, '').slice(0, MOST_CHARS);
const count = (text: string | undefined): number => (/^\d{1,15}$/.test(text ?? '') ? Number(text) : 0);

function parse(text: string): Parsed {
  const parsed: Parsed = {
    ...{ key: null, next: null, isKeyOpen: false, settings: null, by: null, now: 0, nsid: null, port: null },
    ...{ isThere: false, isUp: false, inspected: false, fdb: new Map(), peers: new Map(), faults: [] },
  };
  for (const line of text.split('\n')) readLine(parsed, line);
  return parsed;
}

function readLine(parsed: Parsed, line: string): void {
  const [word = '', first = '', ...rest] = line.split(/[ \t]+/);
  const peer = (): { endpoint: string | null; at: number; received: number; sent: number } => {
    const there = parsed.peers.get(first);
    if (there) return there;
    const fresh = { endpoint: null, at: 0, received: 0, sent: 0 };
    if (isKey(first)) parsed.peers.set(first, fresh);
    return fresh;
  };
  switch (word) {
    case 'key':
      parsed.key = isKey(first) ? first : null;
      return;
    case 'next':
      parsed.next = isKey(first) ? first : null;
      return;
    case 'open':
      parsed.isKeyOpen = true;
      return;
    case 'settings':
      parsed.settings = /^[0-9A-Za-z]{1,128}$/.test(first) ? first : null;
      return;
    case 'by':
      parsed.by = first === 'kernel' || first === 'userspace' ? first : null;
      return;
    case 'now':
      parsed.now = count(first);
      return;
    case 'nsid':
      parsed.nsid = count(first);
      return;
    case 'flags':
      parsed.isThere = true;
      parsed.isUp = (Number.parseInt(first, 16) & 1) === 1;
      return;
    case 'port':
      parsed.port = count(first) || null;
      return;
    case 'endpoints':
      peer().endpoint = first === '' || rest[0] === '(none)' ? null : clean(rest[0] ?? '') || null;
      return;
    case 'latest-handshakes':
      peer().at = count(rest[0]);
      return;
    case 'transfer':
      Object.assign(peer(), { received: count(rest[0]), sent: count(rest[1]) });
      return;
    case 'inspected':
      parsed.inspected = true;
      return;
    case '-':
    case '+':
      addFault(parsed.faults, word === '+', first, rest);
      return;
    default:
      if (/^[0-9a-f]{2}(:[0-9a-f]{2}){5}$/.test(word)) addEntry(parsed.fdb, line);
  }
}

/** `MAC dev PORT dst ADDRESS ... self permanent` */
function addEntry(fdb: Map<string, string[]>, line: string): void {
  const [, mac = '', port = '', to = ''] = /^(\S+) dev (\S+) .*?dst (\S+)/.exec(line) ?? [];
  const entry = mac === '00:00:00:00:00:00' ? to : `${mac} ${to}`;
  const there = fdb.get(port);
  if (there) there.push(entry);
  else fdb.set(port, [entry]);
}

function addFault(faults: string[], isExtra: boolean, kind: string, rest: readonly string[]): void {
  const text = clean(rest.join(' '));
  const fault = ((): string | null => {
    switch (kind) {
      case 'interface':
        return isExtra ? `the interface ${text} is in its namespace` : `the interface ${text} is not in its namespace`;
      case 'address':
        return isExtra ? `the address ${text} is in its namespace` : `the address ${text} is missing in its namespace`;
      case 'route':
        return isExtra ? `the route ${text} is in its namespace` : `the route ${text} is missing in its namespace`;
      case 'forwarding':
        return isExtra ? 'packets are forwarded in its namespace' : null;
      case 'peer':
        return isExtra ? `WireGuard has the peer ${text}` : `WireGuard lacks the peer ${text}`;
      case 'filter':
        return isExtra ? 'the packet filter in its namespace was changed' : null;
      default:
        return null;
    }
  })();
  if (fault !== null && !faults.includes(fault) && faults.length < MOST_FAULTS) faults.push(fault);
}

/** What VXLAN has in `ip -j -d link` beyond what other kinds have. */
type VxlanData = Readonly<Record<string, unknown>>;

function endOf(link: IpLink, parsed: Parsed): ObservedTunnelEnd {
  const data = (link.linkinfo?.info_data ?? {}) as VxlanData;
  const isVxlan = link.linkinfo?.info_kind === 'vxlan';
  const entries = parsed.fdb.get(link.ifname) ?? [];
  const members: number[] = [];
  const strangers: string[] = [];
  for (const entry of entries) {
    const number = numberOfAddress(entry);
    if (number === null) strangers.push(entry);
    else if (!members.includes(number)) members.push(number);
  }
  return {
    networkId: endOwner(link.ifalias ?? null)?.networkId ?? '',
    port: link.ifname,
    alias: link.ifalias ?? '',
    bridge: link.master ?? null,
    vni: isVxlan && typeof data['id'] === 'number' ? data['id'] : null,
    mtu: link.mtu,
    up: isUp(link),
    members: members.sort((a, b) => a - b),
    faults: isVxlan ? endFaults(link, data, parsed.nsid, strangers) : ['it is no VXLAN interface'],
  };
}

function endFaults(link: IpLink, data: VxlanData, nsid: number | null, strangers: readonly string[]): string[] {
  const faults: string[] = [];
  for (const key of ['remote', 'remote6', 'group', 'group6', 'link'])
    if (data[key] !== undefined)
      faults.push(`it has the ${key === 'link' ? 'lower interface' : key} ${clean(String(data[key]))}`);
  if (data['external'] === true) faults.push('its destinations are set from outside');
  if (data['port'] !== 4789) faults.push(`it uses UDP port ${clean(String(data['port']))}`);
  if (numberOfAddress(String(data['local'] ?? '')) === null)
    faults.push('it has another address than the one inside the tunnel');
  if (nsid === null || link.link_netnsid !== nsid) faults.push("its socket is not in the tunnel's namespace");
  for (const { local, prefixlen } of link.addr_info ?? [])
    faults.push(`it has the address ${clean(`${local ?? ''}/${prefixlen ?? ''}`)}`);
  for (const entry of strangers.slice(0, 3)) faults.push(`it sends frames to ${clean(entry)}`);
  const slave = link.linkinfo?.info_slave_data;
  const mask = Number.parseInt(slave?.group_fwd_mask ?? '', 16);
  if (slave && !Number.isNaN(mask) && (mask & PORT_LINK_LOCAL_MASK) === 0)
    faults.push('it keeps frames to a link-local group');
  for (const [name, wanted] of [
    ['hairpin', false],
    ['isolated', false],
    ['learning', true],
    ['flood', true],
    ['mcast_flood', true],
    ['bcast_flood', true],
  ] as const)
    if (slave && typeof slave[name] === 'boolean' && slave[name] !== wanted)
      faults.push(`its option ${name} is ${wanted ? 'off' : 'on'}`);
  return faults;
}
