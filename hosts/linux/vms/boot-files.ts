import { AppError, DiskFormat, type SeedFiles, note } from '../../../contract';
import type { BootSpec, CopyProgress, VmSpec } from '../../../engine/ports/host-driver';
import { checkDiskFile } from '../../disk-file';
import type { Shell } from '../../shell';
import { guestHostname } from './domain-name';
import { type DiskFile, fileDisks } from './boot-disks-xml';
import type { BootFiles } from './domain-xml';
import { imageDisk } from './image-disk';
import { vmDiskDir } from './folder';
import type { TinyGuest } from '../../tiny-guest/ensure';
import { dumpXml } from './virsh';

type Boot<Kind extends BootSpec['kind']> = Extract<BootSpec, { kind: Kind }>;

export interface BootContext {
  readonly shell: Shell;
  /** The host's folder that contains a disk folder for each VM. */
  readonly diskDir: string;
  /** The files of the tiny guest as paths on the host, built if missing. */
  tinyGuest(signal: AbortSignal): Promise<TinyGuest>;
  /** The path on the host of a base image from the engine's computer; copied there first if needed. */
  baseImage(path: string, signal: AbortSignal, progress?: CopyProgress): Promise<string>;
  /**
   * The same for a file that the user named (a CD image, a kernel) and that the host does not have: copied from the engine's
   * computer if it exists there, else null. Null itself if the host sees the files of the engine's computer.
   */
  readonly copyToHost: ((path: string, signal: AbortSignal, progress?: CopyProgress) => Promise<string | null>) | null;
}

/**
 * Creates what a VM boots from (overlay, seed), and checks that existing files are there.
 * @throws AppError BAD_INPUT naming the missing file
 */
export async function prepareBoot(
  context: BootContext,
  spec: VmSpec,
  signal: AbortSignal,
  progress?: CopyProgress,
): Promise<BootFiles> {
  const files = await bootSource(context, spec, signal, progress);
  const cdroms = [];
  for (const { name, path } of spec.cdroms ?? [])
    cdroms.push({ name, path: path === null ? null : await mediumOnHost(context, path, signal, progress) });
  if (spec.hardware !== undefined && spec.hardware.firmware !== 'bios')
    await context.shell.script(FOLDER, [vmDiskDir(context, spec.id)], { signal });
  return { ...files, cdroms };
}

/** $1: the VM's folder. On most hosts QEMU is a user of its own: its group, which the folder has from the one around it, may pass. */
const FOLDER = `umask 077; mkdir -p -- "$1" && chmod 710 -- "$1"`;

async function bootSource(
  context: BootContext,
  spec: VmSpec,
  signal: AbortSignal,
  progress?: CopyProgress,
): Promise<Omit<BootFiles, 'cdroms'>> {
  const { boot } = spec;
  switch (boot.kind) {
    case 'tiny':
      return tinyBoot(await context.tinyGuest(signal), spec, boot);
    case 'image':
      return { kernel: null, disks: await imageDisks(context, spec, boot, signal, progress), bare: false };
    case 'disk': {
      const { path } = boot;
      const format = boot.format ?? (await diskFormat(context.shell, spec.id, path, signal));
      await checkDiskFile(context.shell, { path, format, field: 'boot' }, signal);
      return { kernel: null, disks: [{ role: 'disk', path, format }], bare: false };
    }
    case 'kernel':
      return kernelBoot(context, boot, signal, progress);
    case 'devices':
      return { kernel: null, disks: [], bare: false };
    case 'imported':
      // Its definition names them.
      return { kernel: null, disks: [], bare: false };
  }
}

/**
 * The kernel's command line of a tiny guest: its console, its host name, and for each NIC its address, if any, and optionally a
 * gateway.
 */
export function tinyCommandLine(spec: Pick<VmSpec, 'name'>, boot: Boot<'tiny'>): string {
  const addresses = boot.addresses.map(({ mac, address, gateway }) => {
    const isSound = gateway === undefined || /^[0-9a-fA-F.:]+$/.test(gateway);
    if (!isSound || !/^[0-9a-f:]+$/.test(mac) || !/^[0-9a-fA-F.:]+\/\d+$/.test(address)) {
      throw new AppError('BAD_INPUT', `${JSON.stringify(address)} is not an address with its prefix length`, {
        field: 'address',
      });
    }
    return `atoll.nic=${[mac, address, gateway ?? []].flat().join(',')}`;
  });
  // On a busy host without KVM the guest's timer ticks too late for the check, which ends in a panic (check_timer in io_apic.c).
  return ['console=ttyS0', 'quiet', 'no_timer_check', `atoll.name=${guestHostname(spec.name)}`, ...addresses].join(' ');
}

function tinyBoot(files: TinyGuest, spec: VmSpec, boot: Boot<'tiny'>): BootFiles {
  return {
    kernel: { path: files.unpacked ?? files.kernel, initrd: files.initrd, append: tinyCommandLine(spec, boot) },
    disks: [],
    bare: true,
  };
}

async function kernelBoot(
  context: BootContext,
  boot: Boot<'kernel'>,
  signal: AbortSignal,
  progress?: CopyProgress,
): Promise<BootFiles> {
  const path = await copyIfMissing(context, boot.kernel, 'kernel', signal, progress);
  const initrd = boot.initrd === null ? null : await copyIfMissing(context, boot.initrd, 'initrd', signal, progress);
  return { kernel: { path, initrd, append: boot.append }, disks: [], bare: false };
}

/** The path on the host of a CD image that the user named. */
export const mediumOnHost = (
  context: BootContext,
  path: string,
  signal: AbortSignal,
  progress?: CopyProgress,
): Promise<string> => copyIfMissing(context, path, 'CD image', signal, progress, 'cdroms');

/** A file that a guest only reads: the host's own at that path, else a copy of the one on the engine's computer. */
async function copyIfMissing(
  { shell, copyToHost }: BootContext,
  path: string,
  what: string,
  signal: AbortSignal,
  progress?: CopyProgress,
  field = 'boot',
): Promise<string> {
  if (copyToHost !== null && !(await isReadable(shell, path, signal))) {
    const brought = await copyToHost(path, signal, progress);
    if (brought !== null) return brought;
  }
  await requireFile(shell, path, what, field, signal);
  return path;
}

async function imageDisks(
  context: BootContext,
  spec: VmSpec,
  boot: Boot<'image'>,
  signal: AbortSignal,
  progress?: CopyProgress,
): Promise<DiskFile[]> {
  const disk = await imageDisk(context, { vmId: spec.id, boot }, signal, progress);
  if (!boot.seed) return [disk];
  const folder = vmDiskDir(context, spec.id);
  await makeSeed(context.shell, folder, boot.seed, signal);
  return [disk, { role: 'seed', path: `${folder}/seed.iso`, format: 'raw' }];
}

/**
 * cloud-init recognizes a NoCloud seed by the volume's name `cidata`. stdin: a line for each file, with its name and its text in
 * base64. On a command line every user of the host could read it, and it can be longer than one may be.
 */
const SEED = `
umask 077
cd -- "$1" || exit 1
rm -rf seed && mkdir seed || exit 1
while read -r name content; do printf %s "$content" | base64 -d >"seed/$name" || exit 1; done
for tool in genisoimage xorrisofs mkisofs; do command -v $tool >/dev/null && break; done
$tool -quiet -output seed.iso.new -volid cidata -joliet -rock seed && mv seed.iso.new seed.iso
status=$?; rm -rf seed; exit $status
`;

async function makeSeed(shell: Shell, folder: string, files: SeedFiles, signal: AbortSignal): Promise<void> {
  const stdin = Object.entries(files).map(([name, text]) => `${name} ${Buffer.from(text).toString('base64')}\n`);
  await shell.script(SEED, [folder], { signal, stdin: stdin.join('') });
}

async function isReadable(shell: Shell, path: string, signal: AbortSignal): Promise<boolean> {
  const { exit } = await shell.run(['test', '-f', path, '-a', '-r', path], { signal, okExits: [0, 1, 2] });
  return exit === 0;
}

async function requireFile(
  shell: Shell,
  path: string,
  what: string,
  field: string,
  signal: AbortSignal,
): Promise<void> {
  const refuse = (why: string): AppError =>
    new AppError('BAD_INPUT', `The ${what} ${path} ${why}`, {
      field,
      remedy: note('Enter the path of a readable file.'),
    });
  if (!(await isReadable(shell, path, signal))) throw refuse(`does not exist, or can't be read on ${shell.name}`);
  const { exit } = await shell.run(['test', '-s', path], { signal, okExits: [0, 1] });
  if (exit !== 0) throw refuse('is empty');
}

/**
 * The format of a boot disk for which the database has none: from the VM's definition, because a guest can have written a header
 * into its disk, or else from the file itself, which no guest of this VM has used yet.
 */
export async function diskFormat(shell: Shell, vmId: string, path: string, signal: AbortSignal): Promise<DiskFormat> {
  const xml = await dumpXml(shell, vmId, 'inactive', signal);
  const known = xml === null ? undefined : fileDisks(xml).find((disk) => disk.path === path)?.format;
  const format = DiskFormat.optional().safeParse(known);
  if (format.success) return (await checkDiskFile(shell, { path, format: format.data, field: 'boot' }, signal)).format;
  throw new AppError('NOT_SUPPORTED', `The disk ${path} is defined on ${shell.name} with the format ${known}`, {
    field: 'boot',
    remedy: note('Convert it: qemu-img convert -O qcow2 OLD NEW'),
  });
}
