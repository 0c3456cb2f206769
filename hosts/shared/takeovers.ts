import type { DoctorCheck } from '../../contract';
import { PROBE_PREFIX } from '../linux/names';

/** Taps of VMs, the live probe's ports, ports of DHCP and DNS servers, tunnel ends. Bridges have names of their own. */
const PORTS = ['vnet*', `${PROBE_PREFIX}*`, 'ats*', 'att*'];

const NETWORKD_FOLDERS = ['/etc/systemd/network', '/run/systemd/network'];
const NETWORKD_FILE = '/etc/systemd/network/00-atoll-unmanaged.network';
const NETWORK_MANAGER_FILE = '/etc/NetworkManager/conf.d/zz-atoll-unmanaged.conf';

/**
 * What could take over Atoll's interfaces, as lines `name value`. NetworkManager leaves alone what another created (*externally*), unless
 * it is configured to manage all; its state of a device shows whether it does. networkd takes what a file matches; of the
 * conditions of \`[Match]\` (systemd.network(5)) those are known here that match bridges, veths and taps.
 */
export const takeoverFacts = (folders = NETWORKD_FOLDERS, ignored = NETWORKD_FILE): string => `
ours=$(grep -ls '^atoll' /sys/class/net/*/ifalias | cut -d / -f 5 | tr '\\n' ' ')
say ours "$ours"
if command -v nmcli >/dev/null && [ "$(nmcli -t -f RUNNING general 2>/dev/null)" = running ]; then
  say networkmanager running
  config=$(NetworkManager --print-config 2>/dev/null)
  say nm-ignores "$(printf '%s\\n' "$config" | sed -n 's/^unmanaged-devices=//p' | tr ',;' '  ')"
  printf '%s\\n' "$config" | sed -n '/^\\[device/,/^$/p' | grep -qiE '^managed=(1|true|yes|on)$' && say nm-all yes
  say nm-manages "$(LC_ALL=C nmcli -t -f DEVICE,STATE device 2>/dev/null | grep -v ':unmanaged$\\|(externally)$' | cut -d : -f 1 | tr '\\n' ' ')"
fi
takes() {
  file=$1; shift
  grep -qE '^(Unmanaged=(1|true|yes|on)|Kind=!\\*)' "$file" && return 1
  grep -qE '^Type=[^!]' "$file" && ! grep -qE '^Type=.*(bridge|ether)' "$file" && return 1
  names=$(sed -n 's/^Name=//p' "$file" | tr '\\n' ' ')
  if [ -n "$names" ]; then
    set -f
    for name; do
      hit=no
      for pattern in \${names#!}; do case $name in $pattern) hit=yes ;; esac; done
      case $hit$names in no!* | yes[!!]*) set +f; return 0 ;; esac
    done
    set +f; return 1
  fi
  grep -qE '^Type=([^!].*)?(bridge|ether)|^Kind=([^!].*)?(bridge|veth|tun|tap)|^Driver=.*(tun|bridge|veth)' "$file" && return 0
  return 1
}
# The bridge of a regular network has the MAC of its NIC, and would be configured like it.
by_mac() { grep -qE '^MACAddress=' "$1" && ! grep -qE '^(Name|Type|Kind|Driver|PermanentMACAddress)=' "$1"; }
for file in ${folders.map((folder) => `${folder}/*.network`).join(' ')}; do
  [ -f "$file" ] || continue
  takes "$file" vnet0 ${PROBE_PREFIX}0 ats0 att0 $ours && say networkd "$file"
  by_mac "$file" && say networkd-mac "$file"
done
say networkd-ignores "$(sed -n 's/^Name=//p' '${ignored}' 2>/dev/null | head -n 1)"
`;

type Facts = ReadonlyMap<string, string>;

const wordsOf = (facts: Facts, name: string): string[] => (facts.get(name) ?? '').split(' ').filter(Boolean);

/** Atoll's bridges, VLANs and bonds. The host's answer is untrusted, and becomes part of a command that the user runs as root. */
const oursOf = (facts: Facts): string[] => wordsOf(facts, 'ours').filter((name) => /^\w[\w.-]*$/.test(name));

const isOurs = (facts: Facts, name: string): boolean => oursOf(facts).includes(name) || /^vnet\d+$/.test(name);

const HARM =
  'It detaches guests from their bridge and turns on IPv6 there: such a guest reaches the host, and not its network, until Atoll repairs it.';
const REPEAT = 'Run this again after you create another network';

/** NetworkManager takes bridges and taps only where it is configured to, or already does. */
export function networkManagerCheck(facts: Facts): DoctorCheck {
  const ours = [...PORTS, ...oursOf(facts)].map((name) => `interface-name:${name}`);
  const ignored = new Set(wordsOf(facts, 'nm-ignores'));
  const ignores = ours.every((name) => ignored.has(name));
  const managed = wordsOf(facts, 'nm-manages').filter((name) => isOurs(facts, name));
  const takes = managed.length > 0 || (facts.get('nm-all') === 'yes' && !ignores);
  const running = facts.get('networkmanager') === 'running';
  return {
    id: 'host_networkmanager',
    title: 'NetworkManager ignores bridges and taps',
    state: running && takes ? 'warning' : 'ok',
    found: running ? foundOf(managed, takes, ignores) : 'not running',
    matters: HARM,
    remedy: running && takes ? ignoreByManager(ours) : null,
  };
}

function foundOf(managed: readonly string[], takes: boolean, ignores: boolean): string {
  if (managed.length > 0) return `running, manages ${managed.join(', ')}`;
  if (takes) return 'running, configured to manage all devices';
  return ignores ? 'running, ignores them' : 'running, leaves them as they are';
}

/** Appends, so that what other files exclude stays excluded (`+=`, NetworkManager.conf(5)). The last file by name: a later `=` would replace it. */
const ignoreByManager = (names: readonly string[]): DoctorCheck['remedy'] => ({
  words: `Make it ignore taps and the bridges of Atoll; its other devices are not affected. ${REPEAT}`,
  command: [
    ...['sh', '-c'],
    `printf '%s\\n' '[keyfile]' 'unmanaged-devices+=${names.join(';')}' >${NETWORK_MANAGER_FILE} && systemctl reload NetworkManager`,
  ],
  root: true,
});

/** networkd takes what the first file matches, so a first one of Atoll's excludes what is Atoll's. */
export function networkdCheck(facts: Facts): DoctorCheck {
  const names = [...PORTS, ...oursOf(facts)];
  const ignored = new Set(wordsOf(facts, 'networkd-ignores'));
  const ignores = names.every((name) => ignored.has(name));
  const file = facts.get('networkd');
  const byMac = facts.get('networkd-mac');
  const remedy = file !== undefined && !ignores ? ignoreByNetworkd(names) : byMac === undefined ? null : narrow(byMac);
  return {
    id: 'host_networkd',
    title: 'networkd ignores bridges and taps',
    state: remedy === null ? 'ok' : 'warning',
    found: networkdFound(file, byMac, ignores),
    matters: HARM,
    remedy,
  };
}

function networkdFound(file: string | undefined, byMac: string | undefined, ignores: boolean): string {
  if (file !== undefined && !ignores) return `${file} matches them`;
  if (byMac !== undefined) return `${byMac} matches a NIC and the bridge of its network`;
  return file === undefined ? 'no .network file matches them' : 'ignores them';
}

const narrow = (file: string): DoctorCheck['remedy'] => ({
  words: `Match by Name= or PermanentMACAddress= in ${file} on the host`,
  command: null,
  root: true,
});

const ignoreByNetworkd = (names: readonly string[]): DoctorCheck['remedy'] => ({
  words: `Make it ignore taps and the bridges of Atoll; its other links are not affected. ${REPEAT}`,
  command: [
    ...['sh', '-c'],
    `printf '%s\\n' '[Match]' 'Name=${names.join(' ')}' '[Link]' 'Unmanaged=yes' >${NETWORKD_FILE} && networkctl reload`,
  ],
  root: true,
});
