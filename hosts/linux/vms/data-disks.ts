import { AppError, type DiskFormat, type DiskUse, diskSize, note } from '../../../contract';
import type { CopyProgress, DiskDriver, DiskSpec, GrownDisk, VmSpec } from '../../../engine/ports/host-driver';
import { checkDiskFile, checkDiskFiles } from '../../disk-file';
import type { BootContext } from './boot-files';
import { vmDiskDir } from './folder';
import { type DataDisk, diskFileName, findDisk } from './disk-xml';
import { trashDir } from './disks';
import { plugDisk, unplugDisk } from './hot-disks';
import { serialize } from './interface-xml';
import type { MediaContext } from './media';
import { QEMU_IMAGE } from './qemu-image';
import { FIRST_DAY } from './snapshots';
import { dumpXml, liveXml, noSuchVm, virsh, virshWithXml } from './virsh';
import { elements, text, withXml } from './xml';

type Place = Pick<BootContext, 'shell' | 'diskDir'>;

/** Moving a large disk within a file system takes no time, but freeing its blocks does. */
const LONG_MS = 600_000;
/** Disks are copied as fast as the host's disk allows. */
const COPY_MS = 1_800_000;

/** $1: a folder that may not exist yet. Prints the free bytes there. */
const ROOM = `
dir=$1
while [ ! -d "$dir" ]; do dir=\${dir%/*}; [ -n "$dir" ] || dir=/; done
df -B1 --output=avail -- "$dir" | tail -n 1
`;

/** $1: the VM's folder, $2: the file, $3: its format, $4: its size. Made aside and moved, so that what is found there is whole. */
const CREATE = `
umask 077
mkdir -p -- "$1" && chmod 710 -- "$1" && cd -- "$1" || exit 1
[ -e "$2" ] && exit 0
rm -f -- "$2.new"
qemu-img create -q -f "$3" "$2.new" "$4" || { rm -f -- "$2.new"; exit 1; }
[ "$3" = raw ] || snapshot -c ${FIRST_DAY} "$1/$2.new" || { rm -f -- "$2.new"; exit 1; }
mv -- "$2.new" "$2"
`;

/** $1: the VM's folder, $2: the file, $3: its format, $4: the source as QEMU opens it. */
const FILL = `
umask 077
mkdir -p -- "$1" && chmod 710 -- "$1" && cd -- "$1" || exit 1
[ -e "$2" ] && exit 0
rm -f -- "$2.new"
qemu-img convert -q -O "$3" "$4" "$2.new" || { rm -f -- "$2.new"; exit 1; }
[ "$3" = raw ] || snapshot -c ${FIRST_DAY} "$1/$2.new" || { rm -f -- "$2.new"; exit 1; }
mv -- "$2.new" "$2"
`;

/** $1: the file, $2: its format, $3: its new size. qemu-img refuses to shrink. */
const GROW = `
[ -e "$1" ] || exit 0
case $2 in
  raw) [ -f "$1" ] && [ ! -L "$1" ] && exec qemu-img resize -q -f raw "$1" "$3" ;;
  *) of=$(image "$1") && exec qemu-img resize -q "$of" "$3" ;;
esac
exit 1
`;

/** $1: the VM's folder, $2: the file, $3: the trash, $4: the disk's folder in it. Prints \`yes\` if the file is there now. */
const TRASH = `
umask 077
if [ -e "$1/$2" ]; then
  mkdir -p -- "$3" && chmod 700 -- "$3" && mkdir -p -- "$4" && mv -T -- "$1/$2" "$4/$2" || exit 1
fi
[ ! -e "$4/$2" ] || echo yes
`;

/** The same arguments. Exit 3: it is in neither. */
const UNTRASH = `
umask 077
[ -e "$4/$2" ] || { [ -e "$1/$2" ] && exit 0; exit 3; }
mkdir -p -- "$1" && chmod 710 -- "$1" && mv -T -- "$4/$2" "$1/$2" && rmdir -- "$4"
`;

/** $1: the VM's folder, $2: the file, $3: the folder of the other VM. Exit 3: it is in neither. */
const GIVE = `
umask 077
[ -e "$1/$2" ] || { [ -e "$3/$2" ] && exit 0; exit 3; }
mkdir -p -- "$3" && chmod 710 -- "$3" && mv -nT -- "$1/$2" "$3/$2"
`;

/** For each path what it takes on disk, in blocks of 512 bytes; an empty line for a missing one. */
const BLOCKS = `for path; do if [ -f "$path" ]; then stat -L -c %b -- "$path"; else echo; fi; done`;

/** The path of a disk's file. */
export const diskPath = (place: Pick<Place, 'diskDir'>, vmId: string, disk: DiskSpec): string =>
  `${vmDiskDir(place, vmId)}/${diskFileName(disk)}`;

/** Creates the files of a VM's disks that do not exist, and checks the others. */
export async function prepareDisks(place: Place, spec: VmSpec, signal: AbortSignal): Promise<DataDisk[]> {
  const made: DataDisk[] = [];
  for (const disk of spec.disks ?? []) made.push({ ...disk, path: await createDisk(place, spec.id, disk, signal) });
  return made;
}

async function createDisk(place: Place, vmId: string, disk: DiskSpec, signal: AbortSignal): Promise<string> {
  const path = diskPath(place, vmId, disk);
  const args = [vmDiskDir(place, vmId), diskFileName(disk), disk.format, String(disk.sizeBytes)];
  await place.shell.script(QEMU_IMAGE + CREATE, args, { signal });
  await checkDiskFile(place.shell, { path, format: disk.format, field: 'disks' }, signal);
  return path;
}

/** The disks of the VMs of a Linux host besides their boot sources. */
export class LinuxDisks implements DiskDriver {
  constructor(
    private readonly place: Place & Pick<MediaContext, 'lendsFiles' | 'baseImage'>,
    private readonly options: {
      readonly prepare: (signal: AbortSignal) => Promise<void>;
      readonly requireOurs: (xml: string, vmId: string) => void;
    },
  ) {}

  async room(signal: AbortSignal): Promise<number> {
    const { shell, diskDir } = this.place;
    const { stdout } = await shell.script(ROOM, [diskDir], { signal });
    if (/^\s*\d{1,15}\s*$/.test(stdout)) return Number(stdout);
    throw new AppError('HOST_COMMAND_FAILED', `${shell.name} does not report its free space`, {
      remedy: note('Check the free space on that host (df).'),
    });
  }

  async create(vmId: string, disk: DiskSpec, signal: AbortSignal): Promise<string> {
    await this.options.prepare(signal);
    return createDisk(this.place, vmId, disk, signal);
  }

  async fill(
    vmId: string,
    disk: DiskSpec,
    source: { readonly path: string; readonly format: DiskFormat },
    signal: AbortSignal,
    progress?: CopyProgress,
  ): Promise<string> {
    const { shell, diskDir } = this.place;
    await this.options.prepare(signal);
    const there = await this.place.baseImage(source.path, signal, progress);
    try {
      const { format } = source;
      await checkDiskFile(shell, { path: there, format, field: 'path' }, signal);
      const node = { driver: format, file: { driver: 'file', filename: there } };
      const opened = `json:${JSON.stringify(format === 'raw' ? node : { ...node, backing: null })}`;
      const args = [vmDiskDir({ diskDir }, vmId), diskFileName(disk), disk.format, opened];
      await shell.script(QEMU_IMAGE + FILL, args, { signal, timeoutMs: COPY_MS });
    } finally {
      // What a cancelled conversion left, and a copy that was made for this alone.
      const left = [`${diskPath(this.place, vmId, disk)}.new`, ...(there === source.path ? [] : [there])];
      await shell.run(['rm', '-f', '--', ...left]).catch(() => undefined);
    }
    const path = diskPath(this.place, vmId, disk);
    await checkDiskFile(shell, { path, format: disk.format, field: 'path' }, signal);
    return path;
  }

  async plug(vmId: string, disk: DiskSpec, signal: AbortSignal): Promise<void> {
    const { shell } = this.place;
    const live = await liveXml(shell, vmId, signal);
    const inactive = await dumpXml(shell, vmId, 'inactive', signal);
    if (live === null || inactive === null) throw noSuchVm(vmId, shell);
    this.options.requireOurs(live, vmId);
    const path = await createDisk(this.place, vmId, disk, signal);
    await plugDisk(this.place, { id: vmId, live, inactive }, { ...disk, path }, signal);
  }

  async grow(vmId: string, { id, format, sizeBytes }: GrownDisk, signal: AbortSignal): Promise<void> {
    const name = id === null ? 'disk.qcow2' : diskFileName({ id, format });
    const path = `${vmDiskDir(this.place, vmId)}/${name}`;
    const target = await this.liveTarget(vmId, path, signal);
    if (target !== null) {
      // QEMU has the file open, and tells the guest.
      await virsh(this.place.shell, ['blockresize', vmId, target, `${sizeBytes}B`], { signal, timeoutMs: LONG_MS });
      return;
    }
    await this.place.shell.script(QEMU_IMAGE + GROW, [path, format, String(sizeBytes)], { signal });
  }

  async trash(vmId: string, disk: DiskSpec, signal: AbortSignal): Promise<boolean> {
    await this.undefine(vmId, disk.id, signal);
    const { stdout } = await this.place.shell.script(TRASH, this.inTrash(vmId, disk), { signal, timeoutMs: LONG_MS });
    return stdout.trim() === 'yes';
  }

  async untrash(vmId: string, disk: DiskSpec, signal: AbortSignal): Promise<void> {
    const { shell } = this.place;
    const options = { signal, timeoutMs: LONG_MS, okExits: [0, 3] };
    const { exit } = await shell.script(UNTRASH, this.inTrash(vmId, disk), options);
    if (exit === 0) return;
    throw new AppError('NOT_FOUND', `The file of the disk is no longer in the trash of ${shell.name}`, {
      remedy: note(`Add a new disk of ${diskSize(disk.sizeBytes)}.`),
    });
  }

  async give(vmId: string, disk: DiskSpec, toVmId: string, signal: AbortSignal): Promise<string> {
    const { shell } = this.place;
    await this.undefine(vmId, disk.id, signal);
    const args = [vmDiskDir(this.place, vmId), diskFileName(disk), vmDiskDir(this.place, toVmId)];
    const { exit } = await shell.script(GIVE, args, { signal, timeoutMs: LONG_MS, okExits: [0, 3] });
    const path = diskPath(this.place, toVmId, disk);
    if (exit === 0) {
      await checkDiskFile(shell, { path, format: disk.format, field: 'disk' }, signal);
      return path;
    }
    throw new AppError('NOT_FOUND', `The file of the disk is no longer on ${shell.name}`, {
      field: 'disk',
      remedy: note('Remove the disk, and add a new one.'),
    });
  }

  async usage(spec: VmSpec, signal: AbortSignal): Promise<DiskUse[]> {
    const { shell } = this.place;
    const all = [...this.bootDisk(spec), ...(spec.disks ?? []).map((disk) => this.questionOf(spec.id, disk))];
    if (all.length === 0) return [];
    const { stdout } = await shell.script(
      BLOCKS,
      all.map(({ path }) => path),
      { signal },
    );
    const lines = stdout.split('\n');
    const present = all.flatMap((disk, i) => {
      const blocks = /^\d{1,15}$/.exec(lines[i] ?? '');
      return blocks === null ? [] : [{ ...disk, usedBytes: Number(blocks[0]) * 512 }];
    });
    const facts = await checkDiskFiles(shell, present, signal);
    return present.map(({ id, path, format, usedBytes }, i) => {
      return { id, path, format, usedBytes, virtualBytes: facts[i]?.virtualBytes ?? 0 };
    });
  }

  /** The target of a disk's file in a VM that QEMU runs; null: it does not run, or has not got the disk. */
  private async liveTarget(vmId: string, path: string, signal: AbortSignal): Promise<string | null> {
    const { shell } = this.place;
    const { stdout, exit } = await virsh(shell, ['domstate', vmId], { signal, okExits: 'any' });
    if (exit !== 0 || /shut off|crashed/.test(stdout)) return null;
    const xml = await dumpXml(shell, vmId, 'live', signal);
    if (xml === null) return null;
    this.options.requireOurs(xml, vmId);
    return withXml(xml, ({ root }) => {
      const disk = elements(root, 'devices/disk').find((each) => text(each, 'source/@file') === path);
      return disk ? text(disk, 'target/@dev') : null;
    });
  }

  private bootDisk({ id, boot }: VmSpec) {
    if (boot.kind === 'image') {
      const path = `${vmDiskDir(this.place, id)}/disk.qcow2`;
      return [{ id: null, path, format: 'qcow2', isOverlay: boot.copy === 'thin' } as const];
    }
    if (boot.kind !== 'disk' || boot.format === null) return [];
    return [{ id: null, path: boot.path, format: boot.format, isOverlay: false } as const];
  }

  private questionOf(vmId: string, disk: DiskSpec) {
    return { id: disk.id, path: diskPath(this.place, vmId, disk), format: disk.format, isOverlay: false } as const;
  }

  private inTrash(vmId: string, disk: DiskSpec): string[] {
    const trash = trashDir(this.place);
    return [vmDiskDir(this.place, vmId), diskFileName(disk), trash, `${trash}/${disk.id}`];
  }

  /** A definition that names a missing file could neither start nor be kept in a snapshot. */
  private async undefine(vmId: string, diskId: string, signal: AbortSignal): Promise<void> {
    const { shell } = this.place;
    const xml = await dumpXml(shell, vmId, 'inactive', signal);
    if (xml === null) return;
    this.options.requireOurs(xml, vmId);
    // The definition loses it only then: if the guest had not released it, VM and definition would differ.
    await unplugDisk(shell, vmId, diskId, signal);
    const disk = withXml(xml, ({ root }) => {
      const found = findDisk(root, diskId);
      return found === null ? null : serialize(found);
    });
    if (disk !== null) await virshWithXml(shell, ['detach-device', vmId, '/dev/stdin', '--config'], disk, { signal });
  }
}
