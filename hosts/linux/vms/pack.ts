import { z } from 'zod';
import { AppError, type DiskFormat, note } from '../../../contract';
import type { BootSpec, VmFile, VmPack, VmPart, VmSpec } from '../../../engine/ports/host-driver';
import { checkDiskFiles } from '../../disk-file';
import { PACK_LIMITS, requireSoundPack, unsoundPack, whyNotName } from '../../packs';
import { parseJson } from '../../parse-json';
import type { Shell } from '../../shell';
import { vmDiskDir } from './folder';
import { diskFileName } from './disk-xml';
import { partsOf } from './parts';
import { PACKED_TPM, TPM_STATE } from './tpm-state';
import { dumpXml } from './virsh';
import { add, elements, setText, text, withXml } from './xml';

/** The contents of a pack from a Linux host, for another Linux host. */
const Definition = z.object({
  xml: z.string().nullable(),
  /** Files outside the VM's own folder. `identity` is the same on two hosts that see the same file. */
  externals: z.array(z.object({ name: z.string(), path: z.string(), identity: z.string() })),
});
export type Definition = z.infer<typeof Definition>;

/** @throws AppError BAD_INPUT for anything that no Linux host of Atoll's wrote */
export function readDefinition(pack: VmPack): Definition {
  const read = parseJson(Definition, pack.definition);
  if (read === null) throw unsoundPack('its definition is not one that a Linux host writes');
  return read;
}

/**
 * $1: the VM's folder. Prints for each entry in it the type, size, allocated blocks of 512 bytes, and its path; separated by NUL,
 * because a name can contain any other character. More than a pack may have is cut off. The seed is created again with each
 * definition.
 */
const LIST = `
cd -- "$1" 2>/dev/null || exit 0
find . -mindepth 1 ! -path ./seed ! -path './seed/*' ! -path ./seed.iso ! -path './*.new' -printf '%y %s %b %P\\0' | head -c 65536
`;

/** $1: the VM's folder, $2: the VM. Puts the state of its TPM beside its disks. */
const PACK_TPM = `${TPM_STATE}
umask 077
mkdir -p -- "$1" && chmod 710 -- "$1" && keep_tpm "$2" "$1/${PACKED_TPM}"
`;

/** For each path its device and inode under this boot of this kernel, and its sizes; an empty line for a missing one. */
export const STAT = `
boot=$(cat /proc/sys/kernel/random/boot_id)
for path; do
  [ -f "$path" ] && stat -L -c "$boot:%d:%i %s %b" -- "$path" || echo
done
`;

export interface PackContext {
  readonly shell: Shell;
  readonly diskDir: string;
  /** The folder with copies of files of the engine's computer, which any host can get again; null: it sees them directly. */
  readonly broughtDir: string | null;
}

/** @throws AppError NOT_SUPPORTED for files that can't be moved, BAD_INPUT for a missing disk */
export async function packVm(context: PackContext, spec: VmSpec, signal: AbortSignal): Promise<VmPack> {
  const { shell } = context;
  const xml = await dumpXml(shell, spec.id, 'inactive', signal);
  const folder = vmDiskDir(context, spec.id);
  if (spec.hardware !== undefined && spec.hardware.tpm !== 'none')
    await shell.script(PACK_TPM, [folder, spec.id], { signal });
  const own = await ownFiles(shell, folder, spec, signal);
  const externals = await externalFiles(context, folder, spec, xml, own, signal);
  const definition: Definition = {
    xml,
    externals: externals.map(({ name, path, identity }) => ({ name, path, identity })),
  };
  const files = [...own, ...externals.map(({ identity: _identity, ...file }) => file)];
  const parts = xml === null ? [] : partsOf(xml, { spec, files: new Set(files.map(({ path }) => path)) });
  const pack = { definition: JSON.stringify(definition), files, parts };
  requireSoundPack(pack);
  await requireSoundDisks(
    shell,
    disksIn(pack, spec, ({ path }) => path),
    signal,
  );
  return pack;
}

async function ownFiles(shell: Shell, folder: string, spec: VmSpec, signal: AbortSignal): Promise<VmFile[]> {
  const { stdout } = await shell.script(LIST, [folder], { signal });
  const found = stdout.split('\0').filter((record) => record !== '');
  if (found.length > PACK_LIMITS.files)
    throw strangeFolder(shell, folder, spec, `there are more than ${PACK_LIMITS.files} files`);
  const taken = new Set<string>();
  return found.map((record): VmFile => {
    const [, kind = '', bytes = '', blocks = '', name = ''] = /^(.) (\d+) (\d+) ([^]+)$/.exec(record) ?? [];
    if (kind !== 'f' || whyNotName(name) !== null)
      throw strangeFolder(shell, folder, spec, `${JSON.stringify(name || record)} is no plain file with a plain name`);
    // Under this name the other host expects the overlay that Atoll creates.
    const isTheirs = name === OVERLAY_NAME && spec.boot.kind !== 'image';
    if (!isTheirs) taken.add(name);
    const as = isTheirs ? freeName(name, taken) : name;
    return { name: as, path: `${folder}/${name}`, bytes: Number(bytes), allocated: Number(blocks) * 512 };
  });
}

const strangeFolder = (shell: Shell, folder: string, { name }: VmSpec, why: string): AppError =>
  new AppError('NOT_SUPPORTED', `The VM "${name}" can't be moved: in its folder ${folder} on ${shell.name}, ${why}`, {
    rule: 'MOVE',
    field: 'vm',
    remedy: note('Remove from the folder what does not belong to the VM, then move it again.'),
  });

type External = VmFile & { readonly identity: string };

async function externalFiles(
  { shell, broughtDir }: PackContext,
  folder: string,
  spec: VmSpec,
  xml: string | null,
  own: readonly VmFile[],
  signal: AbortSignal,
): Promise<External[]> {
  const needed = new Set(xml === null ? [] : filesIn(xml));
  // Only a file that the user named to Atoll is shared between two hosts, and only if both see the files of the engine's computer.
  const maySee = (path: string): boolean => broughtDir === null && pathsOf(spec).includes(path);
  const paths = [...new Set([...pathsOf(spec), ...needed])].filter(
    (path) => !path.startsWith(`${folder}/`) && !(broughtDir !== null && path.startsWith(`${broughtDir}/`)),
  );
  if (paths.length === 0) return [];
  const { stdout } = await shell.script(STAT, paths, { signal });
  const lines = stdout.split('\n');
  const taken = new Set(own.map(({ name }) => name));
  return paths.flatMap((path, i) => {
    const [, identity = '', bytes = '', blocks = ''] = /^(\S+) (\d+) (\d+)$/.exec(lines[i] ?? '') ?? [];
    if (identity !== '')
      return [
        {
          name: freeName(path, taken),
          path,
          identity: maySee(path) ? identity : '',
          bytes: Number(bytes),
          allocated: Number(blocks) * 512,
        },
      ];
    // The VM's boot files can be on the engine's computer only, where each host gets them from.
    if (pathsOf(spec).includes(path)) return [];
    throw new AppError('BAD_INPUT', `The disk ${path} of the VM "${spec.name}" does not exist on ${shell.name}`, {
      field: 'vm',
      remedy: note('Remove the disk from the VM, or restore the file.'),
    });
  });
}

const OVERLAY_NAME = 'disk.qcow2';
/** Names in a VM's folder that Atoll itself creates. */
const RESERVED = new Set([OVERLAY_NAME, 'seed.iso', 'seed']);

/** A plain name in the VM's folder, different from the others. */
function freeName(path: string, taken: Set<string>): string {
  const plain = (path.split('/').at(-1) ?? 'file')
    .replaceAll(/[^\w.-]/g, '_')
    .replace(/^[-.]/, '_')
    .replace(/\.new$/, '')
    .slice(-180);
  let name = plain;
  for (let n = 2; taken.has(name) || RESERVED.has(name); n += 1) name = `${n}-${plain}`;
  taken.add(name);
  return name;
}

/** Files that the user named for the VM to boot from, and its CD images. */
export function pathsOf({ boot, cdroms = [] }: Pick<VmSpec, 'boot' | 'cdroms'>): string[] {
  return [...bootPaths(boot), ...cdroms.flatMap(({ path }) => path ?? [])];
}

function bootPaths(boot: BootSpec): string[] {
  switch (boot.kind) {
    case 'disk':
      return [boot.path];
    case 'kernel':
      return [boot.kernel, ...(boot.initrd === null ? [] : [boot.initrd])];
    case 'tiny':
    case 'image':
    case 'devices':
    case 'imported':
      return [];
  }
}

const FILE_SOURCES = 'devices/disk[@type="file"]/source';

/** The files that a definition names as disks, and its firmware variables file. */
const filesIn = (xml: string): string[] =>
  withXml(xml, ({ root }) => [
    ...elements(root, FILE_SOURCES).flatMap((source) => source.attr('file')?.value ?? []),
    ...elements(root, 'os/nvram').map((nvram) => nvram.content.trim()),
  ]).filter((path) => path.startsWith('/'));

/** The same definition with other paths. */
export function withPaths(xml: string, paths: ReadonlyMap<string, string>): string {
  return withXml(xml, (document) => {
    const { root } = document;
    for (const source of elements(root, FILE_SOURCES)) {
      const moved = paths.get(source.attr('file')?.value ?? '');
      if (moved !== undefined) source.setAttr('file', moved);
    }
    for (const node of elements(root, 'os/nvram')) {
      const moved = paths.get(node.content.trim());
      if (moved !== undefined) setText(node, moved);
    }
    for (const disk of elements(root, 'devices/disk[source/@file]')) {
      // No disk header is trusted: if a definition omits the chain, libvirt follows the header.
      for (const known of elements(disk, 'backingStore')) known.remove();
      add(disk, 'backingStore');
    }
    return document.toString({ format: false, noDeclaration: true });
  });
}

/** The parts of a definition that a move would ask about, before anything is read or copied. */
export async function inspectVm({ shell }: PackContext, spec: VmSpec, signal: AbortSignal): Promise<VmPart[]> {
  const xml = await dumpXml(shell, spec.id, 'inactive', signal);
  return xml === null ? [] : partsOf(xml, { spec, files: new Set(filesIn(xml)) });
}

/**
 * Every disk of the VM must stand alone, except the overlay of one of Atoll's images, which every host has. The definition's format
 * counts, because the guest writes the first bytes of a raw disk.
 */
export async function requireSoundDisks(
  shell: Shell,
  disks: readonly PackedDisk[],
  signal: AbortSignal,
): Promise<void> {
  if (disks.length === 0) return;
  await checkDiskFiles(
    shell,
    disks.map(({ path, shown, format, isOverlay }) => ({ path, shown, format, isOverlay, field: 'vm' })),
    signal,
  );
}

interface PackedDisk {
  readonly path: string;
  readonly shown: string;
  readonly format: DiskFormat | undefined;
  readonly isOverlay: boolean;
}

/** The disks among a pack's files, at the paths in `at`. */
export function disksIn(pack: VmPack, spec: VmSpec, at: (file: VmFile) => string): PackedDisk[] {
  const { xml } = readDefinition(pack);
  const formats = xml === null ? new Map<string, DiskFormat | undefined>() : formatsIn(xml);
  const { boot } = spec;
  return pack.files.flatMap((file): PackedDisk[] => {
    const isBoot = boot.kind === 'image' && file.name === OVERLAY_NAME;
    const isOverlay = isBoot && boot.copy === 'thin';
    if (file.name === OVERLAY_NAME && !isBoot)
      throw new AppError(
        'BAD_INPUT',
        `The VM "${spec.name}" can't be received: it has no disk of Atoll's, and a file ${OVERLAY_NAME}`,
        {
          rule: 'MOVE',
          field: 'vm',
        },
      );
    const isNamed = boot.kind === 'disk' && boot.path === file.path;
    const own = spec.disks?.find((disk) => diskFileName(disk) === file.name);
    if (!isBoot && !isNamed && own === undefined && !formats.has(file.path)) return [];
    const format = isBoot ? 'qcow2' : (own?.format ?? formats.get(file.path));
    return [{ path: at(file), shown: file.path, format, isOverlay }];
  });
}

const formatsIn = (xml: string): Map<string, DiskFormat | undefined> =>
  withXml(
    xml,
    ({ root }) =>
      new Map(
        elements(root, FILE_SOURCES).map((source) => {
          const format = text(source, '../driver/@type');
          // Without a format libvirt treats a disk as raw.
          return [source.attr('file')?.value ?? '', format === 'qcow2' ? 'qcow2' : 'raw'] as const;
        }),
      ),
  );
