import { z } from 'zod';
import { AppError } from '../../../contract';
import type { BootSpec, VmFile, VmPack, VmSpec } from '../../../engine/ports/host-driver';
import { PACK_LIMITS, requireSoundPack, whyNotName } from '../../packs';
import type { Shell } from '../../shell';
import { vmDiskDir } from './boot-files';
import { dumpXml } from './virsh';
import { element, elements, setText, text, withXml } from './xml';

/** What a Linux host writes into a pack, for another Linux host. */
const Definition = z.object({
  xml: z.string().nullable(),
  /** Files that lie outside of the VM's own folder. `identity` is the same on two hosts that see the same file. */
  externals: z.array(z.object({ name: z.string(), path: z.string(), identity: z.string() })),
});
export type Definition = z.infer<typeof Definition>;

export const readDefinition = (pack: VmPack): Definition => Definition.parse(JSON.parse(pack.definition));

/**
 * $1: the VM's folder. Of each thing in it the kind, size, what it takes on disk in blocks of 512 bytes, and its path there; NUL
 * ends each, since a name may have any other character. More than a pack may have is cut off. The seed is made anew at each definition.
 */
const LIST = `
cd -- "$1" 2>/dev/null || exit 0
find . -mindepth 1 ! -path ./seed ! -path './seed/*' ! -path ./seed.iso ! -path './*.new' -printf '%y %s %b %P\\0' | head -c 65536
`;

/** For each path its device and inode under this boot of this kernel, and its sizes; an empty line for what is not there. */
export const STAT = `
boot=$(cat /proc/sys/kernel/random/boot_id)
for path; do
  [ -f "$path" ] && stat -L -c "$boot:%d:%i %s %b" -- "$path" || echo
done
`;

export interface PackContext {
  readonly shell: Shell;
  readonly diskDir: string;
  /** Folder with copies of files of the engine's computer, which any host gets again; null: it sees them as they are. */
  readonly broughtDir: string | null;
}

/** @throws AppError NOT_SUPPORTED for what can't be carried, BAD_INPUT for a disk that is not there */
export async function packVm(context: PackContext, spec: VmSpec, signal: AbortSignal): Promise<VmPack> {
  const { shell } = context;
  const xml = await dumpXml(shell, spec.id, 'inactive', signal);
  if (xml !== null) refuseWhatStays(xml, spec.name);
  const folder = vmDiskDir(context, spec.id);
  const own = await ownFiles(shell, folder, spec, signal);
  const externals = await externalFiles(context, folder, spec, xml, own, signal);
  await refuseChains(
    shell,
    [...own, ...externals].map(({ path }) => path),
    spec,
    folder,
    signal,
  );
  const definition: Definition = {
    xml,
    externals: externals.map(({ name, path, identity }) => ({ name, path, identity })),
  };
  const files = [...own, ...externals.map(({ identity: _identity, ...file }) => file)];
  const pack = { definition: JSON.stringify(definition), files };
  requireSoundPack(pack);
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
    // Under this name the other host looks for the overlay that Atoll makes.
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
    hint: "Take out of the folder what is not the VM's, then move it again.",
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
  const paths = [...new Set([...pathsOf(spec.boot), ...needed])].filter(
    (path) => !path.startsWith(`${folder}/`) && !(broughtDir !== null && path.startsWith(`${broughtDir}/`)),
  );
  if (paths.length === 0) return [];
  const { stdout } = await shell.script(STAT, paths, { signal });
  const lines = stdout.split('\n');
  const taken = new Set(own.map(({ name }) => name));
  return paths.flatMap((path, i) => {
    const [, identity = '', bytes = '', blocks = ''] = /^(\S+) (\d+) (\d+)$/.exec(lines[i] ?? '') ?? [];
    if (identity !== '')
      return [{ name: freeName(path, taken), path, identity, bytes: Number(bytes), allocated: Number(blocks) * 512 }];
    // What the VM boots from may be on the engine's computer only, from where each host gets it.
    if (pathsOf(spec.boot).includes(path)) return [];
    throw new AppError('BAD_INPUT', `The disk ${path} of the VM "${spec.name}" is not there on ${shell.name}`, {
      field: 'vm',
      hint: 'Take the disk out of the VM, or put the file back.',
    });
  });
}

const OVERLAY_NAME = 'disk.qcow2';
/** Names in a VM's folder of what Atoll itself makes there. */
const RESERVED = new Set([OVERLAY_NAME, 'seed.iso', 'seed']);

/** A plain name in the VM's folder, unlike the others there. */
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

/** Files that a person named for the VM to boot from. */
function pathsOf(boot: BootSpec): string[] {
  switch (boot.kind) {
    case 'disk':
    case 'iso':
      return [boot.path];
    case 'kernel':
      return [boot.kernel, ...(boot.initrd === null ? [] : [boot.initrd])];
    case 'tiny':
    case 'image':
    case 'imported':
      return [];
  }
}

const FILE_SOURCES = 'devices/disk[@type="file"]/source';

/** Files that a definition names as disks, and where it keeps its firmware's variables. */
const filesIn = (xml: string): string[] =>
  withXml(xml, ({ root }) => [
    ...elements(root, FILE_SOURCES).flatMap((source) => source.attr('file')?.value ?? []),
    ...elements(root, 'os/nvram').map((nvram) => nvram.content.trim()),
  ]).filter((path) => path.startsWith('/'));

/** The same definition with other paths. An emulator that the other host has not is left out: libvirt finds its own. */
export function withPaths(xml: string, paths: ReadonlyMap<string, string>, keepEmulator: boolean): string {
  return withXml(xml, (document) => {
    const { root } = document;
    for (const source of elements(root, FILE_SOURCES)) {
      const moved = paths.get(source.attr('file')?.value ?? '');
      if (moved !== undefined) source.setAttr('file', moved);
    }
    for (const node of elements(root, 'os/nvram | os/kernel | os/initrd')) {
      const moved = paths.get(node.content.trim());
      if (moved !== undefined) setText(node, moved);
    }
    if (!keepEmulator) element(root, 'devices/emulator')?.remove();
    return document.toString({ format: false, noDeclaration: true });
  });
}

export const emulatorOf = (xml: string): string | null => withXml(xml, ({ root }) => text(root, 'devices/emulator'));

/** What belongs to one host and can't be carried, each in words. */
const STAYS: ReadonlyArray<readonly [path: string, words: string]> = [
  ['devices/disk[@type!="file"][source]', 'a disk that is no file (a block device, a volume, or over a network)'],
  ['devices/hostdev', 'a device of its host'],
  ['devices/filesystem', 'a folder of its host'],
  ['devices/tpm[backend/@type="emulator"]', 'a TPM, whose secrets its host keeps'],
];

function refuseWhatStays(xml: string, name: string): void {
  const has = withXml(xml, ({ root }) =>
    STAYS.filter(([path]) => element(root, path) !== null).map(([, words]) => words),
  );
  if (has.length === 0) return;
  throw new AppError('NOT_SUPPORTED', `The VM "${name}" can't be moved: it has ${has.join(', and ')}`, {
    rule: 'MOVE',
    field: 'vm',
    hint: 'Take it out of the VM first (virsh edit), or move what is on it inside the guest.',
  });
}

/** For each path the file that it depends on, or an empty line. -U: nothing writes to it, and a lock that is left must not stop us. */
const CHAINS = `
for path; do
  qemu-img info -U --output=json -- "$path" 2>/dev/null | tr -d '\\n' | sed -n 's/.*"backing-filename": "\\([^"]*\\)".*/\\1/p' | grep . || echo
done
`;

/** An overlay of one of Atoll's images gets that image on every host; any other disk must stand by itself. */
async function refuseChains(
  shell: Shell,
  paths: readonly string[],
  spec: VmSpec,
  folder: string,
  signal: AbortSignal,
): Promise<void> {
  const overlay = spec.boot.kind === 'image' ? `${folder}/disk.qcow2` : null;
  const disks = paths.filter((path) => path !== overlay);
  if (disks.length === 0) return;
  const { stdout } = await shell.script(CHAINS, disks, { signal, timeoutMs: 60_000 });
  const at = stdout.split('\n').findIndex((line) => line !== '');
  if (at < 0) return;
  throw new AppError('NOT_SUPPORTED', `The disk ${disks[at]} depends on another file, ${stdout.split('\n')[at]}`, {
    rule: 'MOVE',
    field: 'vm',
    hint: 'Flatten it first: qemu-img convert -O qcow2 OLD NEW.',
  });
}
