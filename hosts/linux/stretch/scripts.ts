import { PORT_LINK_LOCAL_MASK } from '../ip-json';
import { ROOT_RUN } from '../root-run';

/** Where the tunnel of a store is recorded until the host restarts. */
export const tunnelFolder = (namespace: string): string => `${ROOT_RUN}/tunnel/${namespace}`;

/** The first UDP port that WireGuard tries. */
const FIRST_PORT = 51_871;

/** Shell functions that the scripts share. $ns: the namespace, $wg: the device, $run: the folder of the record. */
const FUNCTIONS = `
export LC_ALL=C PATH="$PATH:/usr/sbin:/sbin"
fail() { echo "$*" >&2; exit 9; }
alias_of() { is=; { read -r is <"/sys/class/net/$1/ifalias"; } 2>/dev/null || :; }
born() { born=; { read -r stat <"/proc/$1/stat"; } 2>/dev/null || return 1; set -- \${stat##*) }; case $1 in [ZX]) return 1 ;; esac; born=\${20}; }
within() { ip netns exec "$ns" "$@"; }
# A mount point whose namespace is gone, or this very namespace, is no tunnel.
is_namespace() { [ -e "/run/netns/$ns" ] && ! [ "/run/netns/$ns" -ef /proc/self/ns/net ] && within true 2>/dev/null; }
end_userspace() {
  if [ -d /run/systemd/system ]; then systemctl stop "$ns-wireguard.service" 2>/dev/null; fi
  { read -r pid since <"$run/wireguard.pid"; } 2>/dev/null && born "$pid" && [ "$born" = "$since" ] && kill "$pid"
  rm -f "$run/wireguard.pid" "/run/wireguard/$wg.sock"
}
`;

/**
 * What is in the tunnel's namespace, one thing a line, run inside it. $1: the device, $2: the folder of the record. Never the private
 * key, which the first line of `wg show dump` has.
 */
export const INSPECT_TUNNEL = `
for path in /sys/class/net/*; do
  read -r flags <"$path/flags" && if [ $((flags & 1)) = 1 ]; then echo "interface \${path##*/} up"; else echo "interface \${path##*/} down"; fi
done
ip -o address show | while read -r _ device family address _; do echo "address $address on $device"; done
ip -4 route show table all | sed -n "/ proto kernel/d; s/^\\([0-9./]*\\) dev \\([^ ]*\\) .*/route \\1 by \\2/p; t; s/^/route /; s/ *$//p"
echo "forwarding $(cat /proc/sys/net/ipv4/ip_forward)"
wg show "$1" allowed-ips | while read -r key addresses; do echo "peer $key $addresses"; done
if nft list ruleset | cmp -s - "$2/rules"; then echo "filter as made"; else echo "filter changed"; fi
`;

/**
 * Makes the tunnel as it should be, or corrects it. $1: the key file, $2: the folder of the record, $3: INSPECT_TUNNEL. On stdin
 * `spec NAMESPACE DEVICE ALIAS ADDRESS PORT MTU SETTINGS KEY`, then lines that begin with `wg` (WireGuard's peers), `nft` (the
 * filter), `ip` (a batch) and `want` (what INSPECT_TUNNEL prints then); last `end`. The filter is there before WireGuard. WireGuard
 * is born in the host's namespace, where its UDP socket stays, and is moved, marked and keyed before it is up.
 */
export const START_TUNNEL = `set -f; umask 077; keyfile=$1 run=$2 inspect=$3
${FUNCTIONS}
work=$(mktemp -d) || exit; trap 'rm -rf "$work"' EXIT; trap 'exit 143' HUP INT PIPE TERM
cat >"$work/in"; [ "$(tail -n 1 "$work/in")" = end ] || fail 'input cut short'
read -r _ ns wg alias address port mtu settings key <"$work/in"
made=
lines() { sed -n "s/^$1 //p" "$work/in"; }
command -v wg >/dev/null || fail 'wireguard-tools is not installed'
mkdir -p "\${keyfile%/*}" "$run" && chmod 700 "$run" && rm -f "$run/settings" || exit
fresh=
if [ ! -s "$keyfile" ]; then
  fresh=1; wg genkey >"$keyfile.new" && [ -s "$keyfile.new" ] && { sync "$keyfile.new" 2>/dev/null || :; } && mv -f "$keyfile.new" "$keyfile" || fail 'no key could be made'
fi
if [ "$key" != - ] && [ "$(wg pubkey <"$keyfile")" != "$key" ]; then
  if [ -s "$keyfile.next" ] && [ "$(wg pubkey <"$keyfile.next")" = "$key" ]; then mv -f "$keyfile.next" "$keyfile"
  elif [ -z "$fresh" ]; then fail 'this host does not have the key that it should use'; fi
fi
chmod 600 "$keyfile"
if ! is_namespace; then
  ip netns delete "$ns" 2>/dev/null; rm -f "/run/netns/$ns"
  ip netns add "$ns" || fail 'no network namespace could be made'
fi
# With a number of its own here, what happens in it is announced.
ip netns set "$ns" auto 2>/dev/null
within sh -c 'cd /proc/sys/net; for f in all default; do [ ! -e ipv6 ] || echo 1 >ipv6/conf/$f/disable_ipv6; echo 0 >ipv4/conf/$f/rp_filter; done; echo 0 >ipv4/ip_forward' || fail 'the namespace could not be set up'
{ echo 'flush ruleset'; lines nft; } | within nft -f - || fail 'its filter could not be set'
if ! within test -e "/sys/class/net/$wg"; then
  if [ -e "/sys/class/net/$wg" ]; then
    alias_of "$wg"; [ -z "$is" ] || [ "$is" = "$alias" ] || fail "$wg already exists and was not created by Atoll"
    ip link del dev "$wg"
  fi
  end_userspace
  if why=$(ip link add name "$wg" type wireguard 2>&1); then echo kernel >"$run/by"
  else
    command -v wireguard-go >/dev/null || fail "the kernel has no WireGuard ($why), and wireguard-go is not installed"
    if [ ! -d /run/systemd/system ] || ! systemd-run --quiet --collect --unit="$ns-wireguard" --setenv=WG_PROCESS_FOREGROUND=1 --setenv=LOG_LEVEL=error wireguard-go -f "$wg" 2>/dev/null; then
      WG_PROCESS_FOREGROUND=1 LOG_LEVEL=error setsid wireguard-go -f "$wg" </dev/null >/dev/null 2>&1 3>&- 4>&- 5>&- 6>&- 7>&- 8>&- 9>&- &
      pid=$!; born "$pid"; echo "$pid $born" >"$run/wireguard.pid"
    fi
    tries=0
    until [ -e "/sys/class/net/$wg" ] && [ -S "/run/wireguard/$wg.sock" ]; do
      tries=$((tries + 1)); [ $tries -lt 200 ] || { end_userspace; fail 'wireguard-go did not start'; }; sleep 0.05
    done
    echo userspace >"$run/by"
  fi
  made=1
  ip link set dev "$wg" alias "$alias" && ip link set dev "$wg" netns "$ns" || { ip link del dev "$wg"; fail "$wg could not be moved"; }
fi
is=$(within cat "/sys/class/net/$wg/ifalias"); [ "$is" = "$alias" ] || fail "$wg has another mark"
# WireGuard in a process of its own begins with any port.
if [ "$port" = 0 ]; then
  port=; [ -n "$made" ] || port=$(within wg show "$wg" listen-port)
  if [ "\${port:-0}" = 0 ]; then
    used=" $(sed -n 's/^ *[0-9]*: [0-9A-F]*:\\([0-9A-F]\\{4\\}\\) .*/\\1/p' /proc/net/udp /proc/net/udp6 2>/dev/null | tr '\\n' ' ')"
    port=${FIRST_PORT}; while case $used in *" $(printf %04X "$port") "*) true ;; *) false ;; esac; do port=$((port + 1)); done
  fi
fi
{ printf '[Interface]\\nListenPort = %s\\nPrivateKey = %s\\n' "$port" "$(cat "$keyfile")"; lines wg; } | within wg syncconf "$wg" /proc/self/fd/0 || fail 'WireGuard does not accept its settings'
lines ip | ip -n "$ns" -batch - || fail 'its addresses and routes could not be set'
within nft list ruleset >"$run/rules" || exit
{ lines want; echo 'filter as made'; } | sort >"$run/want"
check() { within sh -c "$inspect" sh "$wg" "$run" | sort >"$run/now"; diff "$run/want" "$run/now" | sed -n 's/^> //p'; }
# What nobody but us may put in there.
check | while read -r kind one two three; do
  case $kind in
    interface) [ "$one" = lo ] || ip -n "$ns" link del dev "$one" 2>/dev/null || ip -n "$ns" link set dev "$one" netns 1 ;;
    address) ip -n "$ns" address del "$one" dev "$three" ;;
    route) if [ "$two" = by ]; then ip -n "$ns" route del "$one" dev "$three"; else ip -n "$ns" -4 route del $one $two $three; fi ;;
  esac
done 2>/dev/null
port=$(within wg show "$wg" listen-port); [ "\${port:-0}" != 0 ] || fail 'WireGuard has no port'
left=$(check | head -n 3); [ -z "$left" ] || fail "in its namespace is what should not be there: $left"
echo "$settings" >"$run/settings"
`;

/** Makes the next key. $1: the key file. */
export const NEXT_KEY = `umask 077; PATH="$PATH:/usr/sbin:/sbin"
[ ! -s "$1.next" ] || exit 0
[ -s "$1" ] || { echo 'there is no key to replace' >&2; exit 9; }
wg genkey >"$1.new" && [ -s "$1.new" ] && { sync "$1.new" 2>/dev/null || :; } && mv -f "$1.new" "$1.next"
`;

/**
 * Removes the tunnel and every end with the store's mark; the key stays. $1: the namespace, $2: the device, $3: its mark, $4: the
 * folder of the record, $5: the start of the mark of its ends.
 */
export const STOP_TUNNEL = `ns=$1 wg=$2 alias=$3 run=$4
${FUNCTIONS}
for path in /sys/class/net/att*; do
  port=\${path##*/}; alias_of "$port"
  case $is in "$5"*) ip link del dev "$port" ;; esac
done
if is_namespace; then
  is=$(within cat "/sys/class/net/$wg/ifalias" 2>/dev/null); [ -z "$is" ] || [ "$is" = "$alias" ] || fail "$wg has another mark"
  [ -z "$is" ] || ip -n "$ns" link del dev "$wg"
fi
end_userspace
[ ! -e "/run/netns/$ns" ] || ip netns delete "$ns" || exit
rm -rf "$run"; rmdir "\${run%/*}" 2>/dev/null
exit 0
`;

/**
 * Makes tunnel ends, or corrects them. $1: the start of the store's mark on bridges, $2: its seal table. On stdin a line for each:
 * `PORT BRIDGE NETWORK ALIAS VNI MTU MAC LOCAL NAMESPACE MEMBERS`, where MEMBERS are addresses after a comma each. Prints `ok PORT`
 * or `failed PORT WHY`. An end is marked, silent and knows its members before it is in a bridge, and is up last; only a bridge with
 * this store's mark and both seals gets one.
 */
export const ADD_ENDS = `set -f
${FUNCTIONS}
sealed=" $(nft list table netdev "$2" 2>/dev/null | sed -n 's/.*chain \\([^ ]*\\) {.*/\\1/p' | tr '\\n' ' ')"
is_sound() {
  case $(ip -d -o link show dev "$port" 2>/dev/null) in
    *" external "* | *nolearning*) return 1 ;;
    *"link-netns $ns "*" vxlan id $vni local $local srcport "*" dstport 4789 ttl 1 "*) ;;
    *) return 1 ;;
  esac
}
flood() { bridge fdb show dev "$port" | sed -n 's/^00:00:00:00:00:00 .*dst \\([^ ]*\\) .*/\\1/p'; }
make() {
  new=
  if [ -e "/sys/class/net/$port" ] && ! is_sound; then ip link del dev "$port" || return; fi
  if [ ! -e "/sys/class/net/$port" ]; then
    new=1; ip -batch - <<END || return
link add name $port address $mac link-netns $ns type vxlan id $vni local $local dstport 4789 ttl 1 noudpcsum
link set dev $port alias $alias
END
  fi
  [ ! -e "/proc/sys/net/ipv6/conf/$port" ] || echo 1 >"/proc/sys/net/ipv6/conf/$port/disable_ipv6" || return
  ip address flush dev "$port" 2>/dev/null
  had=,$(flood | tr '\\n' ',')
  for member in $(echo "$members" | tr ',' ' '); do
    case $had in *",$member,"*) ;; *) echo "fdb append 00:00:00:00:00:00 dev $port dst $member" ;; esac
  done >"$work/fdb"
  for member in $(echo "$had" | tr ',' ' '); do
    case "$members," in *",$member,"*) ;; *) echo "fdb del 00:00:00:00:00:00 dev $port dst $member" ;; esac
  done >>"$work/fdb"
  bridge fdb show dev "$port" | sed -n '/^00:00:00:00:00:00 /d; s/^\\([0-9a-f:]*\\) .*dst \\([^ ]*\\) .*permanent.*/fdb del \\1 dev '"$port"' dst \\2/p' >>"$work/fdb"
  bridge -batch - <"$work/fdb" || return
  ip -batch - <<END || return
link set dev $port addrgenmode none mtu $mtu master $bridge
link set dev $port type bridge_slave group_fwd_mask ${PORT_LINK_LOCAL_MASK} isolated off hairpin off learning on flood on mcast_flood on bcast_flood on
link set dev $port up
END
}
work=$(mktemp -d) || exit; trap 'rm -rf "$work"' EXIT; trap 'exit 143' HUP INT PIPE TERM
while read -r port bridge network alias vni mtu mac local ns members; do
  alias_of "$bridge"
  case $is in "$1$network" | "$1$network:kept") ;; *) echo "failed $port $bridge no longer has this Atoll's mark"; continue ;; esac
  case $sealed in *" in_$bridge "*) ;; *) echo "failed $port $bridge is not sealed"; continue ;; esac
  case $sealed in *" out_$bridge "*) ;; *) echo "failed $port $bridge is not sealed"; continue ;; esac
  is_namespace || { echo "failed $port the tunnel of this host does not run"; continue; }
  if [ -e "/sys/class/net/$port" ]; then
    alias_of "$port"
    [ "$is" = "$alias" ] || { echo "failed $port $port already exists and was not created by Atoll"; continue; }
  fi
  if make 2>"$work/err"; then echo "ok $port"; else
    [ -z "$new" ] || ip link del dev "$port" 2>/dev/null
    echo "failed $port $(tr '\\n' ' ' <"$work/err" | cut -c 1-500)"
  fi
done
exit 0
`;

/** Removes tunnel ends; nothing with another mark. On stdin lines `PORT ALIAS`. */
export const REMOVE_ENDS = `set -f
${FUNCTIONS}
while read -r port alias; do
  if [ -e "/sys/class/net/$port" ]; then
    alias_of "$port"
    [ "$is" = "$alias" ] || { echo "failed $port it no longer has this Atoll's mark"; continue; }
    why=$(ip link del dev "$port" 2>&1) || [ ! -e "/sys/class/net/$port" ] || { echo "failed $port $why"; continue; }
  fi
  echo "ok $port"
done
exit 0
`;

/** Has tunnel ends forget MAC addresses. $1: the start of the store's mark on ends; on stdin lines `PORT MAC`. */
export const FORGET_MACS = `set -f
${FUNCTIONS}
while read -r port mac; do
  alias_of "$port"
  case $is in "$1"*) bridge -force -batch - >/dev/null 2>&1 <<END
fdb del $mac dev $port self
fdb del $mac dev $port master
END
  echo "ok $port" ;;
  *) echo "failed $port it no longer has this Atoll's mark" ;; esac
done
exit 0
`;

/**
 * Prints what a tunnel can't do without here, \`lacks WHAT`, by making its parts in a namespace that ends with the test; nothing if it
 * has all.
 */
export const TRY_TUNNEL = `unshare --net sh -c '
  ip link add atw_one type vxlan id 1 local 127.0.0.1 dstport 4789 2>/dev/null || { echo lacks vxlan; exit; }
  command -v wireguard-go >/dev/null && [ -e /dev/net/tun ] && exit
  ip link add atw_two type wireguard 2>/dev/null || echo lacks wireguard
' || echo lacks root`;
