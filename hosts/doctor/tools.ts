import type { DoctorCheck } from '../../contract';
import type { Shell } from '../shell';
import { install } from './packages';

interface Tool {
  readonly id: string;
  readonly title: string;
  /** Any of these is enough. */
  readonly commands: readonly string[];
  /** How to get its version; null: its presence is enough. */
  readonly version: readonly string[] | null;
  readonly packages: readonly string[];
  readonly matters: string;
  readonly without: 'warning' | 'missing';
}

const NETWORKS = 'Without it no lab can run on this computer.';
const VMS = 'Without it no VM can run on this computer; networks and simulated hosts can.';

const TOOLS: readonly Tool[] = [
  {
    id: 'namespaces_tools',
    title: 'unshare, nsenter, setpriv and flock (util-linux)',
    commands: ['unshare'],
    version: ['--version'],
    packages: ['util-linux'],
    matters: NETWORKS,
    without: 'missing',
  },
  {
    id: 'bash',
    title: 'bash',
    commands: ['bash'],
    version: ['--version'],
    packages: ['bash'],
    matters: NETWORKS,
    without: 'missing',
  },
  {
    id: 'ip',
    title: 'ip (iproute2)',
    commands: ['ip'],
    version: ['-V'],
    packages: ['iproute2'],
    matters: NETWORKS,
    without: 'missing',
  },
  {
    id: 'nft',
    title: 'nft (nftables)',
    commands: ['nft'],
    version: ['--version'],
    packages: ['nftables'],
    matters: "Without it Atoll can't seal bridges.",
    without: 'missing',
  },
  {
    id: 'libvirtd',
    title: 'libvirtd',
    commands: ['libvirtd'],
    version: ['--version'],
    packages: ['libvirt-daemon', 'libvirt-daemon-driver-qemu'],
    matters: VMS,
    without: 'missing',
  },
  {
    id: 'virtlogd',
    title: 'virtlogd',
    commands: ['virtlogd'],
    version: ['--version'],
    packages: ['libvirt-daemon-log'],
    matters: VMS,
    without: 'missing',
  },
  {
    id: 'virsh',
    title: 'virsh',
    commands: ['virsh'],
    version: ['--version'],
    packages: ['libvirt-clients'],
    matters: VMS,
    without: 'missing',
  },
  {
    id: 'qemu',
    title: 'QEMU',
    commands: ['qemu-system-x86_64'],
    version: ['--version'],
    packages: ['qemu-system-x86'],
    matters: VMS,
    without: 'missing',
  },
  {
    id: 'qemu_img',
    title: 'qemu-img',
    commands: ['qemu-img'],
    version: ['--version'],
    packages: ['qemu-utils'],
    matters: "Without it Atoll can't use images and disks.",
    without: 'warning',
  },
  {
    id: 'seed',
    title: 'genisoimage or xorrisofs',
    commands: ['genisoimage', 'xorrisofs', 'mkisofs'],
    version: null,
    packages: ['genisoimage'],
    matters: 'Without it cloud images get no user, key or address at their first boot.',
    without: 'warning',
  },
  {
    id: 'dnsmasq',
    title: 'dnsmasq',
    commands: ['dnsmasq'],
    version: ['--version'],
    packages: ['dnsmasq-base'],
    matters: 'Without it networks in labs have no DHCP and no names inside; guests then need fixed addresses.',
    without: 'warning',
  },
  {
    id: 'wg',
    title: 'wg (wireguard-tools)',
    commands: ['wg'],
    version: ['--version'],
    packages: ['wireguard-tools'],
    matters: 'Without it no network can be stretched between labs and other hosts.',
    without: 'warning',
  },
  {
    id: 'ping',
    title: 'ping',
    commands: ['ping'],
    version: ['-V'],
    packages: ['iputils-ping'],
    matters: 'Without it no network can be stretched between labs and other hosts.',
    without: 'warning',
  },
  {
    id: 'slirp4netns',
    title: 'slirp4netns',
    commands: ['slirp4netns'],
    version: ['--version'],
    packages: ['slirp4netns'],
    matters: 'Without it a lab has no uplink and no forwards; isolated networks do not need it.',
    without: 'warning',
  },
];

/** $1: the commands, separated by spaces; the rest: version arguments for the first one found. Prints its path and version. */
const ASK = `
names=$1; shift
for name in $names; do
  path=$(command -v "$name") || continue
  echo "$path"
  [ $# -gt 0 ] && "$path" "$@" 2>&1 </dev/null | head -n 1
  exit 0
done
exit 127
`;

/** The util-linux tools come in one package but are separate files; an old or reduced system can lack one. */
const ALSO: Record<string, readonly string[]> = { namespaces_tools: ['nsenter', 'setpriv', 'flock', 'mount'] };

/** One check per tool, all in parallel. */
export function toolChecks(shell: Shell): Promise<DoctorCheck[]> {
  return Promise.all(TOOLS.map((tool) => toolCheck(shell, tool)));
}

async function toolCheck(shell: Shell, tool: Tool): Promise<DoctorCheck> {
  const { exit, stdout } = await shell.script(ASK, [tool.commands.join(' '), ...(tool.version ?? [])], {
    okExits: 'any',
  });
  const missing = exit === 0 ? await lacking(shell, ALSO[tool.id] ?? []) : tool.commands;
  const [path = '', version = ''] = stdout.trim().split('\n');
  const found = missing.length === 0 ? (/\d+\.\d[\w.]*/.exec(version)?.[0] ?? path) : `${missing.join(', ')} not found`;
  const isFine = missing.length === 0;
  return {
    id: tool.id,
    title: tool.title,
    state: isFine ? 'ok' : tool.without,
    found,
    matters: tool.matters,
    remedy: isFine ? null : install(tool.packages),
  };
}

async function lacking(shell: Shell, commands: readonly string[]): Promise<string[]> {
  const answers = await Promise.all(
    commands.map((name) => shell.script('command -v "$1"', [name], { okExits: 'any' })),
  );
  return commands.filter((_, index) => answers[index]?.exit !== 0);
}
