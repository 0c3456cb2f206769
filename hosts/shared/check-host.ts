import type { DoctorCheck } from '../../contract';
import { TRY_NAMESPACES } from '../linux/services/scripts';
import { TRY_TUNNEL } from '../linux/stretch/scripts';
import type { Shell } from '../shell';
import { FILTER_FACTS, filterCheck } from './bridge-filter';
import { LIBVIRT_CLAIMS, libvirtClaimsCheck } from './libvirt-claims';
import { networkdCheck, networkManagerCheck, takeoverFacts } from './takeovers';

/**
 * Checks what a host has for networks and VMs, and what on it would block or take over their interfaces. One script, one round
 * trip; each line of its answer is `name value`.
 */
const SCRIPT = `
say() { printf '%s %s\\n' "$1" "$2"; }
have() { say "$1" "$("$@" 2>/dev/null </dev/null | head -n 1)"; }
PATH="$PATH:/usr/sbin:/sbin"
have ip -V; have nft --version; have dnsmasq --version; have virsh --version; have qemu-img --version
# RHEL's QEMU is in no folder of PATH.
for qemu in qemu-system-x86_64 qemu-kvm /usr/libexec/qemu-kvm; do
  command -v "$qemu" >/dev/null && { say qemu-system-x86_64 "$("$qemu" --version 2>/dev/null </dev/null | head -n 1)"; break; }
done
say kernel "$(uname -r)"
say root "$(id -u)"
{ [ -d /sys/module/bridge ] || modprobe -nq bridge; } 2>/dev/null && say bridge yes || say bridge no
say libvirtd "$(virsh -q -c qemu:///system uri 2>&1 </dev/null | tail -n 1)"
for unit in libvirtd.socket virtqemud.socket; do
  systemctl cat "$unit" >/dev/null 2>&1 && { say libvirt-unit "$unit"; break; }
done
# The files in which packages describe their firmware (QEMU's docs/interop/firmware.json); libvirt selects by them.
say uefi "$(for file in /etc/qemu/firmware/*.json /usr/share/qemu/firmware/*.json; do [ -e "$file" ] && { echo "$file"; break; }; done)"
{ ${TRY_NAMESPACES}; } >/dev/null 2>&1 </dev/null && say namespaces yes
have wg --version; have ping -V; say relay "$(command -v perl || command -v python3)"
say tunnel "$({ ${TRY_TUNNEL}; } 2>/dev/null </dev/null | head -n 1)"
command -v swtpm_setup >/dev/null && have swtpm --version
[ -w /dev/kvm ] && say kvm yes || say kvm no
${FILTER_FACTS}
${takeoverFacts()}
${LIBVIRT_CLAIMS}
[ -d /run/systemd/system ] && say systemd yes
say packages "$(for tool in apt-get dnf zypper pacman; do command -v $tool >/dev/null && { echo $tool; break; }; done)"
exit 0
`;

/** What takes over or blocks bridges and taps on a shared computer; a lab does not have it. */
const SHARED = ['host_bridge_filter', 'host_networkmanager', 'host_networkd', 'host_libvirt_networks'];
/** What this computer as a host and its labs have in common, and the Doctor does not check otherwise. */
const FOR_LABS_TOO = ['host_uefi', 'host_swtpm'];

/** Checks this computer as a host. */
export async function checkShared(shell: Shell): Promise<DoctorCheck[]> {
  const checks = await checkHost(shell);
  const shared = checks.filter(({ id }) => SHARED.includes(id));
  return [
    ...checks.filter(({ id }) => FOR_LABS_TOO.includes(id)),
    ...shared.map((check) => ({
      ...check,
      matters: `${check.matters} This matters only if this computer itself is a host; labs are not affected.`,
    })),
  ];
}

type Facts = ReadonlyMap<string, string>;

/** Inspects a host and evaluates the findings. Throws what running a script there throws. */
export async function checkHost(shell: Shell): Promise<DoctorCheck[]> {
  const { stdout } = await shell.script(SCRIPT, []);
  return evaluateHost(readFacts(stdout));
}

/** A repeated name keeps its first value. */
export function readFacts(stdout: string): Facts {
  const facts = new Map<string, string>();
  for (const line of stdout.split('\n')) {
    const blank = line.indexOf(' ');
    if (blank > 0 && !facts.has(line.slice(0, blank))) facts.set(line.slice(0, blank), line.slice(blank + 1).trim());
  }
  return facts;
}

/** Every point, OK or not, each gap with its remedy. */
export function evaluateHost(facts: Facts): DoctorCheck[] {
  return [
    ...TOOLS.map((tool) => toolCheck(facts, tool)),
    kernelCheck(facts),
    libvirtCheck(facts),
    uefiCheck(facts),
    tpmCheck(facts),
    kvmCheck(facts),
    namespacesCheck(facts),
    tunnelCheck(facts),
    filterCheck(facts),
    networkManagerCheck(facts),
    networkdCheck(facts),
    libvirtClaimsCheck(facts),
    restartCheck(facts),
  ];
}

interface Tool {
  readonly id: string;
  readonly title: string;
  readonly matters: string;
  readonly without: 'missing' | 'warning';
  /** By package manager: Debian's, then Fedora's name. */
  readonly packages: readonly [string, string];
}

const NETWORKS = 'Without it no network can be created on this host.';
const VMS = 'Without it no VM can run on this host; networks still work.';
const SERVICES = 'Without it networks on this host have no DHCP and no names inside; guests then need fixed addresses.';
const STRETCH = 'Without it no network can be stretched to or from this host.';
const TOOLS: readonly Tool[] = [
  { id: 'ip', title: 'iproute2', matters: NETWORKS, without: 'missing', packages: ['iproute2', 'iproute'] },
  { id: 'nft', title: 'nftables', matters: NETWORKS, without: 'missing', packages: ['nftables', 'nftables'] },
  { id: 'dnsmasq', title: 'dnsmasq', matters: SERVICES, without: 'warning', packages: ['dnsmasq-base', 'dnsmasq'] },
  {
    id: 'virsh',
    title: 'libvirt',
    matters: VMS,
    without: 'warning',
    packages: ['libvirt-clients libvirt-daemon-system', 'libvirt'],
  },
  {
    id: 'qemu-system-x86_64',
    title: 'QEMU',
    matters: VMS,
    without: 'warning',
    packages: ['qemu-system-x86', 'qemu-kvm'],
  },
  {
    id: 'qemu-img',
    title: 'qemu-img',
    matters: 'Atoll creates the disks of VMs with it.',
    without: 'warning',
    packages: ['qemu-utils', 'qemu-img'],
  },
  {
    id: 'wg',
    title: 'wg',
    matters: STRETCH,
    without: 'warning',
    packages: ['wireguard-tools', 'wireguard-tools'],
  },
  { id: 'ping', title: 'ping', matters: STRETCH, without: 'warning', packages: ['iputils-ping', 'iputils'] },
  {
    id: 'relay',
    title: 'perl or python3',
    matters: 'Without either no network can be relayed to this host, only stretched to hosts that it reaches directly.',
    without: 'warning',
    packages: ['perl-base', 'perl-interpreter'],
  },
];

function toolCheck(facts: Facts, { id, title, matters, without, packages }: Tool): DoctorCheck {
  const found = facts.get(id) ?? '';
  const check = { id: `host_${id}`, title, matters };
  if (found !== '') return { ...check, state: 'ok', found, remedy: null };
  return {
    ...check,
    state: without,
    found: 'not found',
    remedy: install(facts.get('packages') ?? '', title, packages),
  };
}

function namespacesCheck(facts: Facts): DoctorCheck {
  const works = facts.get('namespaces') === 'yes';
  const canTell = facts.get('root') === '0';
  return {
    id: 'host_namespaces',
    title: 'User namespaces',
    state: works || !canTell ? 'ok' : 'warning',
    found: works ? 'can be created' : canTell ? "can't be created" : 'tested once this computer is a host',
    matters: `${SERVICES} Each server runs in a user namespace of its own.`,
    remedy:
      works || !canTell
        ? null
        : {
            words: 'Allow user namespaces on the host',
            command: ['sysctl', '-w', 'user.max_user_namespaces=28633'],
            root: true,
          },
  };
}

/** WireGuard of the kernel, or in a process of its own, and VXLAN. */
function tunnelCheck(facts: Facts): DoctorCheck {
  const lacks = facts.get('tunnel') ?? '';
  const check = { id: 'host_wireguard', title: 'WireGuard and VXLAN', matters: STRETCH };
  if (facts.get('root') !== '0')
    return { ...check, state: 'ok', found: 'tested once this computer is a host', remedy: null };
  if (lacks === '') return { ...check, state: 'ok', found: 'supported', remedy: null };
  const found =
    lacks === 'lacks vxlan' ? 'the kernel has no VXLAN' : 'the kernel has no WireGuard, and there is no wireguard-go';
  return {
    ...check,
    state: 'warning',
    found,
    remedy:
      lacks === 'lacks vxlan'
        ? { words: 'Boot a kernel with the vxlan module', command: null, root: true }
        : install(facts.get('packages') ?? '', 'wireguard-go', ['wireguard-go', 'wireguard-go']),
  };
}

/** Package managers that install with this word; pacman has another, and other package names. */
const INSTALLERS: ReadonlySet<string> = new Set(['apt-get', 'dnf', 'zypper']);

function install(manager: string, title: string, [debian, fedora]: Tool['packages']): DoctorCheck['remedy'] {
  const words = `Install ${title} on the host`;
  const names = (manager === 'apt-get' ? debian : fedora).split(' ');
  // The host's answer is untrusted, and is never the first word of a command that the user runs as root.
  const command = INSTALLERS.has(manager) ? [manager, 'install', ...names] : null;
  return { words, command, root: true };
}

function kernelCheck(facts: Facts): DoctorCheck {
  const makes = facts.get('bridge') === 'yes';
  return {
    id: 'host_kernel',
    title: 'Bridge support in the kernel',
    state: makes ? 'ok' : 'missing',
    found: `${facts.get('kernel') ?? 'unknown'}, ${makes ? 'bridges supported' : 'no bridge module'}`,
    matters: NETWORKS,
    remedy: makes ? null : { words: 'Boot a kernel with the bridge module', command: null, root: true },
  };
}

function libvirtCheck(facts: Facts): DoctorCheck {
  const said = facts.get('libvirtd') ?? '';
  const answers = /^\S+:\/\//.test(said);
  return {
    id: 'host_libvirtd',
    title: 'libvirt responds',
    state: answers ? 'ok' : 'warning',
    found: answers ? said : said || 'no response',
    matters: VMS,
    remedy: answers
      ? null
      : {
          words: 'Start libvirt on the host',
          command: ['systemctl', 'enable', '--now', libvirtUnit(facts)],
          root: true,
        },
  };
}

/** Fedora and RHEL have a daemon for each driver, and no libvirtd. The answer is untrusted: it selects, and is never passed on. */
const libvirtUnit = (facts: Facts): string =>
  facts.get('libvirt-unit') === 'virtqemud.socket' ? 'virtqemud.socket' : 'libvirtd.socket';

function uefiCheck(facts: Facts): DoctorCheck {
  const found = facts.get('uefi') ?? '';
  const check = {
    id: 'host_uefi',
    title: 'UEFI firmware',
    matters: 'Without it VMs with UEFI or Secure Boot do not start; VMs with BIOS do.',
  };
  if (found !== '') return { ...check, state: 'ok', found, remedy: null };
  const remedy = install(facts.get('packages') ?? '', 'UEFI firmware', ['ovmf', 'edk2-ovmf']);
  return { ...check, state: 'warning', found: 'not found', remedy };
}

function tpmCheck(facts: Facts): DoctorCheck {
  const found = facts.get('swtpm') ?? '';
  const check = {
    id: 'host_swtpm',
    title: 'TPM emulator',
    matters: 'Without it VMs with a TPM, such as Windows 11, do not start.',
  };
  const version = /version ([\d.]+)/.exec(found)?.[1] ?? found;
  if (found !== '') return { ...check, state: 'ok', found: version, remedy: null };
  const packages = ['swtpm swtpm-tools', 'swtpm swtpm-tools'] as const;
  return {
    ...check,
    state: 'warning',
    found: 'not found',
    remedy: install(facts.get('packages') ?? '', 'swtpm', packages),
  };
}

function kvmCheck(facts: Facts): DoctorCheck {
  const there = facts.get('kvm') === 'yes';
  return {
    id: 'host_kvm',
    title: 'KVM',
    state: there ? 'ok' : 'warning',
    found: there ? '/dev/kvm found' : '/dev/kvm not found',
    matters: 'Without KVM, QEMU emulates the CPU: VMs work, but about ten times slower.',
    remedy: there ? null : { words: 'Enable virtualization in the firmware of the host', command: null, root: true },
  };
}

function restartCheck(facts: Facts): DoctorCheck {
  const keeps = facts.get('systemd') === 'yes';
  return {
    id: 'host_restart',
    title: 'Networks are recreated at boot',
    state: keeps ? 'ok' : 'warning',
    found: keeps ? 'by a systemd unit of Atoll' : 'systemd is not running',
    matters: 'Without it the networks of the host return only when Atoll reconnects after a restart.',
    remedy: keeps ? null : { words: 'Nothing to do: activation creates what is missing', command: null, root: false },
  };
}
