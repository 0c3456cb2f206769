import { ROOT_RUN } from '../root-run';
import { PORT_LINK_LOCAL_MASK } from '../ip-json';
import { GUARD_FUNCTIONS } from './guard-script';
import { SERVER_ROOT } from './server-script';

/** Where a store's servers are recorded; each has a few files there that begin with the name of its port. */
export const serversFolder = (table: string): string => `${ROOT_RUN}/services/${table}`;

/** *nobody*, by number, so that a lab has it too. */
const USER = '65534';

const NAMESPACES = `setsid setpriv --reuid ${USER} --regid ${USER} --clear-groups --inh-caps +sys_admin --ambient-caps +sys_admin \\
    unshare --user --map-current-user --keep-caps --net --mount --pid --ipc --uts --cgroup --propagation private --fork`;

/** A command that succeeds if a server's namespaces can be made. */
export const TRY_NAMESPACES = `${NAMESPACES} true`;

/** A line of dnsmasq's leases: expiry, MAC (IPv6: an identifier), address. Only these words are ever read of the file. */
export const LEASE_PATTERN = '^[0-9]{1,15} (([0-9a-f]{2}:){5}[0-9a-f]{2}|T?[0-9]{1,10}) [0-9a-f.:]{2,45} ';

/** The arguments with which grep reads a file of a server: in a search of its folder it follows no link and opens no pipe. */
export const inServer = (file: string): string => `-rs --include=${file}`;

/** Shell functions that the scripts share. $run is the store's folder. */
const FUNCTIONS = `
export LC_ALL=C PATH="$PATH:/usr/sbin:/sbin"
# The start time of a living process, as $born.
born() { born=; { read -r stat <"/proc/$1/stat"; } 2>/dev/null || return 1; set -- \${stat##*) }; case $1 in [ZX]) return 1 ;; esac; born=\${20}; }
alias_of() { is=; { read -r is <"/sys/class/net/$1/ifalias"; } 2>/dev/null || :; }
# The server that is recorded for a port, as $pid and $since; fails unless it lives.
server_of() { pid= since=; { read -r pid since settings records <"$run/$1.pid"; } 2>/dev/null && born "$pid" && [ "$born" = "$since" ]; }
forget() { rm -f "$run/$1.pid" "$run/$1.base" "$run/$1.files" "$run/$1.guard"; }
end_server() { if server_of "$1"; then kill -9 "$pid" 2>/dev/null; fi; forget "$1"; }
files_of() { for file in dnsmasq.conf names vnics; do echo "file $file $(grep -h ${inServer('"$file"')} '' "/proc/$1/root/run" | cksum)"; done; }
${GUARD_FUNCTIONS}inspect() { nsenter -t "$1" -n -- sh -c "$INSPECT"; }
`;

/** What is in a server's network namespace, one thing a line, run inside it. Routes that follow from an address are left out. */
export const INSPECT = `
sed -n "s/^ *\\([^: ]*\\):.*/interface \\1/p" /proc/net/dev
ip -o address show | while read -r _ device family address _; do case $address in fe80:*) ;; *) echo "address $address on $device" ;; esac; done
{ ip -4 route show table all; ip -6 route show table all; } 2>/dev/null | sed "/^fe80:/d; /^local fe80:/d; /^anycast /d; /^multicast /d; / proto kernel/d; s/ linkdown//; s/ *$//; s/^/route /"
echo "forwarding of IPv4 $(cat /proc/sys/net/ipv4/ip_forward)"
if [ -e /proc/sys/net/ipv6/conf/all/forwarding ]; then echo "forwarding of IPv6 $(cat /proc/sys/net/ipv6/conf/all/forwarding)"; fi
nft -s list ruleset | sed "s/^/filter /"
`;

/**
 * Starts servers. On stdin, after lines with the random word $1, `PORT BRIDGE NETWORK GUARD MAC HOST-MAC MTU ALIAS SETTINGS
 * RECORDS` and the script of that server; last `$1 end`. $2: the store's folder, $3: its mark on bridges, $4: INSPECT. $5 `missing`: a server
 * that runs is left as it is; then $6 has the bridges, between blanks, on which servers may start. Prints `ok PORT` or `failed PORT
 * WHY` for each.
 *
 * - The namespaces first, as nobody, so that root of the new user namespace is nobody outside; sys_admin, for systems that let
 *   nobody else make one, ends with the entry. Their parent only waits, and is killed.
 * - Then the ports: marked, silent, plugged in, like every other port. Until all are there (the end of descriptor 3), the servers
 *   wait; if this script is killed, they find no interface and end.
 * - A port with our mark is what is left of a former server. It may outlive its server if there is another process in it.
 */
export const START = `set -f; umask 077; run=$2
${FUNCTIONS}
word=$1 mark=$3 INSPECT=$4 how=\${5:-} only=\${6:-} root=${SERVER_ROOT}
template() {
  [ ! -e "$root/ready" ] || return 0
  umask 022; mkdir -p "$root" && chmod 711 "\${root%/*}" || return
  umount -R "$root" 2>/dev/null
  mount -t tmpfs -o mode=755,size=64k,nosuid tmpfs "$root" || return
  for each in usr bin sbin lib lib32 lib64 libx32 nix gnu; do
    if [ -L "/$each" ]; then ln -s "$(readlink "/$each")" "$root/$each"
    elif [ -d "/$each" ]; then mkdir "$root/$each" && mount --bind "/$each" "$root/$each" && mount -o remount,bind,ro,nosuid "$root/$each" || return
    fi
  done
  mkdir "$root/dev" "$root/etc" "$root/run"
  for each in null urandom; do : >"$root/dev/$each"; mount --bind "/dev/$each" "$root/dev/$each" || return; done
  echo nobody:x:${USER}:${USER}::/:/bin/false >"$root/etc/passwd"; echo nogroup:x:${USER}: >"$root/etc/group"
  : >"$root/ready"; mount -o remount,ro,nosuid "$root"
}
# Why a server can't be started now, as $why.
refuse() {
  alias_of "$bridge"; why=
  case $is in "$mark$network" | "$mark$network:kept") ;; *) why="$bridge no longer has this Atoll's mark"; return 0 ;; esac
  [ -e "/sys/class/net/$port" ] || return 1
  alias_of "$port"
  case $is in
    "$alias") return 1 ;;
    # Of a database whose bridge we have taken over.
    atoll-port:*:services) [ "/sys/class/net/$port/master" -ef "/sys/class/net/$bridge" ] && return 1 ;;
  esac
  why="$port already exists and was not created by Atoll"
}
launch() {
  ${NAMESPACES} \\
    sh -s <"$work/$port.in" >/dev/null 2>"$work/$port.err" 3<"$work/go" 4<"$work/$port.leases" 8>&- 9>&- &
}
entered() {
  pid= tries=0
  while [ $tries -lt 1000 ]; do
    { read -r pid _ <"/proc/$1/task/$1/children"; } 2>/dev/null
    [ -z "$pid" ] && [ -e "/proc/$1/exe" ] || break
    tries=$((tries + 1)); sleep 0.01
  done
  [ -n "$pid" ] && [ -e "/proc/$pid/ns/net" ] && ! [ "/proc/$pid/ns/net" -ef /proc/self/ns/net ]
}
plug() {
  ip -batch - <<PORT || return
link add name $port mtu $mtu address $host_mac type veth peer name eth0 mtu $mtu address $mac netns $pid
link set dev $port alias $alias
PORT
  if [ -e "/proc/sys/net/ipv6/conf/$port" ]; then
    echo 1 >"/proc/sys/net/ipv6/conf/$port/disable_ipv6" && ip link set dev "$port" addrgenmode none || return
  fi
  ip -batch - <<PORT
link set dev $port master $bridge
link set dev $port type bridge_slave group_fwd_mask ${PORT_LINK_LOCAL_MASK}
link set dev $port up
PORT
}
undo() {
  end_server "$port"; alias_of "$port"
  case $is in "$alias" | '') [ ! -e "/sys/class/net/$port" ] || ip link del dev "$port" ;; esac
  echo "failed $port $(printf %s "$1" | tr '\\n' ' ' | cut -c 1-500)"
}
is_serving() { grep -qsE '^ *[0-9]+: [0-9A-F]+:00(35|43) ' "/proc/$1/net/udp" "/proc/$1/net/udp6"; }
why_ended() {
  why=$(tail -n 3 "$work/$port.err"); [ -z "$why" ] || return 0
  sed -n "/^cat >dnsmasq.conf/,/^END-OF-FILE/{/^cat >/d;/^END-OF-FILE/d;p;}" "$work/$port.in" >"$work/conf"
  why=$(setpriv --reuid ${USER} --regid ${USER} --clear-groups --inh-caps=-all --bounding-set=-all dnsmasq --test --conf-file=- <"$work/conf" 2>&1 | tail -n 1)
  case $why in *' at line '*' of stdin'*) line=\${why##* at line }; why="\${why% at line *}: $(sed -n "\${line%% *}p" "$work/conf")" ;; esac
}
mkdir -p "$run" /run/atoll-services && work=$(mktemp -d "$run/start.XXXXXX") || exit
trap 'rm -rf "$work"' EXIT; trap 'exit 143' HUP INT PIPE TERM
awk -v word="$word" -v work="$work" '
  $1 == word && $2 == "end" { whole = 1; next }
  $1 == word { if (file) close(file); file = work "/" $2 ".in"; print substr($0, length(word) + 2) >(work "/list"); next }
  { print >file }
  END { exit !whole }' || { echo "input cut short" >&2; exit 99; }
exec 8>/run/atoll-services/lock; flock 8
(template) || { echo "the servers' root directory could not be made" >&2; exit 98; }
# A server whose port someone deleted serves nobody.
for file in $(set +f; echo "$run"/*.pid); do
  port=\${file##*/}; port=\${port%.pid}
  [ -e "/sys/class/net/$port" ] || end_server "$port"
done
mkfifo "$work/go"; exec 9<>"$work/go"
while read -r port bridge network how_guarded rest; do
  alias=\${rest% * *}; alias=\${alias##* }
  if [ "$how" = missing ]; then
    case $only in *" $bridge "*) ;; *) echo "failed $port $bridge is not sealed"; continue ;; esac
    if server_of "$port" && alias_of "$port" && [ "$is" = "$alias" ] && [ "/sys/class/net/$port/master" -ef "/sys/class/net/$bridge" ]; then echo "ok $port"; continue; fi
  fi
  if refuse; then echo "failed $port $why"; continue; fi
  if server_of "$port"; then grep -hoE ${inServer('leases')} '${LEASE_PATTERN}' "/proc/$pid/root/run" | head -n 4096 | sed 's/$/* */'; fi >"$work/$port.leases"
  [ ! -e "/sys/class/net/$port" ] || ip link del dev "$port" || { echo "failed $port its former port can't be removed"; continue; }
  end_server "$port"
  echo "$port $bridge $how_guarded \${rest%% *}" >"$run/$port.guard"
  launch; echo "$! $port $bridge $network $rest" >>"$work/launched"
done <"$work/list"
: >>"$work/launched"
why_open=$(write_guard) || why_open="answers of other servers can't be dropped: $why_open"
while read -r up port bridge network mac host_mac mtu alias settings records; do
  entered "$up"; is=$?
  if [ $is -ne 0 ]; then
    kill -9 "$up" 2>/dev/null
    why=$(tail -n 2 "$work/$port.err"); echo "failed $port no namespaces could be made: $(printf %s "$why" | tr '\\n' ' ')"; continue
  fi
  kill -9 "$up"
  if [ -n "$why_open" ] && grep -q ' guarded:' "$run/$port.guard"; then undo "$why_open"; continue; fi
  born "$pid" && echo "$pid $born - -" >"$run/$port.pid"
  if plug 2>"$work/$port.ip"; then echo "$pid $born $port $alias $settings $records" >>"$work/plugged"
  else undo "its port could not be made: $(tail -n 2 "$work/$port.ip")"; fi
done <"$work/launched"
exec 9>&-
: >>"$work/plugged"
while read -r pid since port alias settings records; do
  tries=0
  until is_serving "$pid"; do
    born "$pid" && [ "$born" = "$since" ] && [ $tries -lt 600 ] || { tries=9999; break; }
    tries=$((tries + 1)); sleep 0.02
  done
  if [ $tries -eq 9999 ]; then why_ended; undo "the server did not start: $why"; continue; fi
  { inspect "$pid" >"$run/$port.base" && files_of "$pid" >"$run/$port.files"; } 2>"$work/$port.err" || { undo "the server can't be inspected: $(cat "$work/$port.err")"; continue; }
  echo "$pid $since $settings $records" >"$run/$port.pid"
  echo "ok $port"
done <"$work/plugged"
exit 0
`;

/**
 * Has running servers read their vNICs and names again, written in place. On stdin, after lines `$1 PORT RECORDS`, the new files;
 * last `$1 end`. $2: the store's folder, $3: the random word that starts the second file. The files are written by a process that
 * has no more rights than the server itself: whatever a server makes of its folder, nothing else can be reached from it.
 */
export const RELOAD = `set -f; umask 077; run=$2
${FUNCTIONS}
word=$1 second=$3
mkdir -p "$run" && work=$(mktemp -d "$run/reload.XXXXXX") || exit
trap 'rm -rf "$work"' EXIT; trap 'exit 143' HUP INT PIPE TERM
: >"$work/list"
awk -v word="$word" -v second="$second" -v work="$work" '
  $1 == word && $2 == "end" { whole = 1; next }
  $1 == word { if (file) close(file); base = work "/" $2; file = base ".vnics"; printf "" >file; print $2, $3 >(work "/list"); next }
  $1 == second { close(file); file = base ".names"; printf "" >file; next }
  { print >file }
  END { exit !whole }' || { echo "input cut short" >&2; exit 99; }
put() {
  setpriv --reuid ${USER} --regid ${USER} --clear-groups --inh-caps=-all --bounding-set=+all \\
    timeout 10 nsenter -t "$pid" -U --preserve-credentials -m -r -- sh -c 'cat >"/run/$1"' sh "$1" <"$work/$port.$1" 2>"$work/err"
}
# What files_of prints of them, if the server has them as they were written.
written() { grep '^file dnsmasq.conf ' "$run/$port.files"; for file in names vnics; do echo "file $file $(cksum <"$work/$port.$file")"; done; }
while read -r port to; do
  if ! server_of "$port"; then echo "failed $port the server does not run"; continue; fi
  if put vnics && put names && kill -HUP "$pid" && written >"$work/files" && mv "$work/files" "$run/$port.files"; then
    echo "$pid $since $settings $to" >"$run/$port.pid"; echo "ok $port"
  else echo "failed $port $(tail -n 1 "$work/err")"; fi
done <"$work/list"
write_guard >/dev/null
exit 0
`;

/** Ends servers and removes their ports; nothing with another mark. $1: the store's folder; on stdin lines `PORT ALIAS`. */
export const STOP = `set -f; run=$1
${FUNCTIONS}
while read -r port alias; do
  if [ -e "/sys/class/net/$port" ]; then
    alias_of "$port"
    [ "$is" = "$alias" ] || { echo "failed $port it no longer has this Atoll's mark"; continue; }
    why=$(ip link del dev "$port" 2>&1) || [ ! -e "/sys/class/net/$port" ] || { echo "failed $port $why"; continue; }
  fi
  end_server "$port"
  echo "ok $port"
done
case $(set +f; echo "$run"/*.guard) in *'*.guard') forget_rogues ;; *) write_guard >/dev/null ;; esac
exit 0
`;

/** Ends all servers of a store, and removes what has its mark of a port. $1: its folder, $2: the start of that mark. */
export const END_ALL = `run=$1
${FUNCTIONS}
for path in /sys/class/net/*; do
  port=\${path##*/}; alias_of "$port"
  case $is in "$2"*) ip link del dev "$port" && echo "removed $port" ;; esac
done
for file in "$run"/*.pid; do
  [ ! -e "$file" ] || { port=\${file##*/}; end_server "\${port%.pid}"; }
done
forget_rogues; rm -rf "$run"; rmdir "\${run%/*}" 2>/dev/null && umount -R ${SERVER_ROOT} 2>/dev/null && rm -rf "\${run%/*}"
exit 0
`;

/**
 * Inspects servers beyond what each observation reads. $1: the store's folder, $2: INSPECT, $3: a random word, then their ports.
 * Prints for each `$3 PORT`, and what differs: lines with \`-\` were there when it was started, lines with \`+\` are there now.
 */
export const DEEP_CHECK = `set -f; run=$1
${FUNCTIONS}
INSPECT=$2 word=$3; shift 3
work=$(mktemp -d "$run/check.XXXXXX") || exit
trap 'rm -rf "$work"' EXIT; trap 'exit 143' HUP INT PIPE TERM
stat -L -c '%i %n' $(set +f; echo /proc/[0-9]*/ns/net) >"$work/processes" 2>/dev/null
for port; do
  server_of "$port" && [ -e "$run/$port.files" ] || continue
  echo "$word $port"
  inspect "$pid" >"$work/now" 2>/dev/null || { echo "? namespace"; continue; }
  # One that was started again in the meantime differs from what was recorded for the former.
  { files_of "$pid"; } >"$work/files"
  diff "$run/$port.base" "$work/now" | sed -n 's/^[<] /- /p; s/^[>] /+ /p' | head -n 40
  diff "$run/$port.files" "$work/files" | sed -n 's/^[>] /+ /p'
  here=$(stat -L -c %i "/proc/$pid/ns/net")
  while read -r inode path; do
    [ "$inode" = "$here" ] || continue
    other=\${path#/proc/}; other=\${other%%/*}
    [ "$other" = "$pid" ] || { name=; { read -r name <"/proc/$other/comm"; } 2>/dev/null; echo "+ process $other $name"; }
  done <"$work/processes"
  { read -r name <"/proc/$pid/comm"; } 2>/dev/null && echo "name $name"
  sed -n 's/^CapEff:[[:space:]]*/rights /p; s/^NoNewPrivs:[[:space:]]*/confined /p' "/proc/$pid/status"
  [ "/proc/$pid/ns/user" -ef /proc/self/ns/user ] && echo "+ user namespace of the host"
done
exit 0
`;
