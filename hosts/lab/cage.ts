/**
 * Isolates QEMU in a lab from the user's files. libvirt starts QEMU as root of the lab, which is the user's own uid outside: a
 * guest that breaks out of it would have access to the whole home, and to the engine's socket. So a wrapper replaces QEMU. It opens
 * the files on the command line, passes the open descriptors on, enters a file system without any file of the user or of Atoll, and
 * runs QEMU as a separate user without capabilities. No file changes its owner or mode for this: a user's disk that is used in
 * place stays unchanged.
 */

/** Where a lab keeps the files for that: on the lab's own /run. */
const CAGE = '/run/atoll-cage';

/**
 * Opens the files on QEMU's command line "$@". `args` becomes the command line for a user that may open none of them, `lent` the
 * prefix with the descriptors. Disks become descriptor sets (qemu(1), -add-fd), and so does /dev/kvm unless it is open to all:
 * without root it is often accessible only to this user, by an ACL. A kernel or a secret of libvirt's is opened by name, once:
 * /dev/fd names it, or, if its mode excludes others, an unnamed copy.
 */
const LEND = `
args=() lent=() set=9000 previous= tpm=
refuse() { echo "$*" >&2; exit 1; }
# fd: $1, opened for $2, which is < or <>.
opened() {
  if [ "$2" = '<>' ]; then exec {fd}<>"$1"; else exec {fd}<"$1"; fi || refuse "$1 can't be opened"
}
# Another descriptor of the set $set. libvirtd dies of a set that says nothing of itself (opaque).
lend() { opened "$1" "$2"; lent+=(-add-fd "fd=$fd,set=$set,opaque=atoll"); }
# REPLY: by which name QEMU can open $1.
lend_to_read() {
  REPLY=$1
  [ -f "$1" ] || return 0
  opened "$1" '<'
  case $(stat -L -c %A -- "$1") in
    ???????r*) ;;
    *)
      copy=$(mktemp "$scratch/XXXXXXXX") && cat <&"$fd" >"$copy" && chmod 444 "$copy" || refuse "$1 can't be read"
      exec {fd}<&-; opened "$copy" '<'; rm -f -- "$copy" ;;
  esac
  REPLY=/dev/fd/$fd
}
# Takes the JSON string apart that $1 begins with: REPLY is its text, tail what follows. Fails for escapes that no path of ours has.
json_string() {
  local rest=$1 escape='^([^"\\\\]*)\\\\(["/\\\\])(.*)$' plain='^([^"\\\\]*)(".*)$'; REPLY=
  while [[ $rest =~ $escape ]]; do
    # A quotation mark before the escape ends the string.
    REPLY+=\${BASH_REMATCH[1]}\${BASH_REMATCH[2]} rest=\${BASH_REMATCH[3]}
  done
  [[ $rest =~ $plain ]] || return 1
  REPLY+=\${BASH_REMATCH[1]} tail=\${BASH_REMATCH[2]}
}
lend_disk() {
  local driver='"driver":"(file|host_device|host_cdrom)"' key='"filename":"'
  [[ $each =~ $driver ]] && json_string "\${each#*"$key"}" && [ -e "$REPLY" ] || return 0
  set=$((set + 1))
  lend "$REPLY" '<'
  case $each in *'"read-only":true'*) ;; *) [ ! -w "$REPLY" ] || lend "$REPLY" '<>' ;; esac
  each=\${each%%"$key"*}$key/dev/fdset/$set$tail
}
lend_secret() {
  local key='"file":"' rest
  json_string "\${each#*"$key"}" || return 0
  rest=$tail; lend_to_read "$REPLY"
  each=\${each%%"$key"*}$key$REPLY$rest
}
lend_kvm() {
  case $(stat -L -c %A /dev/kvm 2>/dev/null) in ???????rw*) return 0 ;; esac
  [ -w /dev/kvm ] || return 0
  set=$((set + 1)); lend /dev/kvm '<>'; each=$each,device=/dev/fdset/$set
}
# The emulator of its TPM, a program of its own, listens on a socket that is in the cage of this QEMU alone.
lend_tpm() {
  tpm=\${1//,,/,}; chown "$uid:$gid" "$tpm" || refuse "$tpm can't be lent"
  each=socket,id=chrtpm,path=/run/tpm
}
for each; do
  case $previous in
    -accel) case $each in kvm*) lend_kvm ;; esac ;;
    -blockdev) case $each in *'"filename":"/'*) lend_disk ;; esac ;;
    -object) case $each in *'"qom-type":"secret"'*'"file":"/'*) lend_secret ;; esac ;;
    # One that is left over may be of another user, and would stay where QEMU wants to have its own.
    -vnc) [[ $each =~ unix:(/run/atoll/[^,/]+) ]] && rm -f -- "\${BASH_REMATCH[1]}" ;;
    -chardev) [[ $each =~ ^socket,id=chrtpm,path=(/run/libvirt/qemu/swtpm/[^/]+)$ ]] && lend_tpm "\${BASH_REMATCH[1]}" ;;
    -kernel | -initrd) lend_to_read "$each"; each=$REPLY ;;
  esac
  args+=("$each") previous=$each
done
`;

/** QEMU's user, as $uid and $gid: for root its usual account, else the last of the subordinate ids, which nothing else uses. */
const WHO = `
last_id() { awk '$3 > 4e9 { all = 1 } $1 + $3 - 1 > last { last = $1 + $3 - 1 } END { print all ? "" : last }' "$1"; }
uid=$(last_id /proc/self/uid_map) gid=$(last_id /proc/self/gid_map)
if [ -z "$uid" ]; then
  for account in libvirt-qemu qemu nobody; do uid=$(id -u "$account" 2>/dev/null) && gid=$(id -g "$account") && break; done
fi
[ "$uid" -gt 0 ] && [ "$gid" -gt 0 ] || { echo 'no subordinate ids for QEMU' >&2; exit 1; }
`;

/** Switches to another user permanently: no capability is left that an exec could raise again. */
const DROP = 'setpriv --reuid "$uid" --regid "$gid" --clear-groups --inh-caps -all --bounding-set -all --no-new-privs';

/**
 * The wrapper, which replaces QEMU for everything in the lab. When libvirt queries QEMU's capabilities there is no machine, hence
 * no guest, and QEMU answers on a socket in a folder of libvirt's: it stays root.
 */
const WRAPPER = `#!/usr/bin/env bash
cage=${CAGE} scratch=${CAGE}/scratch asked=0
for each; do
  case $each in -S | -no-user-config | -nodefaults | -nographic) asked=$((asked + 1)) ;; *) break ;; esac
done
case $asked:\${@:asked + 1:2} in
  [1-4]:'-machine none' | [1-4]:'-machine none,'*) exec "$cage/root$0" "$@" ;;
esac
read -r uid gid <"$cage/ids" || exit 1
${LEND}
exec unshare --mount --propagation private -- bash -c '
[ -z "$4" ] || mount --bind "$4" "$1/run/tpm" || exit 1
cd "$1" && pivot_root . old && umount -l /old || exit 1
umask 007; uid=$2 gid=$3; shift 4
exec ${DROP} -- "$@"
' bash "$cage/root" "$uid" "$gid" "$tpm" "$0" "\${lent[@]}" "\${args[@]}"
`;

/**
 * Builds the file system for QEMU (programs, a few devices, the folder of the lab's sockets) and mounts the wrapper over every QEMU
 * binary. Root of the lab runs it in `bash -eu` before libvirtd starts, with the lab's folder as $lab.
 */
export const BUILD_CAGE = `(
  cage=${CAGE} root=${CAGE}/root
  ${WHO}
  mkdir -p "$root" "$cage/scratch"
  mount -t tmpfs -o mode=700 tmpfs "$cage/scratch"
  # Sockets are all that QEMU makes. Theirs is the person's group, who connects to them; it can't put others in the place of libvirt's.
  # Who is not in the lab does not get as far as this folder.
  chown 0:0 /run/atoll; chmod 3773 /run/atoll
  mount -t tmpfs -o mode=755,size=1m tmpfs "$root"
  for each in bin sbin lib lib32 lib64 libx32 usr nix gnu; do
    if [ -L "/$each" ]; then cp -P "/$each" "$root/$each"
    elif [ -d "/$each" ]; then mkdir "$root/$each"; mount --rbind "/$each" "$root/$each"
    fi
  done
  mkdir -p "$root"/{old,proc,tmp,dev/pts,run/atoll,etc}
  for each in ld.so.cache localtime; do
    if [ -f "/etc/$each" ]; then : >"$root/etc/$each"; mount --bind "/etc/$each" "$root/etc/$each"; fi
  done
  if [ -d /etc/alternatives ]; then mkdir "$root/etc/alternatives"; mount --rbind /etc/alternatives "$root/etc/alternatives"; fi
  for each in null zero full random urandom kvm; do
    if [ -e "/dev/$each" ]; then : >"$root/dev/$each"; mount --bind "/dev/$each" "$root/dev/$each"; fi
  done
  mount --rbind /dev/pts "$root/dev/pts"
  : >"$root/run/tpm"
  ln -s pts/ptmx "$root/dev/ptmx"; ln -s /proc/self/fd "$root/dev/fd"
  mount -t proc -o hidepid=2 proc "$root/proc" 2>/dev/null || mount --rbind /proc "$root/proc"
  mount --rbind /run/atoll "$root/run/atoll"
  mount -o remount,bind,ro "$root"
  echo "$uid $gid" >"$cage/ids"
  # libvirt knows a program by the time of its last change: the file is only written when it or a QEMU has become another.
  found=() known=
  for each in /usr/bin/qemu-system-* /usr/bin/qemu-kvm /usr/bin/kvm /usr/libexec/qemu-kvm /usr/local/bin/qemu-system-* "$(command -v qemu-system-x86_64)"; do
    each=$(readlink -e -- "$each") && [ -x "$each" ] || continue
    # One outside of the folders above would not start in there, and runs as before.
    case $each in /bin/* | /sbin/* | /usr/* | /nix/* | /gnu/*) ;; *) continue ;; esac
    case " \${found[*]} " in *" $each "*) ;; *) found+=("$each") known+=" $(stat -c '%n %s %Z' -- "$each")" ;; esac
  done
  cat >"$lab/libvirt/qemu.new" <<'WRAPPER'
${WRAPPER}WRAPPER
  echo "#$known" >>"$lab/libvirt/qemu.new"
  cmp -s "$lab/libvirt/qemu.new" "$lab/libvirt/qemu" || { cat "$lab/libvirt/qemu.new" >"$lab/libvirt/qemu"; chmod 755 "$lab/libvirt/qemu"; }
  rm -f "$lab/libvirt/qemu.new"
  for each in \${found[@]+"\${found[@]}"}; do mount --bind "$lab/libvirt/qemu" "$each"; done
  # The account of swtpm, as the packages of distributions name it, and what its certificates are signed with: a lab has its own.
  for each in tss swtpm; do id -u "$each" >/dev/null 2>&1 && swtpm=$each && break; done
  if [ -d /var/lib/swtpm-localca ]; then
    mkdir -p -m 750 "$lab/libvirt/swtpm-localca"
    chown "\${swtpm:-0}" "$lab/libvirt/swtpm-localca" && mount --bind "$lab/libvirt/swtpm-localca" /var/lib/swtpm-localca
  fi
  cat >/etc/libvirt/qemu.conf <<'CONF'
user = "root"
group = "root"
dynamic_ownership = 0
remember_owner = 0
clear_emulator_capabilities = 0
cgroup_controllers = []
namespaces = []
security_driver = "none"
CONF
  if [ -n "\${swtpm:-}" ]; then printf 'swtpm_user = "%s"\\nswtpm_group = "%s"\\n' "$swtpm" "$(id -gn "$swtpm")" >>/etc/libvirt/qemu.conf; fi
  : >"$cage/ready"
)
`;

/** Runs QEMU ("$1"; the rest is its command line) as in a lab, but without a lab: to test whether a guest runs on KVM. */
export const AS_QEMU_IN_LAB = `
qemu=$1 scratch=/tmp; shift
${WHO}
${LEND}
exec ${DROP} -- "$qemu" "\${lent[@]}" "\${args[@]}"
`;

/**
 * Builds the cage in a lab that an older version started, so that every VM started from now on is in it; libvirtd rereads its
 * configuration on restart, which does not affect VMs. One that gets its signal while it still starts may never end: it is killed
 * after five seconds. Plain sh, run by root of the lab. $1: the lab's folder, $2: BUILD_CAGE.
 */
export const CAGE_OLD_LAB = `
if [ ! -e ${CAGE}/ready ] && command -v libvirtd >/dev/null; then
  flock ${CAGE}.lock bash -euc '
    if [ -e ${CAGE}/ready ]; then exit; fi
    lab=$1; eval "$2"
    if read -r pid </run/libvirtd.pid || [ -n "$pid" ]; then
      kill "$pid"
      for tick in {1..100}; do
        [ -e "/proc/$pid/exe" ] || break
        if [ "$tick" = 100 ]; then kill -KILL "$pid"; fi
        sleep 0.05
      done
    fi
  ' bash "$1" "$2" || echo "QEMU could not be shut in" >&2
fi
`;
