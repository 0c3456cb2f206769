/** The text files of the tiny guest. All run under busybox's ash. */

/** On the kernel's command line: only report that the guest runs, and power off. */
export const PROBE_WORD = 'atoll.probe';
export const PROBE_ANSWER = 'atoll-guest-lives';

const INIT = `#!/bin/sh
export PATH=/bin
mount -t proc proc /proc
mount -t sysfs sysfs /sys
mount -t devtmpfs devtmpfs /dev
# Asked whether a guest can live at all (see hosts/doctor/kvm.ts): it got here, so it can.
case "$(cat /proc/cmdline)" in *${PROBE_WORD}*) echo ${PROBE_ANSWER}; poweroff -f ;; esac
exec init
`;

const INITTAB = `::sysinit:/etc/rc
::respawn:/bin/uevent /etc/nic-event
::respawn:/bin/acpid -f -l /dev/null
ttyS0::respawn:-/bin/sh
::ctrlaltdel:/bin/reboot
`;

const RC = `#!/bin/sh
# Values of the kernel's command line (proc_cmdline(5)): atoll.name=HOST, atoll.nic=MAC,ADDRESS/LENGTH[,GATEWAY]
for word in $(cat /proc/cmdline); do
  case $word in
    atoll.name=*) hostname "\${word#*=}" ;;
    atoll.nic=*) echo "\${word#*=}" | tr , ' ' >>/etc/nics ;;
  esac
done
[ "$(hostname)" = "(none)" ] && hostname tiny
echo "127.0.0.1 localhost $(hostname)" >/etc/hosts
# An address is answered for by its own NIC only: a guest on two networks is to bridge nothing between them.
echo 1 >/proc/sys/net/ipv4/conf/all/arp_ignore
echo 2 >/proc/sys/net/ipv4/conf/all/arp_announce
ip link set lo up
for module in $(cat /etc/modules); do insmod /lib/modules/$module.ko; done
for nic in /sys/class/net/*; do /etc/nic-up "\${nic##*/}"; done
/etc/page >/www/index.html
httpd -h /www
`;

/** The page that this guest serves on port 80, to its island, and to a browser through a port forward. It loads nothing else. */
const PAGE = `#!/bin/sh
cat <<PAGE
<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>$(hostname) on Atoll</title>
<style>
  :root { color-scheme: light dark; font: 17px/1.6 system-ui, sans-serif; --line: #9ab6d3; --sea: #e4edf6; --land: #fff; --ink: #12283c; }
  @media (prefers-color-scheme: dark) { :root { --line: #3f6284; --sea: #0f1b27; --land: #1a2836; --ink: #e3edf6; } }
  body { margin: 0; min-height: 100vh; display: grid; place-items: center; background: var(--sea); color: var(--ink); }
  main { max-width: 34rem; margin: 1.5rem; padding: 1.5rem 2rem 1.75rem; background: var(--land); border: 2px solid var(--line); border-radius: 1.75rem; }
  h1 { margin: 0 0 .5rem; font-size: 1.5rem; }
  code { font-size: .9em; }
</style>
<main>
<h1>This is $(hostname), a tiny Atoll guest.</h1>
<p>It stands on isolated networks, whose VMs hear it and each other. Whoever comes by a forwarded port reaches this page, and none
of them.</p>
<p>Its addresses: <code>$(ip -4 -o addr show | awk '$2 != "lo" { print $4 }' | tr '\\n' ' ')</code></p>
</main>
PAGE
`;

const NIC_EVENT = `#!/bin/sh
[ "$SUBSYSTEM" = net ] || exit 0
case $ACTION in
  add) exec /etc/nic-up "$INTERFACE" ;;
  remove) kill "$(cat "/var/run/dhcp.$INTERFACE")" 2>/dev/null; rm -f "/tmp/dns.$INTERFACE" ;;
esac
exit 0
`;

const NIC_UP = `#!/bin/sh
# Brings a NIC up with the address that the command line gives for its MAC, else with a link-local one made from the MAC
# (RFC 3927 keeps 169.254.0.x and 169.254.255.x) until a DHCP server on its network gives another.
nic=$1
mac=$(cat /sys/class/net/$nic/address) || exit 0
[ "$nic" = lo ] && exit 0
ip link set "$nic" up
given=$(grep -i "^$mac " /etc/nics 2>/dev/null)
if [ -z "$given" ]; then
  tail=\${mac#??:??:??:??:}
  given="$mac 169.254.$((0x\${tail%:*} % 254 + 1)).$((0x\${tail#*:} % 254 + 1))/16"
  udhcpc -i "$nic" -s /etc/dhcp -p "/var/run/dhcp.$nic" -f -t 3 -T 1 -A 20 -x "hostname:$(hostname)" </dev/null >/dev/null 2>&1 &
fi
echo "$given" | while read -r _ address gateway; do
  ip addr add "$address" dev "$nic" 2>/dev/null
  [ -z "$gateway" ] || ip route add default via "$gateway" 2>/dev/null
done
`;

/** What udhcpc runs when it has an address, or has lost it (udhcpc's own documentation has the variables). */
const DHCP = `#!/bin/sh
case $1 in bound | renew) ;; *) exit 0 ;; esac
ip addr show dev "$interface" | grep -qF " $ip/$mask " || {
  ip addr flush dev "$interface"
  ip addr add "$ip/$mask" dev "$interface"
}
ip route del default dev "$interface" 2>/dev/null
for each in $router; do ip route add default via "$each" dev "$interface"; break; done
{ [ -z "$domain" ] || echo "search $domain"; for each in $dns; do echo "nameserver $each"; done; } >"/tmp/dns.$interface"
cat /tmp/dns.* >/etc/resolv.conf
/etc/page >/www/index.html
exit 0
`;

const PROFILE = `export HOME=/root PS1='\\h:\\w# '
cd
[ -e /tmp/greeted ] || { : >/tmp/greeted; echo; echo "$(hostname) is ready (tiny guest; busybox)"; ip -4 -o addr show scope global | awk '{ print $2, $4 }'; ip -4 -o addr show scope link | awk '{ print $2, $4 }'; }
`;

const POWER_BUTTON = `#!/bin/sh
exec poweroff -f
`;

/** Name in the archive, mode, text. */
export const GUEST_FILES: ReadonlyArray<readonly [name: string, mode: number, text: string]> = [
  ['init', 0o755, INIT],
  ['etc/inittab', 0o644, INITTAB],
  ['etc/rc', 0o755, RC],
  ['etc/page', 0o755, PAGE],
  ['etc/nic-event', 0o755, NIC_EVENT],
  ['etc/dhcp', 0o755, DHCP],
  ['etc/nic-up', 0o755, NIC_UP],
  ['etc/profile', 0o644, PROFILE],
  ['etc/passwd', 0o644, 'root::0:0:root:/root:/bin/sh\n'],
  // busybox acpid runs the file of this name for a pressed power button (acpid -h).
  ['etc/acpi/PWRF/00000080', 0o755, POWER_BUTTON],
];

export const GUEST_FOLDERS: readonly string[] = [
  'bin',
  'dev',
  'dev/pts',
  'etc',
  'etc/acpi',
  'etc/acpi/PWRF',
  'lib',
  'lib/modules',
  'proc',
  'root',
  'sys',
  'tmp',
  'var',
  'var/run',
  'www',
];
