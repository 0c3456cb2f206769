/**
 * The script of a live verification: one temporary network namespace is plugged into the bridge as a guest, asks the given guests, and
 * counts what comes back by MAC address. It needs what the isolation probe needs (probe-script.ts): iproute2, nft, util-linux, and bash
 * for pings and TCP. ARP requests are sent from 0.0.0.0, which changes nobody's neighbor table (RFC 5227); the probe then takes an
 * address of the guests' subnet only if nobody answered for it. A datagram to port 7 becomes an echo request on its way out.
 * $1 bridge, $2 name of the port, $3 MTU, $4 a random word that ends each section, $5 MAC address of the probe. Then five arguments for
 * each guest: its address or `-`, the address for the probe with prefix length or `-`, the MAC address that forwards or `-`, the MAC
 * address of the guest, TCP ports separated by commas or `-`.
 */
export const REACH_SCRIPT = `
export LC_ALL=C; set -f
bridge=$1; port=$2; mtu=$3; word=$4; mac=$5; shift 5; a=
clean() { trap - EXIT; ip link del dev "$port" 2>/dev/null; [ -z "$a" ] || kill -9 $a 2>/dev/null; }
trap clean EXIT; trap 'exit 143' HUP INT PIPE TERM
fail() { echo "$*" >&2; exit 3; }
nap() { sleep "$1" 2>/dev/null || sleep 1; }
in_a() { nsenter -t "$a" -n -- "$@"; }
section() { printf '\\n%s\\n' "$word"; }
learned() { bridge -j fdb show br "$bridge"; section; ip -j link show master "$bridge"; }

ip link show dev "$bridge" >/dev/null 2>&1 || fail "there is no interface $bridge"
[ $# -gt 0 ] || { section; section; learned; exit 0; }
here=$(readlink /proc/self/ns/net)
unshare -n sleep 40 </dev/null >/dev/null 2>&1 & a=$!
tries=0
while there=$(readlink "/proc/$a/ns/net") && [ "$there" = "$here" ]; do
  tries=$((tries + 1)); [ $tries -lt 100 ] || fail "no network namespace could be made"
  nap 0.02
done
[ -n "$there" ] || fail "no network namespace could be made"

ip link add name "$port" mtu "$mtu" type veth peer name eth0 mtu "$mtu" address "$mac" netns "$a" || fail "the probe's port could not be made"
ip link set dev "$port" addrgenmode none
if [ -e /proc/sys/net/ipv6/conf ]; then echo 1 >"/proc/sys/net/ipv6/conf/$port/disable_ipv6" || fail "IPv6 stays on"; fi
in_a nft -f - <<'COUNT' || fail "nft could not count in the probe's namespace"
table netdev probe {
  set seen { type ether_addr . ether_type; flags dynamic; size 4096; counter; }
  set answered { type ether_addr . ipv4_addr; flags dynamic; size 4096; counter; }
  set ponged { type ether_addr . ipv4_addr; flags dynamic; size 4096; counter; }
  set accepted { type ipv4_addr . inet_service; flags dynamic; size 4096; counter; }
  set refused { type ipv4_addr . inet_service; flags dynamic; size 4096; counter; }
  chain in {
    type filter hook ingress device "eth0" priority 0; policy accept;
    update @seen { ether saddr . ether type }
    arp operation reply update @answered { ether saddr . arp saddr ip }
    icmp type echo-reply update @ponged { ether saddr . ip saddr }
    tcp flags & (syn | ack) == (syn | ack) update @accepted { ip saddr . tcp sport }
    tcp flags & rst == rst update @refused { ip saddr . tcp sport }
  }
  chain rewrite {
    type filter hook egress device "eth0" priority -10; policy accept;
    ip protocol udp udp dport 7 @th,0,16 set 0x0800 @th,16,16 set 0xf7ef @th,48,16 set 0 ip protocol set 1
    ip6 nexthdr udp udp dport 7 @th,0,16 set 0x8000 @th,48,16 set 0 ip6 nexthdr set 58
  }
}
COUNT
in_a sh -c '
  cd /proc/sys/net
  echo 0 >ipv4/conf/all/rp_filter; echo 0 >ipv4/conf/default/rp_filter; echo 0 >ipv4/conf/eth0/rp_filter
  [ -d ipv6/conf ] || exit 0
  echo 0 >ipv6/conf/eth0/accept_dad; echo 0 >ipv6/conf/eth0/disable_ipv6'
# Without any local route the kernel takes every address for a broadcast, and sends no ARP.
in_a ip link set dev lo up
in_a ip link set dev eth0 up || fail "the probe could not be set up"
ip link set dev "$port" master "$bridge" up || fail "$port could not be plugged into $bridge"

# First by ARP alone, without an address; also for the address that the probe would take.
ask() {
  while [ $# -ge 5 ]; do
    [ "$1" = - ] || [ "$3" != - ] || echo "neigh replace $1 dev eth0 use"
    [ "$2" = - ] || echo "neigh replace \${2%/*} dev eth0 use"
    shift 5
  done | sort -u | in_a ip -force -batch - 2>/dev/null
}
ask "$@"; nap 0.5; ask "$@"; nap 1
in_a nft -j list set netdev probe answered; section

if command -v bash >/dev/null; then
  taken=$(in_a nft list set netdev probe answered)
  while [ $# -ge 5 ]; do
    if [ "$1" != - ] && [ "$2" != - ]; then
      case "$taken" in
        *" . \${2%/*} "*) ;;
        *)
          in_a ip address replace "$2" dev eth0 noprefixroute 2>/dev/null
          [ "$3" = - ] || in_a ip neigh replace "$1" dev eth0 lladdr "$3" nud permanent
          in_a ip route replace "$1" dev eth0 src "\${2%/*}"
          in_a bash -c '
            eight="\\0\\0\\0\\0\\0\\0\\0\\0"
            for i in 1 2 3; do { printf "$eight" >"/dev/udp/$1/7"; } 2>/dev/null; sleep 0.2; done
            [ "$2" = - ] || for tcp in \${2//,/ }; do (: >"/dev/tcp/$1/$tcp") 2>/dev/null & done
            sleep 0.4; kill $(jobs -p) 2>/dev/null' bash "$1" "$5" </dev/null >/dev/null 2>&1 &
          ;;
      esac
    fi
    shift 5
  done
  in_a bash -c 'for i in 1 2 3; do { printf "\\0\\0\\0\\0\\0\\0\\0\\0" >"/dev/udp/ff02::1%eth0/7"; } 2>/dev/null; sleep 0.4; done' </dev/null >/dev/null 2>&1
  nap 0.6
fi
ip link set dev "$port" nomaster
in_a nft -j list table netdev probe; section
learned
`;
