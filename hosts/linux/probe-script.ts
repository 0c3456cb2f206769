import { PORT_LINK_LOCAL_MASK } from './ip-json';

/**
 * The live probe's script. Two temporary network namespaces are plugged into the bridge as guests A and B. It needs only iproute2, nft
 * and util-linux: the kernel itself sends what a curious guest would, and nft counts, by source MAC and protocol, everything that comes
 * in (its ingress hook sees a frame before anything else does).
 * - `ip neigh ... use` (NTF_USE) sends an ARP request or a neighbor solicitation for any address; without an address of its own it does
 *   so from 0.0.0.0
 * - an interface that comes up sends MLD reports and router solicitations; `autojoin` sends IGMP and MLD reports
 * - a bridge with `mcast_querier` sends IGMP and MLD queries: guest B is one
 * - bash, if installed, sends UDP and TCP; the egress chain turns some of it into pings and a DHCP discover
 * A table of the bridge family, if the kernel supports it, counts what other ports send to the two: a guest can use a MAC of the
 * host's, so that its frames look as if the host had sent them.
 * Everything created here ends with the script: the namespaces live as long as their `sleep`, and the veths in them.
 * With the network's own DHCP and DNS server, what it sends is counted by kind, and guest A also asks for everything that it must not
 * do: other ports, and packets for somebody else.
 * With a tunnel, what leaves the host in clear of what the two send is counted too, and what goes into the tunnel.
 * $1 bridge, $2 name of the ports without the last letter, $3 MTU, $4 a random word that ends each section. $5 MAC of the server, or
 * empty; $6 its IPv4 address, or empty, and $7 an unused one of its subnet with prefix length.
 * At the end, frames of the network as an outsider would forge them are sent to every address of the host: at the port of VXLAN and at
 * WireGuard's. No guest is to receive one.
 * $8: the byte of the guests' MAC addresses that tells probes of one stretched network apart; $9: the tunnel's namespace, or empty,
 * and its device; $11: the network's number in the tunnel.
 */
export const PROBE_SCRIPT = `
export LC_ALL=C; set -f
bridge=$1; port=$2; mtu=$3; word=$4; server_mac=$5; server=$6; own=$7; middle=$8; tunnel=$9; wg=\${10}; vni=\${11}; a=; b=; feeder=
# Probes of one stretched network run on several hosts at once: each has addresses of its own.
net=198.18.7; [ "$middle" = 00 ] || net=198.18.$((0x$middle)); net6=fd61:7470:$middle
clean() {
  trap - EXIT
  for each in a b; do ip link del dev "$port$each" 2>/dev/null; done
  [ -z "$a$b$feeder" ] || kill -9 $a $b $feeder 2>/dev/null
}
trap clean EXIT; trap 'exit 143' HUP INT PIPE TERM
fail() { echo "$*" >&2; exit 3; }
nap() { sleep "$1" 2>/dev/null || sleep 1; }
in_a() { nsenter -t "$a" -n -- "$@"; }
in_b() { nsenter -t "$b" -n -- "$@"; }

ip link show dev "$bridge" >/dev/null 2>&1 || fail "there is no interface $bridge"
here=$(readlink /proc/self/ns/net)
unshare -n sleep 150 </dev/null >/dev/null 2>&1 & a=$!
unshare -n sleep 150 </dev/null >/dev/null 2>&1 & b=$!
for pid in $a $b; do
  tries=0
  while there=$(readlink "/proc/$pid/ns/net") && [ "$there" = "$here" ]; do
    tries=$((tries + 1)); [ $tries -lt 100 ] || fail "no network namespace could be made"
    nap 0.02
  done
  [ -n "$there" ] || fail "no network namespace could be made"
done

# The table is nft's own that holds it, so it goes with that, however the script ends. 3: to say the pid of what nft reads from.
# At its end it would write a history into the home.
counting="add table bridge atoll_$port { flags owner; }
add set bridge atoll_$port seen { type ether_addr . ifname . ifname; flags dynamic; size 4096; counter; }
add chain bridge atoll_$port forwarded { type filter hook forward priority 300; policy accept; }
add rule bridge atoll_$port forwarded oifname { \"\${port}a\", \"\${port}b\" } update @seen { ether saddr . iifname . oifname }"
# What of the two leaves in clear: as it is, or in VXLAN of the host's own. Devices with an address lead outside.
outside=$(ip -o -4 address show scope global | sed 's/^[0-9]*: *\\([0-9A-Za-z_.-]*\\) .*/"\\1"/' | sort -u | tr '\\n' ',')
of_tunnel() { [ -z "$tunnel" ] || ip netns exec "$tunnel" wg show "$wg" transfer 2>/dev/null | { sum=0; while read -r _ _ sent; do sum=$((sum + sent)); done; echo $sum; }; }
if [ -n "$tunnel" ]; then
  wanted="@th,176,48 { 0x02617470\${middle}0a, 0x02617470\${middle}0b }"
  counting="$counting
add table inet atoll_$port { flags owner; }
add counter inet atoll_$port clear
add chain inet atoll_$port out { type filter hook output priority -300; policy accept; }
add rule inet atoll_$port out udp dport 4789 $wanted counter name clear"
  [ -z "$outside" ] || counting="$counting
add table netdev atoll_$port { flags owner; }
add counter netdev atoll_$port clear
add chain netdev atoll_$port out { type filter hook egress devices = { \${outside%,} } priority -300; policy accept; }
add rule netdev atoll_$port out ether saddr { 02:61:74:70:$middle:0a, 02:61:74:70:$middle:0b } counter name clear
add rule netdev atoll_$port out udp dport 4789 $wanted counter name clear"
fi
before=$(of_tunnel)
feeder=$({ sh -c 'echo $$ >&3; printf "%s\\n" "$1"; exec sleep 150 3>&-' sh "$counting" 2>/dev/null |
  HOME=/dev/null nft -i >/dev/null 2>&1 3>&- & } 3>&1)
tries=0
until nft list chain bridge "atoll_$port" forwarded >/dev/null 2>&1 || [ $tries -gt 9 ]; do tries=$((tries + 1)); nap 0.02; done

# The host's end of each port is silent before it is up, as that of a VM's tap is.
ip -batch - <<PORTS || fail "the probe's ports could not be made"
link add name \${port}a mtu $mtu type veth peer name eth0 mtu $mtu address 02:61:74:70:$middle:0a netns $a
link add name \${port}b mtu $mtu type veth peer name eth0 mtu $mtu address 02:61:74:70:$middle:0b netns $b
link set dev \${port}a addrgenmode none
link set dev \${port}b addrgenmode none
PORTS
for each in a b; do
  if [ -e /proc/sys/net/ipv6/conf ]; then echo 1 >"/proc/sys/net/ipv6/conf/$port$each/disable_ipv6" || fail "IPv6 stays on"; fi
  ip link set dev "$port$each" master "$bridge" up || fail "$port$each could not be plugged into $bridge"
  ip link set dev "$port$each" type bridge_slave group_fwd_mask ${PORT_LINK_LOCAL_MASK} 2>/dev/null
done

for pid in $a $b; do
  nsenter -t "$pid" -n -- nft -f - <<'COUNT' || fail "nft could not count in the probe's namespaces"
table netdev probe {
  set seen { type ether_addr . ether_type; flags dynamic; size 4096; counter; }
  set seen_icmpv6 { type ether_addr . icmpv6_type; flags dynamic; size 4096; counter; }
  counter sent_arp { }
  counter sent_link_local { }
  counter sent_ndp { }
  counter sent_router_solicitation { }
  counter sent_mld_report { }
  counter sent_mld_query { }
  counter sent_igmp_report { }
  counter sent_igmp_query { }
  counter sent_ping { }
  counter sent_ping_all_nodes { }
  counter sent_tcp { }
  counter sent_dns { }
  counter sent_dhcp { }
  counter sent_mdns { }
  chain in {
    type filter hook ingress device "eth0" priority 0; policy accept;
    update @seen { ether saddr . ether type }
    update @seen_icmpv6 { ether saddr . icmpv6 type }
  }
  chain rewrite {
    type filter hook egress device "eth0" priority -10; policy accept;
    ip protocol udp udp dport 7 @th,0,16 set 0x0800 @th,16,16 set 0xf7ef @th,48,16 set 0 ip protocol set 1
    ip6 nexthdr udp udp dport 7 @th,0,16 set 0x8000 @th,48,16 set 0 ip6 nexthdr set 58
    udp dport 67 udp sport set 68 ip saddr set 0.0.0.0 ip daddr set 255.255.255.255
  }
  chain out {
    type filter hook egress device "eth0" priority 0; policy accept;
    ether type arp counter name sent_arp
    ether daddr 01:80:c2:00:00:00-01:80:c2:00:00:0f counter name sent_link_local
    icmpv6 type { nd-neighbor-solicit, nd-neighbor-advert } counter name sent_ndp
    icmpv6 type nd-router-solicit counter name sent_router_solicitation
    icmpv6 type { mld-listener-report, mld2-listener-report } counter name sent_mld_report
    icmpv6 type mld-listener-query counter name sent_mld_query
    ip protocol igmp @th,0,8 != 0x11 counter name sent_igmp_report
    ip protocol igmp @th,0,8 0x11 counter name sent_igmp_query
    icmp type echo-request counter name sent_ping
    icmpv6 type echo-request counter name sent_ping_all_nodes
    ip protocol tcp counter name sent_tcp
    udp dport 53 counter name sent_dns
    udp dport 67 counter name sent_dhcp
    udp dport 5353 counter name sent_mdns
  }
}
COUNT
  [ -z "$server_mac" ] || nsenter -t "$pid" -n -- nft -f - <<SERVED || fail "nft could not count what the server sends"
table netdev probe {
  counter server_arp { }
  counter server_dhcp { }
  counter server_dns { }
  counter server_ping { }
  counter server_ipv6 { }
  counter server_other { }
  set server_kinds { type ether_type . inet_proto; flags dynamic; size 256; counter; }
  chain from_server {
    ether type arp counter name server_arp return
    udp sport 67 udp dport 68 counter name server_dhcp return
    udp sport 53 counter name server_dns return
    tcp sport 53 counter name server_dns return
    icmp type echo-reply counter name server_ping return
    icmpv6 type { nd-neighbor-solicit, nd-neighbor-advert, nd-router-advert, echo-reply, mld2-listener-report } counter name server_ipv6 return
    udp sport 547 counter name server_ipv6 return
    counter name server_other
    update @server_kinds { ether type . meta l4proto }
  }
}
add rule netdev probe in ether saddr $server_mac jump from_server
SERVED
  nsenter -t "$pid" -n -- sh -c '
    cd /proc/sys/net
    echo 0 >ipv4/conf/all/rp_filter; echo 0 >ipv4/conf/default/rp_filter
    [ -d ipv6/conf ] || exit 0
    for which in all default; do echo 0 >ipv6/conf/$which/disable_ipv6; echo 0 >ipv6/conf/$which/accept_dad; done
    echo 0 >ipv6/conf/eth0/disable_ipv6; echo 0 >ipv6/conf/eth0/accept_dad
    echo 0 >ipv6/conf/eth0/router_solicitation_delay; echo 1 >ipv6/conf/eth0/router_solicitation_interval'
done

# What the host has: the bridge's own MAC, and the addresses of all its other interfaces.
mac=$(ip -o link show dev "$bridge" | sed 's/.*link\\/ether \\([0-9a-f:]*\\) .*/\\1/')
hosts4=$(ip -o -4 address show scope global | sed 's/.* inet \\([0-9.]*\\).*/\\1/' | sort -u | head -n 6)
hosts6=$(ip -o -6 address show | sed 's/.* inet6 \\([0-9a-f:]*\\).*/\\1/' | sort -u | grep -v '^::1$' | head -n 6)

in_b ip -batch - <<B || fail "guest B could not be set up"
link add name query type bridge stp_state 0 forward_delay 0 mcast_snooping 1 mcast_querier 1 mcast_startup_query_interval 50
link set dev eth0 master query
link set dev query address 02:61:74:70:$middle:0b
link set dev eth0 up
link set dev query up
address add $net.2/24 dev query
B
in_b ip -6 address add $net6::2/64 dev query nodad 2>/dev/null

ask() { for host in $hosts4 $net.254; do echo "neigh replace $host dev eth0 use"; done | in_a ip -force -batch -; }
in_a ip link set dev eth0 up || fail "guest A could not be set up"
ask
for host in $hosts4; do echo "address add \${host%.*}.$(((\${host##*.} + 1) % 254 + 1))/24 dev eth0"; done | in_a ip -force -batch -
ask
in_a ip -batch - <<A || fail "guest A could not be set up"
address flush dev eth0 scope global
address add $net.1/24 dev eth0
address add 224.0.0.252/32 dev eth0 autojoin
route add default dev eth0
A
in_a ip -6 address add $net6::1/64 dev eth0 nodad 2>/dev/null
in_a ip -6 address add ff02::1:3/128 dev eth0 autojoin 2>/dev/null
ask
for host in $hosts6 $net6::2; do echo "neigh replace $host dev eth0 use"; done | in_a ip -6 -force -batch - 2>/dev/null
# To groups that bridges hand to their host by default, past all that hangs on the bridge itself (LLDP's, a spare one, slow protocols).
for group in 0e 03 02; do
  for host in $hosts4; do echo "neigh replace $host dev eth0 lladdr 01:80:c2:00:00:$group nud probe"; done | in_a ip -force -batch -
  nap 0.1
done
if [ -n "$server" ]; then
  in_a ip address add "$own" dev eth0 noprefixroute
  in_a ip route add "$server" dev eth0 src "\${own%/*}"
  in_a ip neigh replace "$server" dev eth0 use
  in_a ip neigh replace $net.250 dev eth0 lladdr "$server_mac" nud permanent
fi
echo "neigh replace $net.2 dev eth0 use" | in_a ip -batch -
echo "neigh replace $net.1 dev query use" | in_b ip -batch -
echo "neigh replace $net6::1 dev query use" | in_b ip -6 -force -batch - 2>/dev/null
nap 1

if command -v bash >/dev/null; then
  # The host is spoken to by the bridge's MAC, whether it answered ARP or not; $net.253 stands for broadcast.
  for host in $hosts4; do echo "neigh replace $host dev eth0 lladdr $mac nud permanent"; done | in_a ip -force -batch -
  in_a ip neigh replace $net.253 dev eth0 lladdr ff:ff:ff:ff:ff:ff nud permanent
  in_a env server="$server" middle="$middle" net="$net" bash -c '
    eight="\\0\\0\\0\\0\\0\\0\\0\\0"; query="\\x61\\x74\\1\\0\\0\\1\\0\\0\\0\\0\\0\\0\\5atoll\\4test\\0\\0\\1\\0\\1"
    udp() { printf "$3" >"/dev/udp/$1/$2"; } 2>/dev/null
    for host in "$@"; do
      udp "$host" 7 "$eight"; udp "$host" 53 "$query"; udp "$host" 40001 "$eight"
      for tcp in 22 80 16509; do (: >"/dev/tcp/$host/$tcp") 2>/dev/null & done
    done
    udp $net.2 40001 "$eight"
    if [ -n "$server" ]; then
      for to in "$server" $net.250; do
        udp "$to" 7 "$eight"; udp "$to" 53 "$query"; udp "$to" 40001 "$eight"
        for tcp in 22 53 80 16509; do (: >"/dev/tcp/$to/$tcp") 2>/dev/null & done
      done
    fi
    udp 224.0.0.251 5353 "$query"
    # The answer is asked for as a broadcast. A line feed in the message would send it in two parts: hence the MAC address of B.
    discover="\\1\\1\\6\\0atol\\0\\0\\x80\\0"; for i in 1 2; do discover="$discover$eight"; done
    discover="$discover\\x02\\x61\\x74\\x70\\x$middle\\x0b"; for i in {1..202}; do discover="$discover\\0"; done
    udp $net.253 67 "$discover\\x63\\x82\\x53\\x63\\x35\\1\\1\\xff"
    # A host whose bridge has just got its first port is deaf to this for up to two seconds: its address is tentative.
    for i in 1 2 3; do udp "ff02::1%eth0" 7 "$eight"; sleep 0.5; done
    kill $(jobs -p) 2>/dev/null
  ' bash $hosts4 </dev/null >/dev/null 2>&1
  # dd: what printf writes in parts is one datagram.
  [ -z "$tunnel" ] || forged=$(bash -c '
    vni=$1 middle=$2 port=$3 sent=0; shift 3
    frame="\\x08\\0\\0\\0$(printf "\\\\\\\\x%02x" $((vni >> 16)) $((vni >> 8 & 255)) $((vni & 255)))\\0"
    frame="$frame\\xff\\xff\\xff\\xff\\xff\\xff\\x02\\x61\\x74\\x70\\x$middle\\x0c\\x88\\xb5"
    for i in 1 2 3 4 5 6; do frame="$frame\\0\\0\\0\\0\\0\\0\\0\\0"; done
    for host in "$@"; do for to in 4789 $port; do for i in 1 2 3; do
      { printf "$frame" | dd bs=4096 iflag=fullblock >"/dev/udp/$host/$to"; } 2>/dev/null && sent=$((sent + 1))
    done; done; done
    echo $sent
  ' bash "$vni" "$middle" "$(ip netns exec "$tunnel" wg show "$wg" listen-port 2>/dev/null)" 127.0.0.1 $hosts4 </dev/null)
fi
nap 0.8

# Nothing comes in while it is counted: both counts are of the same frames.
for each in a b; do ip link set dev "$port$each" nomaster; done
section() { printf '\\n%s\\n' "$word"; }
in_a nft -j list table netdev probe; section
in_b nft -j list table netdev probe; section
ip -j link; section
bridge -j fdb show br "$bridge"; section
nft -j list table bridge "atoll_$port" 2>/dev/null; section
[ -z "$tunnel" ] || { echo "tunnel \${before:-0} $(of_tunnel)"; echo "forged \${forged:-0}"; for family in inet netdev; do nft list counters table "$family" "atoll_$port" 2>/dev/null | sed -n "s/^[[:space:]]*packets \\([0-9]*\\) .*/$family \\1/p"; done; echo "outside $outside"; }
`;
