import type { ObservedLease, ObservedServices } from '../../../engine/ports/services';
import type { ObservedNetwork } from '../observe-parse';
import { guardOf, readGuard } from './observe-guard';
import { inServer, LEASE_PATTERN, serversFolder } from './scripts';
import { portOwner } from './names';

/** More than all servers of a host have, unless one fills its file with anything it likes. */
const LEASE_BYTES = 4_000_000;
/** The senders of DHCP answers and router advertisements, of all bridges; a full set has 1,024 of them. */
const ROGUE_BYTES = 1_000_000;

/**
 * A part of the observation's script: prints the recorded servers of the table $1, `server PORT PID yes|no SETTINGS RECORDS GUARD`, where
 * *yes* means that it lives and is in its own namespaces, and their leases, `/proc/PID/root/run/leases:LEASE`. Two processes for
 * all servers, none if there are none.
 */
export const LOOK_AT_SERVERS = `
look_at_servers() {
  live= table=$1
  for file in ${serversFolder('"$1"')}/*.pid; do
    { read -r pid since settings records <"$file"; } 2>/dev/null || continue
    port=\${file##*/}; port=\${port%.pid}; alive=no; stat=
    { read -r stat <"/proc/$pid/stat"; } 2>/dev/null
    set -- \${stat##*) }
    case $1 in '' | [ZX]) ;; *)
      if [ "\${20}" = "$since" ] && [ -e "/proc/$pid/ns/net" ] && ! [ "/proc/$pid/ns/net" -ef /proc/self/ns/net ] &&
        ! [ "/proc/$pid/ns/pid" -ef /proc/self/ns/pid ]; then alive=yes; live="$live /proc/$pid/root/run"; fi ;;
    esac
    how=; { read -r _ _ how <"\${file%.pid}.guard"; } 2>/dev/null
    printf 'server %s %s %s %s %s %s\\n' "$port" "$pid" "$alive" "$settings" "$records" "$how"
  done
  [ -z "$live" ] || grep -HoE ${inServer('leases')} '${LEASE_PATTERN}' $live | head -c ${LEASE_BYTES}
  [ -z "$live" ] || { echo; printf 'rogues '; nft -j list table bridge "$table"_dhcp 2>/dev/null | head -c ${ROGUE_BYTES}; }
}
`;

/** Reported for each network: one is enough to look for it. */
const MOST_ROGUES = 8;

/** A recorded server, as the host has it. */
interface Server {
  readonly pid: string;
  readonly isRunning: boolean;
  readonly settings: string | null;
  readonly records: string | null;
  /** It was started with a guard of its bridge. */
  readonly hasGuard: boolean;
}

const known = (digest: string | undefined): string | null =>
  digest !== undefined && /^[0-9A-Za-z]{1,128}$/.test(digest) ? digest : null;

/** Parses the output of `look_at_servers`: the recorded servers by port, and the leases by pid. */
export function readServers(text: string): { servers: Map<string, Server>; leases: Map<string, ObservedLease[]> } {
  const servers = new Map<string, Server>();
  const leases = new Map<string, ObservedLease[]>();
  for (const line of text.split('\n')) {
    const [word, port = '', pid = '', alive, settings, records, how = ''] = line.split(' ');
    if (word === 'server')
      servers.set(port, {
        pid,
        isRunning: alive === 'yes',
        settings: known(settings),
        records: known(records),
        hasGuard: how.startsWith('guarded:'),
      });
    const [, of, expiry, who = '', address = ''] =
      /^\/proc\/(\d+)\/root\/run\/leases:(\d+) (\S+) ([0-9a-f.:]+) ?$/.exec(line) ?? [];
    if (of === undefined) continue;
    const lease = {
      mac: /^[0-9a-f]{2}(:[0-9a-f]{2}){5}$/.test(who) ? who : null,
      address,
      expiresAt: Number(expiry) === 0 ? null : Number(expiry) * 1000,
    };
    const others = leases.get(of);
    if (others) others.push(lease);
    else leases.set(of, [lease]);
  }
  return { servers, leases };
}

/** The process ids of the servers that live, in a stable order. */
export const livingServers = (text: string): string[] =>
  [...readServers(text).servers.values()].flatMap(({ pid, isRunning }) => (isRunning ? [pid] : [])).sort();

/** The ports with this store's mark, with what is recorded of their servers. `faults` are added later. */
export function observedServices(
  storeId: string,
  { nics }: Pick<ObservedNetwork, 'nics'>,
  text: string,
): ObservedServices[] {
  const marked = nics.flatMap((nic) => {
    const owner = portOwner(nic.alias ?? null);
    return owner?.storeId === storeId ? [{ nic, networkId: owner.networkId }] : [];
  });
  if (marked.length === 0) return [];
  const { servers, leases } = readServers(text);
  const masters = new Map(nics.map(({ name, master }) => [name, master]));
  const guard = readGuard(text);
  const guarded = new Set(
    marked.flatMap(({ nic }) => (servers.get(nic.name)?.hasGuard && nic.master !== null ? [nic.master] : [])),
  );
  return marked.map(({ nic, networkId }) => {
    const server = servers.get(nic.name);
    return {
      port: nic.name,
      alias: nic.alias ?? '',
      networkId,
      bridge: nic.master,
      isRunning: server?.isRunning ?? false,
      settings: server?.settings ?? null,
      records: server?.records ?? null,
      faults: [],
      leases: (server?.isRunning && leases.get(server.pid)) || [],
      guard: server?.hasGuard !== true ? 'off' : guardOf(guard, nic, { masters, guarded }),
      rogues: (guard?.rogues ?? [])
        .filter(({ port }) => port !== nic.name && nic.master !== null && masters.get(port) === nic.master)
        .slice(0, MOST_ROGUES),
    };
  });
}
