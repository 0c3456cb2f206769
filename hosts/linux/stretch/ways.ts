import type { TunnelPing } from '../../../engine/ports/stretch';
import { hostNumber, numberOfAddress, tunnelAddress } from './names';

/**
 * Pings the addresses $3 ... inside the tunnel, side by side. $1: the namespace, $2: the device. Prints for each `ping ADDRESS SENT
 * RECEIVED FASTEST`, and the largest packet that passes unsplit.
 */
export const PING = `
export LC_ALL=C PATH="$PATH:/usr/sbin:/sbin"
ns=$1 wg=$2; shift 2
[ -e "/run/netns/$ns" ] || { echo 'the tunnel of this host does not run' >&2; exit 9; }
command -v ping >/dev/null || { echo 'ping is not installed' >&2; exit 9; }
mtu=$(ip netns exec "$ns" cat "/sys/class/net/$wg/mtu") || exit
for address; do
  {
    ip netns exec "$ns" ping -n -q -c 3 -i 0.3 -W 1 "$address" 2>/dev/null | sed -n "
      s/^\\([0-9]*\\) packets transmitted, \\([0-9]*\\) .*/ping $address \\1 \\2/p
      s/^rtt [^=]*= \\([0-9.]*\\)\\/.*/delay $address \\1/p"
  } &
  { ip netns exec "$ns" ping -n -q -c 3 -i 0.2 -W 2 -M do -s $((mtu - 28)) "$address" >/dev/null 2>&1 && echo "whole $address $mtu"; } &
done
wait
`;

/** WireGuard's MTU has room for a guest's frame in VXLAN: Ethernet 14, VXLAN 8, UDP 8, IPv4 20. */
const VXLAN_BYTES = 50;

/** Parses the output of PING. */
export function readPings(stdout: string, numbers: readonly number[]): TunnelPing[] {
  const found = new Map<number, { sent: number; received: number; delay: number | null; mtu: number | null }>();
  for (const number of numbers) found.set(number, { sent: 3, received: 0, delay: null, mtu: null });
  for (const line of stdout.split('\n')) {
    const [word, address = '', first, second] = line.split(' ');
    const ping = found.get(numberOfAddress(address) ?? 0);
    if (!ping) continue;
    const value = Number(first);
    if (!Number.isFinite(value)) continue;
    if (word === 'ping') Object.assign(ping, { sent: value, received: Number(second) || 0 });
    else if (word === 'delay') ping.delay = value;
    else if (word === 'whole') ping.mtu = value - VXLAN_BYTES;
  }
  return [...found].map(([number, ping]) => ({ number, ...ping }));
}

export const addressesOf = (numbers: readonly number[]): string[] =>
  numbers.map((number) => tunnelAddress(hostNumber(number)));

/**
 * Shell functions. $ns: the namespace, $wg: the device. WireGuard begins a handshake at most once in five seconds for a peer: one that
 * has none of the last three minutes is made again, so that it begins at once on the new way.
 */
const FUNCTIONS = `
export LC_ALL=C PATH="$PATH:/usr/sbin:/sbin"
[ -e "/run/netns/$ns" ] || { echo 'the tunnel of this host does not run' >&2; exit 9; }
within() { ip netns exec "$ns" "$@"; }
of_peer() { within wg show "$wg" "$1" | while read -r peer value _; do [ "$peer" != "$2" ] || echo "$value"; done; }
# Key, address inside, endpoint.
go_by() {
  at=$(of_peer latest-handshakes "$1"); [ -n "$at" ] || { echo 'the host does not know this peer' >&2; return 9; }
  [ $(($(date +%s) - at)) -lt 180 ] || within wg set "$wg" peer "$1" remove
  within wg set "$wg" peer "$1" allowed-ips "$2/32" endpoint "$3" persistent-keepalive off && within wg set "$wg" peer "$1" persistent-keepalive 25
}
`;

/**
 * Tries an endpoint of a peer for two seconds; if nothing answers, the former one is set again. $1: the namespace, $2: the device,
 * $3: the peer's key, $4: its address inside, $5: the endpoint. Prints the endpoint that the peer has then, or `no`: WireGuard takes the
 * one from which the peer speaks, and that one is tried by the peer at the same time.
 */
export const TRY_DIRECT = `
ns=$1 wg=$2 key=$3 address=$4 endpoint=$5
${FUNCTIONS}
now() { of_peer "$1" "$key"; }
former=$(now endpoints)
[ -n "$former" ] || { echo 'the host does not know this peer' >&2; exit 9; }
restore() {
  if [ "$former" != '(none)' ]; then go_by "$key" "$address" "$former"
  elif [ "$endpoint" = "$(now endpoints)" ]; then
    within wg set "$wg" peer "$key" remove && within wg set "$wg" peer "$key" allowed-ips "$address/32" persistent-keepalive 25
  fi
}
trap 'restore; exit 143' HUP INT PIPE TERM
go_by "$key" "$address" "$endpoint" || exit 9
tries=0
while [ $tries -lt 3 ]; do
  # An answer by the relay that is still open is none of this way.
  if within ping -n -q -c 1 -W 1 "$address" >/dev/null 2>&1; then
    is=$(now endpoints)
    case $is in 127.0.0.1:*) within wg set "$wg" peer "$key" endpoint "$endpoint" ;; *) echo "$is"; exit 0 ;; esac
  fi
  tries=$((tries + 1)); sleep 0.2
done
restore; echo no
`;

/**
 * Gives peers the relay as their way. $1: the namespace, $2: the device; then per peer its key, its address inside and the port on this
 * host. The keepalive is set again, so that a peer shakes hands at once.
 */
export const SET_RELAY = `
ns=$1 wg=$2; shift 2
${FUNCTIONS}
while [ $# -gt 0 ]; do go_by "$1" "$2" "127.0.0.1:$3" || exit; shift 3; done
`;

/** Prints the UDP port of WireGuard. $1: the namespace, $2: the device. */
export const LISTEN_PORT = `
PATH="$PATH:/usr/sbin:/sbin"
[ -e "/run/netns/$1" ] || { echo 'the tunnel of this host does not run' >&2; exit 9; }
ip netns exec "$1" wg show "$2" listen-port
`;
