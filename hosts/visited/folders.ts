import type { Shell } from '../shell';

/**
 * Where Atoll keeps what it needs on a host that is not its own: one folder for each store, so that two never mix. Below
 * libvirt's own, where AppArmor and SELinux let QEMU read.
 */
export interface VisitedFolders {
  readonly root: string;
  readonly disks: string;
  readonly serialLogs: string;
  /** Copies of files of the engine's computer: base images, the tiny guest. */
  readonly files: string;
}

export function visitedFolders(storeId: string): VisitedFolders {
  const root = `/var/lib/libvirt/atoll/${storeId.slice(-12)}`;
  return { root, disks: `${root}/disks`, serialLogs: `${root}/log`, files: `${root}/files` };
}

/**
 * QEMU is another user than root on most hosts (libvirt-qemu, qemu): it has to get through our folders to its disks, and makes
 * the sockets of its screens itself, in /run/atoll. Nobody else may look into that.
 */
const PREPARE = `
mkdir -p -- "$@" /run/atoll || exit 1
chmod 711 -- "\${1%/*}" "$@" || exit 1
chmod 750 /run/atoll || exit 1
for user in libvirt-qemu qemu; do
  if id -u "$user" >/dev/null 2>&1; then chown "$user" /run/atoll; exit; fi
done
exit 0
`;

/** Makes the folders, if they are not there. */
export async function prepareFolders(shell: Shell, folders: VisitedFolders, signal: AbortSignal): Promise<void> {
  const { root, disks, serialLogs, files } = folders;
  await shell.script(PREPARE, [root, disks, serialLogs, files], { signal });
}

/** Takes our folder and our table of seals off the host; disks that were to be kept are in the folder, and stay with it. */
const LEAVE = `
rm -rf -- "$1/log" "$1/files"
rmdir -- "$1/disks" "$1" "\${1%/*}" /run/atoll/dhcp /run/atoll 2>/dev/null
nft delete table netdev "$2" 2>/dev/null
exit 0
`;

export async function leave(
  shell: Shell,
  folders: VisitedFolders,
  sealTable: string,
  signal: AbortSignal,
): Promise<void> {
  await shell.script(LEAVE, [folders.root, sealTable], { signal });
}
