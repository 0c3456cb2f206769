import { BUILD_CAGE } from './cage';
import { KEEP_DAEMONS } from './daemons';

/**
 * PID 1 of a lab. A constant that is copied into the lab's folder and run from there, so that a lab does not depend on the app's
 * installation path (an AppImage's mount vanishes with the app). Its only argument is the lab's folder. Handshake: it takes the
 * lab's lock, prints `born` on descriptor 3, waits for a line on stdin (by then the starter has recorded the identity; if the
 * starter died instead, stdin ends and so does init), and prints `ready` when the lab is usable. So only the lock's holder is ever
 * recorded. Until then the file `starting` says that nobody may enter it yet.
 */
export const INIT_SCRIPT = `#!/bin/bash
set -eu
lab=$1
say() { echo "$*" >&3; }
fail() { echo "$*" >&2; exit 1; }

exec 9>>"$lab/lock"
flock -n 9 || fail "this lab runs already: its lock is held"
: >"$lab/starting"
say born
read -r _ || exit 1
exec </dev/null

# The lock and the pipe to the starter are ours alone: a daemon that kept them would outlive their meaning.
quiet() { "$@" 3>&- 9>&-; }

quiet mkdir -p "$lab"/{sock,disks,log,libvirt/etc,libvirt/lib,libvirt/cache}
quiet find "$lab/sock" -mindepth 1 -delete

quiet mount -t tmpfs -o mode=755,size=64m tmpfs /run
quiet mkdir -p /run/lock /run/atoll
quiet mount --bind "$lab/sock" /run/atoll
# Without a sysfs of this network namespace /sys/class/net shows the NICs of the computer around us.
quiet mount -t sysfs sysfs /sys || echo "no sysfs of our own; going on" >&2
quiet mount -t devpts -o newinstance,ptmxmode=0666,mode=0620 devpts /dev/pts || echo "no devpts of our own; going on" >&2
for pair in etc:/etc/libvirt lib:/var/lib/libvirt cache:/var/cache/libvirt; do
  if [ -d "\${pair#*:}" ]; then quiet mount --bind "$lab/libvirt/\${pair%%:*}" "\${pair#*:}"; fi
done
quiet mount --bind "$lab/log" /var/log
quiet mkdir -p /var/log/libvirt/qemu

# Every bridge and every tap is silent from birth: no IPv6 address, no MLD reports towards a guest.
echo 1 >/proc/sys/net/ipv6/conf/all/disable_ipv6 || echo "IPv6 is not there" >&2
echo 1 >/proc/sys/net/ipv6/conf/default/disable_ipv6 || echo "IPv6 is not there" >&2
quiet ip link set lo up

if command -v libvirtd >/dev/null && command -v virtlogd >/dev/null; then
  ${BUILD_CAGE}
  cat >/etc/libvirt/libvirtd.conf <<'CONF'
unix_sock_group = "root"
auth_unix_rw = "none"
CONF
  echo 'max_clients = 4096' >/etc/libvirt/virtlogd.conf
  ${KEEP_DAEMONS}
fi

rm -f "$lab/starting"
say ready
exec 3>&-
# From here on we only reap. bash waits for every child of PID 1 when one of them ends, and needs one that never does.
trap : CHLD
trap 'exit 0' TERM
sleep infinity 9>&- &
while :; do wait || :; done
`;
