import { AppError, type DiskFormat, note } from '../../../contract';
import type { BootSpec, CopyProgress } from '../../../engine/ports/host-driver';
import { checkDiskFile } from '../../disk-file';
import type { Shell } from '../../shell';
import type { DiskFile } from './boot-disks-xml';
import { convertOnHost } from './convert';
import { vmDiskDir } from './folder';
import { QEMU_IMAGE } from './qemu-image';
import { FIRST_DAY } from './snapshots';

interface Context {
  readonly shell: Shell;
  readonly diskDir: string;
  /** The path on the host of a base image from the engine's computer; copied there first if needed. */
  baseImage(path: string, signal: AbortSignal, progress?: CopyProgress): Promise<string>;
}

interface ImageVm {
  readonly vmId: string;
  readonly boot: Extract<BootSpec, { kind: 'image' }>;
}

const TIMEOUT_MS = 120_000;
const NAME = 'disk.qcow2';

// On most hosts QEMU is a user of its own: its group, which the folder has from the one around it, may pass; libvirt gives it the disks.
const ENTER = `
umask 077
mkdir -p -- "$1" && chmod 710 -- "$1" && cd -- "$1" || exit 1
`;

/** $1: the VM's folder, $2: the base image, $3: its format, $4: the size of the disk. */
const OVERLAY = `${ENTER}
[ -e ${NAME} ] && exit 0
# Made aside and moved, so that what is found under the name is whole. With its size, so that the base is not opened (-u).
qemu-img create -q -u -f qcow2 -F "$3" -b "$2" ${NAME}.new "$4" &&
  snapshot -c ${FIRST_DAY} "$1/${NAME}.new" && mv ${NAME}.new ${NAME}
`;

/** $1: the VM's folder. Makes the file of a copy, which keeps its mode when QEMU writes it. */
const BEGIN = `${ENTER}
rm -f -- ${NAME}.new && : >${NAME}.new
`;

/** $1: the VM's folder, $2: a size to grow it to, or 0. */
const FINISH = `${ENTER}
of=$(image "$1/${NAME}.new") || exit
[ "$2" = 0 ] || qemu-img resize -q "$of" "$2" || exit
snapshot -c ${FIRST_DAY} "$1/${NAME}.new" && mv ${NAME}.new ${NAME}
`;

/** The disk of a VM's image: made if it does not exist, as an overlay of the image or as a full copy of it. */
export async function imageDisk(
  context: Context,
  vm: ImageVm,
  signal: AbortSignal,
  progress?: CopyProgress,
): Promise<DiskFile> {
  const path = `${vmDiskDir(context, vm.vmId)}/${NAME}`;
  if (vm.boot.copy === 'thin') return overlay(context, vm, path, signal, progress);
  const { exit } = await context.shell.run(['test', '-e', path], { signal, okExits: [0, 1] });
  if (exit !== 0) await copyImage(context, vm, signal, progress);
  await checkDiskFile(context.shell, { path, format: 'qcow2', field: 'boot' }, signal);
  return { role: 'disk', path, format: 'qcow2' };
}

async function overlay(
  context: Context,
  { vmId, boot }: ImageVm,
  path: string,
  signal: AbortSignal,
  progress?: CopyProgress,
): Promise<DiskFile> {
  const { shell } = context;
  const { base, format, virtualBytes } = await baseOf(context, boot, signal, progress);
  // Never smaller than the image: its end would be cut off.
  const size = String(Math.max(virtualBytes, boot.diskBytes ?? 0));
  const made = [vmDiskDir(context, vmId), base, format, size];
  await shell.script(QEMU_IMAGE + OVERLAY, made, { signal, timeoutMs: TIMEOUT_MS });
  await checkDiskFile(shell, { path, format: 'qcow2', isOverlay: true }, signal);
  return { role: 'disk', path, format: 'qcow2', backing: { path: base, format } };
}

/** A disk that is only found under its name when it is whole. */
async function copyImage(
  context: Context,
  { vmId, boot }: ImageVm,
  signal: AbortSignal,
  progress?: CopyProgress,
): Promise<void> {
  const { shell } = context;
  const { base, format, virtualBytes } = await baseOf(context, boot, signal, progress);
  const folder = vmDiskDir(context, vmId);
  const to = `${folder}/${NAME}.new`;
  await shell.script(BEGIN, [folder], { signal });
  try {
    const report = (part: number): void => progress?.(NAME, Math.round(part * virtualBytes), virtualBytes);
    await convertOnHost(shell, { from: { path: base, format }, to }, report, signal);
    const { diskBytes } = boot;
    const grown = diskBytes !== null && diskBytes > virtualBytes ? String(diskBytes) : '0';
    await shell.script(QEMU_IMAGE + FINISH, [folder, grown], { signal, timeoutMs: TIMEOUT_MS });
  } catch (error) {
    await shell.run(['rm', '-f', '--', to]).catch(() => undefined);
    throw error;
  }
}

/** The base image on the host, checked. */
async function baseOf(
  { shell, baseImage }: Context,
  { base, format }: ImageVm['boot'],
  signal: AbortSignal,
  progress?: CopyProgress,
): Promise<{ readonly base: string; readonly format: DiskFormat; readonly virtualBytes: number }> {
  if (base === null)
    throw new AppError('NOT_FOUND', `The disk of the VM is no longer on ${shell.name}, and its image is not known`, {
      field: 'boot',
      remedy: note(`Restore its file ${NAME}, or remove the VM and create it again.`),
    });
  const path = await baseImage(base, signal, progress);
  const question = { path, format, what: 'base image', field: 'boot' } as const;
  const { virtualBytes } = await checkDiskFile(shell, question, signal);
  return { base: path, format, virtualBytes };
}
