import { ROOT_RUN } from '../linux/root-run';
import { sharedKeys } from '../linux/stretch/names';
import type { Shell } from '../shell';

/**
 * Where Atoll keeps its files on a shared host: one folder per store, so that two never mix. Below libvirt's own, where AppArmor
 * and SELinux let QEMU read.
 */
export interface SharedFolders {
  readonly root: string;
  readonly disks: string;
  readonly serialLogs: string;
  /** Copies of files of the engine's computer: base images, the tiny guest. */
  readonly files: string;
  /** The keys of the host's tunnel to others. */
  readonly tunnel: string;
}

export function sharedFolders(storeId: string): SharedFolders {
  const root = `/var/lib/libvirt/atoll/${storeId.slice(-12)}`;
  return {
    root,
    disks: `${root}/disks`,
    serialLogs: `${root}/log`,
    files: `${root}/files`,
    tunnel: sharedKeys(storeId),
  };
}

/**
 * QEMU is not root on most hosts, and any guest can have broken out of one. So everything belongs to root and is closed to others.
 * QEMU's group can traverse the folders to its disks and read base images; new files inherit the group from the folders. In
 * /run/atoll QEMU creates the sockets of its displays: it can add files, and remove only its own. What root itself reads and runs
 * is in ${ROOT_RUN}. Tightens the permissions of older versions.
 * $1: disks, $2: copies of files, the rest: other folders.
 */
const PREPARE = `
umask 077
label=$(timeout 5 virsh -q -c qemu:///system capabilities 2>/dev/null </dev/null | sed -n "s/.*<baselabel type='kvm'>+\\([0-9]*:+[0-9]*\\)<.*/\\1/p" | head -n 1)
case $label in
  '' | 0:*) group=$(id -g libvirt-qemu 2>/dev/null || id -g qemu 2>/dev/null || echo 0) ;;
  *) group=\${label#*+} ;;
esac
mkdir -p -- /run/atoll ${ROOT_RUN}/dhcp && chmod 700 ${ROOT_RUN} && chown "0:$group" /run/atoll && chmod g-s,u=rwx,g=wx,o=,+t /run/atoll || exit 1
# Before, these were in /run/atoll, which was QEMU's: what is not in a folder of root's may be anybody's. Clients of DHCP that run keep their paths.
if [ -d /run/atoll/dhcp ] && [ ! -L /run/atoll/dhcp ]; then
  [ ! -O /run/atoll/dhcp ] || find /run/atoll/dhcp -maxdepth 1 -type f -exec mv -f -t ${ROOT_RUN}/dhcp {} +
  rm -rf /run/atoll/dhcp && ln -s ${ROOT_RUN}/dhcp /run/atoll/dhcp
fi
rm -f /run/atoll/kvm /run/atoll/kvm.new
disks=$1 files=$2; shift 2
# libvirt's own folder, which all may enter, also if libvirt is installed later.
(umask 022; mkdir -p -- "\${disks%/*/*/*}") || exit 1
mkdir -p -- "$disks" "$files" "$@" || exit 1
chmod 711 -- "\${disks%/*/*}" "\${disks%/*}" || exit 1
chmod 700 -- "$@" || exit 1
chown "0:$group" -- "$disks" "$files" && chmod 2710 -- "$disks" "$files" || exit 1
find "$disks" -mindepth 1 -maxdepth 1 -type d ! -name '.*' ! -perm 2710 -exec chgrp "$group" {} + -exec chmod 2710 {} + || exit 1
find "$disks" -mindepth 2 -type f -perm /077 -exec chmod go-rwx {} + || exit 1
find "$files" -type f -perm /007 -exec chgrp "$group" {} + -exec chmod 640 {} +
`;

/** Creates the folders if they do not exist. */
export async function prepareFolders(shell: Shell, folders: SharedFolders, signal: AbortSignal): Promise<void> {
  const { disks, serialLogs, files } = folders;
  await shell.script(PREPARE, [disks, files, serialLogs], { signal });
}

/** Removes our folder and our seal table from the host; kept disks are in the folder, and stay with it. */
const LEAVE = `
rm -rf -- "$1/log" "$1/files" "$1/tunnel" "$1/disks/.definitions"
rmdir -- "$1/disks" "$1" 2>/dev/null
# Of libvirt's own folder nothing is removed but an empty one, made on a host without libvirt.
if rmdir -- "\${1%/*}" 2>/dev/null; then rmdir -- "\${1%/*/*}" 2>/dev/null; rm -f ${ROOT_RUN}/kvm; [ ! -L /run/atoll/dhcp ] || rm -f /run/atoll/dhcp; fi
rm -f "${ROOT_RUN}/seen-$2"
rmdir ${ROOT_RUN}/dhcp ${ROOT_RUN} /run/atoll 2>/dev/null
nft delete table netdev "$2" 2>/dev/null
exit 0
`;

export async function leave(
  shell: Shell,
  folders: SharedFolders,
  sealTable: string,
  signal: AbortSignal,
): Promise<void> {
  await shell.script(LEAVE, [folders.root, sealTable], { signal });
}
