/** The text files of the tiny guest. All run under busybox's ash. */

/** On the kernel's command line: only say that you live, and power off. */
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
echo "<!doctype html><meta charset=utf-8><title>$(hostname) on Atoll</title><p>This is $(hostname), a tiny Atoll guest." >/www/index.html
httpd -h /www
`;

const NIC_EVENT = `#!/bin/sh
[ "$SUBSYSTEM" = net ] && [ "$ACTION" = add ] && exec /etc/nic-up "$INTERFACE"
exit 0
`;

const NIC_UP = `#!/bin/sh
# Brings a NIC up with the address that the command line gives for its MAC, else with a link-local one made from the MAC
# (RFC 3927 keeps 169.254.0.x and 169.254.255.x).
nic=$1
mac=$(cat /sys/class/net/$nic/address) || exit 0
[ "$nic" = lo ] && exit 0
ip link set "$nic" up
given=$(grep -i "^$mac " /etc/nics 2>/dev/null)
if [ -z "$given" ]; then
  tail=\${mac#??:??:??:??:}
  given="$mac 169.254.$((0x\${tail%:*} % 254 + 1)).$((0x\${tail#*:} % 254 + 1))/16"
fi
echo "$given" | while read -r _ address gateway; do
  ip addr add "$address" dev "$nic" 2>/dev/null
  [ -z "$gateway" ] || ip route add default via "$gateway" 2>/dev/null
done
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
  ['etc/nic-event', 0o755, NIC_EVENT],
  ['etc/nic-up', 0o755, NIC_UP],
  ['etc/profile', 0o644, PROFILE],
  ['etc/passwd', 0o644, 'root::0:0:root:/root:/bin/sh\n'],
  // busybox acpid runs, for a pressed power button, the file of this name (acpid -h).
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
