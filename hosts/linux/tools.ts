import { AppError, run } from '../../contract';
import type { Shell } from '../shell';
import { TRY_NAMESPACES } from './services/scripts';
import { TRY_TUNNEL } from './stretch/scripts';

/** The tools of a host and their versions, and missing ones as text. */
export interface Tools {
  readonly tools: Record<string, string>;
  readonly gaps: string[];
  /** What servers of networks lack; null: nothing. */
  readonly servicesGap: 'dnsmasq' | 'namespaces' | null;
  /** What a tunnel lacks; null: nothing. */
  readonly stretchGap: 'wireguard' | 'tools' | 'vxlan' | 'root' | null;
  /** By what a relay runs; null: nothing that can. */
  readonly relayBy: 'perl' | 'python3' | null;
}

/** In parallel: QEMU alone takes 30 ms to print its version. */
const SCRIPT = `PATH="$PATH:/usr/sbin:/sbin"
reported() { version=$("$@" 2>/dev/null </dev/null | head -n 1) && [ -n "$version" ] && echo "$1 $version"; }
reported ip -V & reported nft --version & reported virsh --version & reported qemu-system-x86_64 --version & reported bash --version &
reported dnsmasq --version &
{ ${TRY_TUNNEL}; } 2>/dev/null </dev/null &
{ ${TRY_NAMESPACES}; } >/dev/null 2>&1 </dev/null && echo "namespaces installed" &
for client in dhcpcd dhclient udhcpc wg ping wireguard-go perl python3; do command -v $client >/dev/null && echo "$client installed"; done
wait
`;

const NEEDED: ReadonlyArray<{ readonly tool: string; readonly gap: string }> = [
  { tool: 'ip', gap: 'iproute2 is missing: no network can be created' },
  { tool: 'nft', gap: 'nftables is missing: networks cannot be sealed' },
  { tool: 'virsh', gap: 'libvirt is missing: VMs cannot run' },
  { tool: 'qemu-system-x86_64', gap: 'QEMU is missing: VMs cannot run' },
];

/** Queries the version of each tool. */
export async function readTools(shell: Shell, signal: AbortSignal): Promise<Tools> {
  const { stdout } = await shell.script(SCRIPT, [], { signal });
  const tools: Record<string, string> = {};
  let hasNamespaces = false;
  let gap: Tools['stretchGap'] = null;
  for (const line of stdout.split('\n')) {
    const [tool = '', ...words] = line.split(' ');
    if (tool === 'namespaces') {
      hasNamespaces = true;
      continue;
    }
    // A DHCP client exists or not; asked for a version, one of them would request an address instead.
    if (tool === 'lacks' && (words[0] === 'wireguard' || words[0] === 'vxlan' || words[0] === 'root')) gap = words[0];
    if (words[0] === 'installed') tools[tool] = 'installed';
    const version = words.find((word) => /\d+\.\d+/.test(word));
    if (version !== undefined) tools[tool] = /\d[\w.]*/.exec(version)?.[0] ?? version;
  }
  const gaps = NEEDED.filter(({ tool }) => !(tool in tools)).map(({ gap }) => gap);
  return {
    ...{ tools, gaps, servicesGap: 'dnsmasq' in tools ? (hasNamespaces ? null : 'namespaces') : 'dnsmasq' },
    stretchGap: 'wg' in tools && 'ping' in tools ? gap : 'tools',
    relayBy: 'perl' in tools ? 'perl' : 'python3' in tools ? 'python3' : null,
  };
}

/** Without these nothing can be observed or sealed: such a host is not supported. */
const VITAL = ['ip', 'nft'];

/** @throws AppError NOT_SUPPORTED if a host lacks what every network needs; checked again on the next attempt */
export function requireVital({ tools }: Tools, host: string): void {
  const lacking = NEEDED.filter(({ tool }) => VITAL.includes(tool) && !(tool in tools));
  if (lacking.length === 0) return;
  throw new AppError('NOT_SUPPORTED', `On ${host} ${lacking.map(({ gap }) => gap).join('; ')}`, {
    remedy: run(
      'hosts.check',
      {},
      'Install it there; the check names the package. Atoll then connects the host automatically.',
    ),
  });
}
