import { ROOT_RUN } from '../root-run';

/**
 * Runs lines (lines.ts). It is in a folder of its own on the host and runs detached, so that it completes even if the connection
 * breaks. `apply` stops at the first failing line and undoes the steps before it. `undo` undoes the completed steps, and continues
 * on failure. `restore` also continues. Lines for ip are collected: one process for many keeps the interruption of a connection
 * through them at a few milliseconds.
 */
export const RUNNER = `
export LC_ALL=C PATH="$PATH:/usr/sbin:/sbin"; set -f
cd "\${0%/*}" || exit
mode=$1 limit=
lines= numbers= done=0
say() { echo "$*" >>trouble; }
fail() {
  [ "$mode" = apply ] || return 0
  say "$1"; echo "$2" >progress
  sh ./run undo; echo failed >result.new; mv result.new result; exit 1
}
flush() {
  while [ -n "$lines" ]; do
    if [ "$mode" != apply ]; then printf '%s' "$lines" | ip -force -batch - 2>>log; break; fi
    reported=$(printf '%s' "$lines" | ip -batch - 2>&1) && break
    at=$(printf '%s\\n' "$reported" | sed -n 's/^Command failed -:\\([0-9]*\\).*/\\1/p'); at=\${at:-1}
    if is_gone "$(printf '%s' "$lines" | sed -n "\${at}p")" "$reported"; then
      lines=$(printf '%s' "$lines" | sed "1,\${at}d"); [ -z "$lines" ] || lines="$lines
"
      set -- $numbers; shift "$at"; numbers="$*"
      continue
    fi
    set -- $numbers; [ "$at" -le 1 ] || shift $((at - 2)); before=$1; [ "$at" -le 1 ] && before=; [ "$at" -le 1 ] || shift
    # A step of several lines that failed after its first is half done, and is taken back too.
    if [ "$before" = "$1" ]; then half=$(($1 + 1)); else half=$1; fi
    fail "$(printf '%s\\n' "$reported" | grep -v '^Command failed' | head -n 1)" "$half"
  done
  lines= numbers=
}
# What is to be removed, and has been removed by someone else in the meantime. $1: the line, $2: what ip said.
is_gone() {
  case "$1 $2" in
    'route del '*'No such process'* | '-6 route del '*'No such process'*) ;;
    'address del '*'Cannot assign requested address'* | 'address del '*'Address not found'*) ;;
    *) false ;;
  esac
}
dhcp_start() {
  (umask 077; mkdir -p ${ROOT_RUN}/dhcp); pid=${ROOT_RUN}/dhcp/$2
  case $1 in
    dhclient) dhclient -4 -nw -pf "$pid" -lf "$pid.leases" "$2" ;;
    dhcpcd) dhcpcd -4 -b -q "$2" && cp "$(dhcpcd -4 -P "$2")" "$pid" ;;
    udhcpc) setsid udhcpc -f -i "$2" -p "$pid" ;;
  esac </dev/null >/dev/null 2>>log &
  # The engine observes next whether it runs.
  waits=0
  until { read -r id <"$pid" && kill -0 "$id"; } 2>/dev/null || [ "$waits" -ge 100 ]; do sleep 0.05; waits=$((waits + 1)); done
}
dhcp_stop() {
  pid=${ROOT_RUN}/dhcp/$2
  # Killed, not asked: when asked they take all addresses off, ours too.
  { read -r id <"$pid" && kill -KILL "$id"; } 2>/dev/null
  rm -f "$pid" "$pid.leases"
}
one() {
  case $1 in
    del) [ ! -e "/sys/class/net/$2" ] && { [ "$mode" != apply ]; return; }
      read -r alias <"/sys/class/net/$2/ifalias"; [ "$alias" = "$3" ] && ip link del dev "$2" ;;
    ipv6) [ ! -e "/proc/sys/net/ipv6/conf/$2" ] || { [ "$3" = on ] && echo 0 || echo 1; } >"/proc/sys/net/ipv6/conf/$2/disable_ipv6" ;;
    dhcp) "dhcp_$2" "$3" "$4" ;;
    *) false ;;
  esac 2>>log
}
[ "$mode" = undo ] && limit=$(cat progress 2>/dev/null || echo 0)
while read -r number verb rest; do
  case $number in ''|end) continue ;; esac
  [ -z "$limit" ] || [ "$number" -lt "$limit" ] || continue
  case $verb in
    ip)
      case $rest in
        -6\\ *) flush; ip $rest 2>>log || is_gone "$rest" "$(tail -n 1 log)" || fail "ip $rest: $(tail -n 1 log)" "$number" ;;
        *) lines="$lines$rest
" numbers="$numbers $number" ;;
      esac ;;
    *) flush; one $verb $rest || fail "$verb $rest failed" "$number" ;;
  esac
  done=$((number + 1))
  [ "$mode" != apply ] || [ -n "$lines" ] || echo "$done" >progress
done <"$mode"
flush
[ "$mode" = apply ] || exit 0
echo "$done" >progress; echo ok >result.new; mv result.new result
`;

/**
 * Starts an order. Everything is read and written before anything is changed. $1: its folder, $2: seconds after which it is undone
 * unless confirmed (0: never), $3: RUNNER, $4: the lines.
 */
export const START = `
umask 077; mkdir -p ${ROOT_RUN} && mkdir "$1" && cd "$1" || exit 4
cat >order && [ "$(tail -n 1 order)" = end ] || { echo "input cut short" >&2; exit 5; }
sed '/^--$/,$d' order >apply; sed '1,/^--$/d' order >undo; printf '%s' "$3" >run; : >armed; echo 0 >progress
if [ "$2" -gt 0 ]; then
  setsid sh -c 'echo $$ >pid; sleep "$1"; mv armed fired && sh ./run undo' sh "$2" </dev/null >log 2>&1 &
fi
setsid sh ./run apply </dev/null >>log 2>&1 &
tries=0
while [ ! -e result ] && [ $tries -lt 200 ]; do sleep 0.05; tries=$((tries + 1)); done
cat result
`;

/** Confirms over a fresh connection: one rename decides between confirmation and timer. $1: the folder. Prints the result. */
export const CONFIRM = `
cd "$1" 2>/dev/null || { echo gone; exit 0; }
[ -e result ] || { [ -e fired ] && echo fired || echo busy; exit 0; }
read -r result <result
if [ "$result" = ok ]; then
  mv armed confirmed 2>/dev/null
  if [ -e confirmed ]; then echo ok; else echo fired; fi
else mv armed confirmed 2>/dev/null; echo failed; cat trouble; fi
`;

/** Ends the timer and removes the folder. $1 */
export const CLEAR = `
cd "$1" 2>/dev/null || exit 0
{ read -r pid <pid && kill -KILL -- "-$pid"; } 2>/dev/null
cd / && rm -rf "$1"
`;

/**
 * Settles orders that a crashed engine left armed: the caller has just connected, so the host is reachable in its current state.
 * Other orders can still be in use; old ones are removed. $1: the prefix of its folders; $2: their prefix in older versions, in
 * which others could create folders.
 */
export const SETTLE = `
for folder in "$1"* "$2"*; do
  [ -O "$folder" ] && [ ! -L "$folder" ] && cd "$folder" 2>/dev/null || continue
  tries=0
  while [ -e armed ] && [ ! -e result ] && [ $tries -lt 100 ]; do sleep 0.1; tries=$((tries + 1)); done
  { read -r result <result; } 2>/dev/null && [ "$result" = ok ] && mv armed confirmed 2>/dev/null
  [ -e armed ] || [ -z "$(find "$folder" -maxdepth 0 -mmin +10 2>/dev/null)" ] || { cd / && rm -rf "$folder"; }
done
:
`;
