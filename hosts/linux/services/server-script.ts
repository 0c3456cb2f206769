import type { ServicesSpec } from '../../../engine/ports/services';
import { configText, namesText, vnicsText } from './config';
import { serverFilterText } from './filter-text';
import { checked, subnet } from './names';

/** The read-only root directory that all servers of a host share. Readable by others: it has only programs. */
export const SERVER_ROOT = '/run/atoll-services/root';

/** What dnsmasq may do: bind its ports. For IPv6 it also sends router advertisements, in a network that is its own. */
const rightsOf = ({ ipv6 }: ServicesSpec): string =>
  ipv6 === null ? '-all,+net_bind_service' : '-all,+net_bind_service,+net_raw,+net_admin';

/** The files of a server in its own folder /run. */
export const filesOf = (spec: ServicesSpec): ReadonlyArray<readonly [name: string, text: string]> => [
  ['dnsmasq.conf', configText(spec)],
  ['names', namesText(spec)],
  ['vnics', vnicsText(spec)],
];

/**
 * What runs as PID 1 of a server's namespaces, as root of nothing but these, until it becomes dnsmasq, which is root of nothing.
 * Descriptor 3 ends when its port is there, 4 has the leases of its predecessor. A flooded log fills its own file system only.
 */
export function serverScript(spec: ServicesSpec): string {
  const { ipv4, ipv6, mac } = spec;
  const addresses = [
    ...(ipv4 ? [`address add ${text(subnet('ipv4', ipv4.address))} dev eth0`] : []),
    ...(ipv6 ? [`address add ${text(subnet('ipv6', ipv6.address))} dev eth0 nodad`] : []),
    'link set dev eth0 up',
  ];
  checked('mac', mac);
  const rights = rightsOf(spec);
  const on = ipv6 === null ? 'for i in all default eth0; do echo 1 >$i/disable_ipv6; done' : IPV6_ON;
  return `set -eu; cd /; umask 022
while read -r go <&3; do :; done
[ -e /proc/sys/net/ipv4/conf/eth0 ]
mount -t tmpfs -o mode=755,size=4m,nr_inodes=64,nosuid,nodev,noexec tmpfs ${SERVER_ROOT}/run
cd ${SERVER_ROOT}/run
mkdir log; mount -t tmpfs -o mode=755,size=256k,nr_inodes=8,nosuid,nodev,noexec tmpfs log
cat <&4 >leases; exec 3<&- 4<&-
${filesOf(spec)
  .map(([name, content]) => `cat >${name} <<'END-OF-FILE'\n${content}END-OF-FILE\n`)
  .join('')}if [ -d /proc/sys/net/ipv6/conf ]; then
cd /proc/sys/net/ipv6/conf
for i in all default eth0; do echo 0 >$i/accept_ra; echo 0 >$i/accept_redirects; echo 0 >$i/forwarding; done
${on}
fi
cd /proc/sys/net/ipv4
echo 0 >ip_forward; echo 1 >conf/all/arp_ignore; echo 2 >conf/all/arp_announce; echo 1 >conf/all/rp_filter
echo 1 >icmp_echo_ignore_broadcasts; echo 0 >conf/all/accept_redirects; echo 0 >conf/eth0/accept_redirects
cd /
nft -f - <<'END-OF-FILE'
${serverFilterText(spec)}END-OF-FILE
ip -batch - <<'END-OF-FILE'
${addresses.join('\n')}
END-OF-FILE
exec chroot ${SERVER_ROOT} setpriv --bounding-set ${rights} --inh-caps ${rights} --ambient-caps ${rights} --no-new-privs \\
  dnsmasq --keep-in-foreground --conf-file=/run/dnsmasq.conf </dev/null >/dev/null 2>&1
`;
}

const IPV6_ON = 'echo 0 >eth0/accept_dad; echo 0 >eth0/disable_ipv6';

const text = ({ address, length }: { readonly address: string; readonly length: number }): string =>
  `${address}/${length}`;
