import { AppError, note } from '../../../contract';
import type { Disposal } from '../../../engine/ports/host-driver';
import type { Shell } from '../../shell';
import type { BootContext } from './boot-files';
import { vmDiskDir } from './folder';
import type { ScriptPart } from './script-parts';

/** Deleting or moving large disks can take the file system a while. */
export const LONG_MS = 600_000;

/** Beside the VMs' own folders, in the same file system, so that a move is a rename. No VM's id starts with a dot. */
export const trashDir = ({ diskDir }: Pick<BootContext, 'diskDir'>): string => `${diskDir}/.trash`;

/** `disks_in FOLDER` prints the disks in a VM's folder that Atoll created, and `holds` only sets `found`. */
const DISKS_IN = `
disks_in() {
  found=
  for each in "$1"/disk.qcow2 "$1"/disk-*.qcow2 "$1"/disk-*.raw; do
    if [ -e "$each" ]; then found=yes; printf '%s\\n' "$each"; fi
  done
}
holds() { disks_in "$1" >/dev/null; }
`;

/** $1: the VM's disk folder, $2: its serial log, $3: the trash, $4: the VM's folder in it. Each prints what still exists. */
const SCRIPTS: Record<Disposal, string> = {
  delete: `rm -rf -- "$1" && rm -f -- "$2" "$2".[0-9]*`,
  keep: `
rm -f -- "$2" "$2".[0-9]* "$1/seed.iso"
disks_in "$1"
[ "$found" = yes ] || rm -rf -- "$1"
`,
  trash: `
rm -f -- "$2" "$2".[0-9]*
holds "$1"; if [ "$found" = yes ]; then
  mkdir -p -- "$3" && chmod 700 -- "$3" && rm -rf -- "$4" && mv -T -- "$1" "$4" || exit 1
else
  rm -rf -- "$1" || exit 1
fi
# Run again after a crash, it may lie there already.
disks_in "$4"
exit 0
`,
};

/** Deletes, keeps or trashes a removed VM's disks, and deletes its serial log. Prints the paths that still exist. */
export function removeDisks(
  vm: { readonly diskDir: string; readonly vmId: string; readonly serialLog: string },
  disks: Disposal,
): ScriptPart {
  const trash = trashDir(vm);
  const args = [vmDiskDir(vm, vm.vmId), vm.serialLog, trash, `${trash}/${vm.vmId}`];
  return { script: DISKS_IN + SCRIPTS[disks], args };
}

/** $1: the VM's folder in the trash, $2: its disk folder. Exit 3: neither exists. */
const UNTRASH = `
holds "$1"; [ "$found" = yes ] || { holds "$2"; [ "$found" = yes ] && exit 0; exit 3; }
rm -rf -- "$2" && mv -T -- "$1" "$2"
`;

/** @throws AppError NOT_FOUND if neither trash nor folder has the VM's disk */
export async function untrash(
  shell: Shell,
  place: Pick<BootContext, 'diskDir'>,
  vmId: string,
  signal: AbortSignal,
): Promise<void> {
  const args = [`${trashDir(place)}/${vmId}`, vmDiskDir(place, vmId)];
  const { exit } = await shell.script(DISKS_IN + UNTRASH, args, { signal, timeoutMs: LONG_MS, okExits: [0, 3] });
  if (exit === 0) return;
  throw new AppError('NOT_FOUND', `The disks of the VM are no longer in the trash of ${shell.name}`, {
    remedy: note('Create the VM again.'),
  });
}

/** $1: the trash. Ids are passed on stdin, one per line: there can be more than fit on a command line. */
const EMPTY = `cd -- "$1" 2>/dev/null || exit 0; while IFS= read -r id; do rm -rf -- "./$id" || exit 1; done`;

export async function emptyTrash(
  shell: Shell,
  place: Pick<BootContext, 'diskDir'>,
  vmIds: readonly string[],
  signal: AbortSignal,
): Promise<void> {
  const stdin = vmIds.map((id) => `${id}\n`).join('');
  await shell.script(EMPTY, [trashDir(place)], { signal, timeoutMs: LONG_MS, stdin });
}
