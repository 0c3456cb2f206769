import { randomUUID } from 'node:crypto';
import type { ServicesSpec } from '../../engine/ports/services';
import type { BridgeSpec } from '../../engine/ports/changes';
import type { Shell } from '../../hosts/shell';

let numbered = 0;

/** The server of a network: 10.66.N.254, a pool of two addresses, `web` and `db` known by MAC. */
export function servicesFor(
  storeId: string,
  { networkId, bridge }: Pick<BridgeSpec, 'networkId' | 'bridge'>,
  changes: Partial<ServicesSpec> = {},
): ServicesSpec {
  numbered += 1;
  const net = `10.66.${numbered}`;
  const tail = numbered.toString(16).padStart(2, '0');
  return {
    ...{ networkId, bridge, mtu: 1500, port: `asv${numbered}` },
    alias: `atoll-port:${storeId}:${networkId}:services`,
    mac: `56:6f:5e:00:00:${tail}`,
    ipv4: { address: `${net}.254/24`, pool: { from: `${net}.200`, to: `${net}.201` } },
    ipv6: null,
    domain: 'blue.internal',
    ...{ dhcp: true, dns: true, leaseSeconds: 3600, options: [], gateway: null, guard: false },
    vnics: [
      { mac: `56:6f:5e:01:00:${tail}`, ipv4: `${net}.10`, ipv6: null, name: 'web' },
      { mac: `56:6f:5e:02:00:${tail}`, ipv4: `${net}.11`, ipv6: null, name: 'db' },
    ],
    names: [
      { name: 'web', addresses: [`${net}.10`] },
      { name: 'db', addresses: [`${net}.11`] },
    ],
    ...{ settings: randomUUID().replaceAll('-', ''), records: randomUUID().replaceAll('-', '') },
    ...changes,
  };
}

/**
 * A guest that is a namespace behind a veth, as a shell script that runs in the host: $1 bridge, $2 name of the host's end, $3 MAC,
 * $4 what it does there. It has udhcpc and nslookup of busybox, and no addresses but those that it is given.
 */
const GUEST = `
unshare -n -m -u --propagation private sleep 600 </dev/null >/dev/null 2>&1 & pid=$!
trap 'ip link del dev "$2" 2>/dev/null; kill -9 $pid' EXIT
until there=$(readlink /proc/$pid/ns/net) && [ "$there" != "$(readlink /proc/self/ns/net)" ]; do sleep 0.02; done
ip link add name "$2" type veth peer name eth0 address "$3" netns $pid
if [ -e "/proc/sys/net/ipv6/conf/$2" ]; then echo 1 >"/proc/sys/net/ipv6/conf/$2/disable_ipv6"; fi
ip link set dev "$2" master "$1" up
nsenter -t $pid -n -m -u -- sh -c '
  hostname guest
  mount -t tmpfs tmpfs /tmp; : >/tmp/resolv.conf; mount --bind /tmp/resolv.conf "$(readlink -f /etc/resolv.conf)"
  cat >/tmp/lease <<"SH"
#!/bin/sh
[ "$1" = bound ] || exit 0
ip address add "$ip/$mask" dev eth0
echo "lease $ip/$mask router=$router dns=$dns domain=$domain mtu=$mtu opt=$opt42"
for each in $dns; do echo "nameserver $each" >>/tmp/resolv.conf; done
SH
  cat >/tmp/lease6 <<"SH"
#!/bin/sh
[ "$1" = bound ] || exit 0
ip -6 address add "$ipv6/128" dev eth0
echo "lease $ipv6 dns=$dns"
SH
  chmod 755 /tmp/lease /tmp/lease6
  dhcp() { busybox udhcpc -i eth0 -f -q -n -t 8 -T 1 -s /tmp/lease "$@" 2>/tmp/log || { echo "no lease"; cat /tmp/log >&2; }; }
  ask() { busybox nslookup "$@" 2>&1; }
  ip link set dev lo up; ip link set dev eth0 up
  eval "$1"
' sh "$4"
`;

/** Runs `script` in a guest on the bridge, with the functions `dhcp` and `ask`. Resolves with what it printed. */
export async function inGuest(
  shell: Shell,
  bridge: string,
  mac: string,
  script: string,
  timeoutMs = 60_000,
): Promise<string> {
  numbered += 1;
  const { stdout } = await shell.script(GUEST, [bridge, `gst${numbered}`, mac, script], { timeoutMs });
  return stdout;
}
