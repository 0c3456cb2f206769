import type { DoctorCheck } from '../../contract';

/**
 * The host's filters of bridged frames, as lines `name value`. br_netfilter hands these frames to the FORWARD chains of iptables, as if
 * they were routed, and to those of nftables; firewalld's rejects what no zone allows, which its policy does not show. With its
 * sysctl on, `nf_call_iptables 0` of a bridge changes nothing (br_nf_pre_routing: either is enough).
 */
export const FILTER_FACTS = `
say calls4 "$(cat /proc/sys/net/bridge/bridge-nf-call-iptables 2>/dev/null)"
say calls6 "$(cat /proc/sys/net/bridge/bridge-nf-call-ip6tables 2>/dev/null)"
policy() { nft list chain "$1" filter FORWARD 2>/dev/null | grep -o 'policy [a-z]*' | head -n 1; }
say forward4 "$(policy ip)"; say forward6 "$(policy ip6)"
nft list chain inet firewalld filter_FORWARD >/dev/null 2>&1 && say firewalld yes
docker() {
  nft list chain "$1" filter DOCKER-USER >/dev/null 2>&1 || return
  say "docker$2" "$("$3" -w -C DOCKER-USER -m physdev --physdev-is-bridged -j ACCEPT 2>/dev/null && echo accepts || echo yes)"
}
docker ip 4 iptables; docker ip6 6 ip6tables
`;

type Facts = ReadonlyMap<string, string>;
type Version = '4' | '6';
type Argv = readonly string[];

const ID = 'host_bridge_filter';
const TITLE = 'Traffic between guests is not filtered';
const MATTERS = "VMs on the same network can't reach each other if the host's firewall filters bridged frames.";
const TOOL: Record<Version, string> = { 4: 'iptables', 6: 'ip6tables' };
const VERSIONS: readonly Version[] = ['4', '6'];

const UNREADABLE: DoctorCheck = {
  id: ID,
  title: TITLE,
  state: 'warning',
  found: 'br_netfilter is active, and only root can read the FORWARD policy',
  matters: MATTERS,
  remedy: {
    words: 'Check whether its policy is drop; once this computer is a host, its checks show it',
    command: ['nft', 'list', 'chain', 'ip', 'filter', 'FORWARD'],
    root: true,
  },
};

/** Whether a filter of the host drops what guests on one bridge send to each other, and what ends that. */
export function filterCheck(facts: Facts): DoctorCheck {
  const active = VERSIONS.filter((version) => facts.get(`calls${version}`) === '1');
  if (active.length > 0 && facts.get('root') !== '0') return UNREADABLE;
  const dropped = active.filter((version) => drops(facts, version));
  const firewalld = active.length > 0 && facts.get('firewalld') === 'yes';
  const by = [...dropped.map((version) => `FORWARD drops IPv${version}`), ...(firewalld ? ['firewalld rejects'] : [])];
  return {
    id: ID,
    title: TITLE,
    state: by.length > 0 ? 'warning' : 'ok',
    found:
      active.length === 0
        ? 'br_netfilter not active'
        : `br_netfilter active: ${by.length > 0 ? by.join(', ') : 'bridged frames are accepted'}`,
    matters: MATTERS,
    remedy: by.length === 0 ? null : remedy(facts, firewalld ? [] : dropped),
  };
}

const drops = (facts: Facts, version: Version): boolean =>
  facts.get(`forward${version}`) === 'policy drop' && facts.get(`docker${version}`) !== 'accepts';

/** `versions`: for which Docker may have its own chain; without any, all filtering of bridged frames ends. */
function remedy(facts: Facts, versions: readonly Version[]): DoctorCheck['remedy'] {
  const byDocker = versions.filter((version) => facts.has(`docker${version}`));
  const others = versions.length === 0 ? VERSIONS : versions.filter((version) => !byDocker.includes(version));
  const commands: Argv[] = byDocker.map((version) => acceptance(TOOL[version]));
  if (others.length > 0)
    commands.push(['sysctl', '-w', ...others.map((version) => `net.bridge.bridge-nf-call-${TOOL[version]}=0`)]);
  const words = [
    ...(byDocker.length > 0 ? ["accept bridged frames in Docker's chain for user rules"] : []),
    ...(others.length > 0 ? ['turn off filtering of bridged frames'] : []),
  ].join(', and ');
  const [first = [], ...rest] = commands;
  const command = rest.length === 0 ? first : ['sh', '-c', commands.map((argv) => argv.join(' ')).join(' && ')];
  return {
    words: `${words.charAt(0).toUpperCase()}${words.slice(1)}, until the next boot`,
    command: [...command],
    root: true,
  };
}

const acceptance = (tool: string): Argv => [
  ...[tool, '-I', 'DOCKER-USER', '-m', 'physdev', '--physdev-is-bridged', '-j', 'ACCEPT'],
];
