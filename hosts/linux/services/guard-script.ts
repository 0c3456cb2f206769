/** The rules that drop what other servers send; without one of them, or with another, a bridge is not guarded. */
export const GUARD_RULES = ['dhcp', 'router', 'tags'] as const;

/**
 * Shell functions about other servers on the bridges of ours: $run/PORT.guard has `PORT BRIDGE HOW MAC`, where HOW is `open`, or
 * `guarded:MAC` with the MAC address of the gateway VM or none. `write_guard` writes the whole table from these files, in one transaction.
 *
 * - Nobody but a server itself sends with its MAC address. On a stretched network the servers of all hosts have the same: what one of
 *   them says stays on its host.
 * - What DHCP servers and routers send is noted by port and address, on all bridges. A kernel without that reports no such guests.
 * - On guarded bridges it is dropped, by port: not every kernel can match a bridge. Router advertisements of the gateway's tap pass,
 *   whose own address libvirt derives from that of its guest.
 * - Guests accept frames with empty VLAN tags as untagged, and Linux any number of them: what still has one after the first is dropped too.
 */
export const GUARD_FUNCTIONS = `
rogues=\${run##*/}_dhcp
forget_rogues() { nft delete table bridge "$rogues" 2>/dev/null; }
write_guard() {
  servers= guarded= gateways= own=
  set +f
  for each in "$run"/*.guard; do
    { read -r its_port its_bridge its_how its_mac <"$each"; } 2>/dev/null || continue
    servers="$servers\\"$its_port\\", "
    [ -z "$its_mac" ] || own="$own$its_mac, "
    case $its_how in guarded:*) ;; *) continue ;; esac
    for other in "/sys/class/net/$its_bridge/brif"/*; do
      other=\${other##*/}
      case $other in "$its_port" | *[!0-9A-Za-z_.:-]*) continue ;; esac
      guarded="$guarded\\"$other\\", "
      { read -r its_address <"/sys/class/net/$other/address"; } 2>/dev/null || continue
      case $its_how in "guarded:"??"\${its_address#??}") gateways="$gateways\\"$other\\", " ;; esac
    done
  done
  set -f
  {
    cat <<TABLE
add table bridge $rogues
add set bridge $rogues senders { type ifname . ether_addr . ipv4_addr; flags dynamic,timeout; timeout 2m; size 1024; }
add set bridge $rogues senders6 { type ifname . ether_addr . ipv6_addr; flags dynamic,timeout; timeout 2m; size 1024; }
add set bridge $rogues routers { type ifname . ether_addr . ipv6_addr; flags dynamic,timeout; timeout 2m; size 1024; }
add set bridge $rogues servers { type ifname; }
add set bridge $rogues own { type ether_addr; }
add set bridge $rogues guarded { type ifname; }
add set bridge $rogues gateways { type ifname; }
flush set bridge $rogues servers
flush set bridge $rogues own
flush set bridge $rogues guarded
flush set bridge $rogues gateways
add chain bridge $rogues received { type filter hook prerouting priority -300; policy accept; }
flush chain bridge $rogues received
add rule bridge $rogues received iifname @servers accept
add rule bridge $rogues received ether saddr @own drop
add rule bridge $rogues received udp dport 68 update @senders { iifname . ether saddr . ip saddr }
add rule bridge $rogues received udp dport 546 update @senders6 { iifname . ether saddr . ip6 saddr }
add rule bridge $rogues received icmpv6 type nd-router-advert update @routers { iifname . ether saddr . ip6 saddr }
add rule bridge $rogues received iifname @guarded udp dport { 68, 546 } drop comment "dhcp"
add rule bridge $rogues received iifname @guarded iifname != @gateways icmpv6 type nd-router-advert drop comment "router"
add rule bridge $rogues received iifname @guarded meta protocol { 8021q, 8021ad } drop comment "tags"
TABLE
    [ -z "$servers" ] || echo "add element bridge $rogues servers { \${servers%, } }"
    [ -z "$own" ] || echo "add element bridge $rogues own { \${own%, } }"
    [ -z "$guarded" ] || echo "add element bridge $rogues guarded { \${guarded%, } }"
    [ -z "$gateways" ] || echo "add element bridge $rogues gateways { \${gateways%, } }"
  } | nft -f - 2>&1
}
`;
