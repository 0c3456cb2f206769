import { TRASH_DAYS } from '../../../contract';
import type { Shell } from '../../shell';
import type { BootContext } from './boot-files';
import { screenSocket, serialSocket } from './lines-xml';
import { storeOf } from './mark-xml';
import type { ScriptPart } from './script-parts';
import { TPM_STATE } from './tpm-state';
import { element, text, withXml } from './xml';

/**
 * The definitions of removed VMs, with what Atoll does not know of them: firmware, TPM, a disk that virsh added. An undo starts
 * from them. They lie in a folder of root's, because what libvirt had is defined again without asking.
 */
const COMMON = `
umask 077
kept=$1/.definitions vm=$2
`;

/** $1: the folder of disks, $2: the VM; its definition comes on stdin. Those that no undo can want any more are deleted. */
const KEEP = `${COMMON}
mkdir -p -- "$kept" && chmod 700 -- "$kept" || exit
find "$kept" -mindepth 1 -maxdepth 1 -type f -mtime +${TRASH_DAYS} -delete
cat >"$kept/$vm.new" && mv -fT -- "$kept/$vm.new" "$kept/$vm.xml"
`;

/**
 * Enters the folder of the firmware's variables, by its real path: QEMU's account owns it, and can put a link into the place of any
 * part of it. $3: the file.
 */
const INTO_NVRAM = `
dir=\${3%/*} name=\${3##*/}
cd -P -- "$dir" 2>/dev/null && [ "$(pwd -P)" = "$dir" ] || exit 0
`;

/** $1, $2, $3: as above. What is no plain file is not kept. */
const KEEP_NVRAM = `${COMMON}${INTO_NVRAM}
[ -e "./$name" ] || [ -L "./$name" ] || exit 0
mv -fT -- "./$name" "$kept/$vm.nvram" || exit
if [ -L "$kept/$vm.nvram" ] || [ ! -f "$kept/$vm.nvram" ] || [ "$(stat -c %h -- "$kept/$vm.nvram")" != 1 ]; then
  rm -rf -- "$kept/$vm.nvram"
fi
`;

/** $1, $2: as above. */
const KEEP_TPM = `${COMMON}${TPM_STATE}
keep_tpm "$vm" "$kept/$vm.tpm"
`;
const RESTORE_TPM = `${COMMON}${TPM_STATE}
[ ! -f "$kept/$vm.tpm" ] || put_tpm "$kept/$vm.tpm" "$vm"
`;

/** $1, $2: as above. Prints the definition; nothing if there is none. */
const READ = `${COMMON}
[ ! -f "$kept/$vm.xml" ] || cat -- "$kept/$vm.xml"
`;

/** $1, $2, $3: as above. */
const RESTORE_NVRAM = `${COMMON}${INTO_NVRAM}
[ -f "$kept/$vm.nvram" ] || exit 0
[ -e "./$name" ] || [ -L "./$name" ] || mv -T -- "$kept/$vm.nvram" "./$name"
`;

/** $1: the folder of disks. The VMs come on stdin, one per line. */
const FORGET = `
cd -- "$1/.definitions" 2>/dev/null || exit 0
while IFS= read -r vm; do rm -f -- "./$vm.xml" "./$vm.nvram" "./$vm.tpm" || exit; done
cd .. && rmdir .definitions 2>/dev/null
exit 0
`;

type Place = Pick<BootContext, 'diskDir'>;

/** The file with the variables of the VM's firmware; null: it has none of its own. */
export const nvramOf = (xml: string): string | null =>
  withXml(xml, ({ root }) => {
    const path = text(root, 'os/nvram')?.trim() ?? '';
    return /^\/[^\p{Cc}]+$/u.test(path) ? path : null;
  });

/** Whether a definition has a TPM whose state libvirt keeps by the VM's id. */
export const hasTpm = (xml: string): boolean =>
  withXml(xml, ({ root }) => element(root, 'devices/tpm/backend[@type="emulator"]') !== null);

/** Keeps a definition that is about to be removed, which is the input. */
export const keepDefinition = ({ diskDir }: Place, vmId: string): ScriptPart => ({
  ...{ script: KEEP, args: [diskDir, vmId], reads: true },
});

/** Keeps the state of the TPM of a VM that is about to be undefined. */
export const keepTpm = ({ diskDir }: Place, vmId: string): ScriptPart => ({ script: KEEP_TPM, args: [diskDir, vmId] });

/** Keeps the variables of the firmware of a VM that was just undefined. */
export const keepNvram = ({ diskDir }: Place, vmId: string, nvram: string): ScriptPart => ({
  ...{ script: KEEP_NVRAM, args: [diskDir, vmId, nvram] },
});

/**
 * The definition that a removed VM had, for a store that finds its own mark in it; null: none is kept. Puts the variables of its
 * firmware back to where it names them, and the state of its TPM to where libvirt has it.
 */
export async function keptDefinition(
  shell: Shell,
  { diskDir }: Place,
  { vmId, storeId }: { readonly vmId: string; readonly storeId: string },
  signal: AbortSignal,
): Promise<string | null> {
  const { stdout } = await shell.script(READ, [diskDir, vmId], { signal });
  if (stdout.trim() === '') return null;
  const isOurs = withXml(stdout, ({ root }) => storeOf(root) === storeId && text(root, 'uuid') === vmId);
  if (!isOurs) return null;
  const nvram = nvramOf(stdout);
  if (nvram !== null) await shell.script(RESTORE_NVRAM, [diskDir, vmId, nvram], { signal });
  if (hasTpm(stdout)) await shell.script(RESTORE_TPM, [diskDir, vmId], { signal });
  return stdout;
}

/** Deletes what is kept of these VMs. */
export async function forgetDefinitions(
  shell: Shell,
  { diskDir }: Place,
  vmIds: readonly string[],
  signal: AbortSignal,
): Promise<void> {
  await shell.script(FORGET, [diskDir], { stdin: vmIds.map((id) => `${id}\n`).join(''), signal });
}

/** Removes the sockets of a VM that is gone: QEMU leaves that of its screen behind. */
export const socketsPart = (vmId: string): ScriptPart => ({
  ...{ script: 'rm -f -- "$@"', args: [serialSocket(vmId), screenSocket(vmId)] },
});

/** The same, where nothing else is to be removed. */
export async function removeSockets(shell: Shell, vmId: string, signal: AbortSignal): Promise<void> {
  const { script, args } = socketsPart(vmId);
  await shell.script(script, args, { signal });
}
