import { createHash } from 'node:crypto';
import { type FileHandle, mkdir, open, rename, rm, stat, statfs, writeFile } from 'node:fs/promises';
import { createWriteStream } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { create } from 'tar';
import { AppError, type Appliance, diskSize, note, type VmExportFormat } from '../../contract';
import type { ApplianceSource, Appliances, ExportedVm } from '../../engine/ports/appliances';
import { throwIfCancelled } from '../cancelled';
import { convertImage, convertibleFormat } from '../convert-image';
import { diskFormatIn } from '../disk-header';
import { inHome } from '../home-errors';
import { isLabId } from '../lab/paths';
import { assertAbsent, createNew, notCreated, place } from '../new-file';
import { isPlainName, openRegular, readMembers } from './archive';
import { bad } from './bad';
import { MAX_MANIFEST_BYTES, Summing, type Sums, assertSums } from './manifest';
import { MAX_OVF_BYTES, loadXml } from './ovf-xml';
import { readOvf } from './read-ovf';
import { type WrittenDisk, fileName, writeOvf } from './write-ovf';

const CHUNK_BYTES = 1_048_576;
/** The description comes first (DSP0243, 5.3); some programs write a folder before it. */
const DESCRIPTION_WITHIN = 3;
/** What stays free in the home while an archive is unpacked. */
const SPARE_BYTES = 256 * 1_048_576;

type Progress = (done: number, known: number, file?: string) => void;

/** Appliances, unpacked in `<home>/appliances/` while they are imported. */
export function createAppliances({ home }: { readonly home: string }): Appliances {
  const folder = join(home, 'appliances');
  const placeOf = (id: string): string => {
    if (!isLabId(id)) throw new AppError('BAD_INPUT', `${JSON.stringify(id)} is not an id`, { field: 'path' });
    return join(folder, id);
  };
  return {
    async read(path, signal) {
      await loadXml();
      return readOvf((await isArchive(path)) ? await descriptionIn(path, signal) : await textOf(path), path);
    },
    async unpack(id, source, progress, signal) {
      await loadXml();
      const to = placeOf(id);
      return inHome(folder, async () => {
        await rm(to, { recursive: true, force: true });
        await mkdir(to, { recursive: true, mode: 0o700 });
        const isOva = await isArchive(source.path);
        const files = await (isOva ? unpackArchive : copyBeside)({ source, to, progress, signal });
        return checked(source.path, files);
      });
    },
    pack: (id, vm, to, progress, signal) => {
      placeOf(id);
      return pack({ id, vm, ...to, progress, signal });
    },
    async remove(id) {
      await rm(placeOf(id), { recursive: true, force: true });
    },
  };
}

/** What was copied: the description, the manifest and the private files of the others, by their names. */
interface Unpacked {
  readonly description: string;
  readonly manifest: string | null;
  readonly sums: ReadonlyMap<string, Sums>;
  readonly files: ReadonlyMap<string, string>;
  readonly bytes: number;
}

interface Unpacking {
  readonly source: ApplianceSource;
  readonly to: string;
  readonly progress: Progress;
  readonly signal: AbortSignal;
}

/** By its content: XML, or a tar archive. */
async function isArchive(path: string): Promise<boolean> {
  const { file } = await openRegular(path);
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(512), 0, 512, 0);
    const head = buffer.subarray(0, bytesRead);
    if (/^(?:\uFEFF)?\s*</.test(head.toString('utf8'))) return false;
    // A compressed archive would be expanded without a limit.
    if (head.length === 512 && head.toString('latin1', 257, 262) === 'ustar' && /^[\w.-]/.test(head.toString('latin1')))
      return true;
    throw new AppError('BAD_INPUT', `${path} is neither an OVA archive nor an OVF description`, {
      field: 'path',
      remedy: note('Decompress it first if it is compressed. A disk alone is imported on the page of a VM.'),
    });
  } finally {
    await file.close();
  }
}

async function textOf(path: string): Promise<string> {
  const { file, bytes } = await openRegular(path);
  try {
    if (bytes > MAX_OVF_BYTES) throw bad(path, `its description is larger than ${diskSize(MAX_OVF_BYTES)}`);
    return withoutMark(await readAtMost(file, MAX_OVF_BYTES));
  } finally {
    await file.close();
  }
}

async function readAtMost(file: FileHandle, most: number): Promise<string> {
  const { buffer, bytesRead } = await file.read(Buffer.alloc(most), 0, most, 0);
  return buffer.toString('utf8', 0, bytesRead);
}

const withoutMark = (text: string): string => text.replace(/^\uFEFF/, '');

async function descriptionIn(path: string, signal: AbortSignal): Promise<string> {
  let found: string | null = null;
  let members = 0;
  await readMembers({
    path,
    signal,
    use: async ({ name, bytes, content }) => {
      members += 1;
      if (isDescription(name)) found = await collect(path, name, { bytes, most: MAX_OVF_BYTES, content });
      return found !== null || members >= DESCRIPTION_WITHIN ? 'stop' : undefined;
    },
  });
  if (found === null) throw bad(path, 'its first member is no OVF description');
  return found;
}

const isDescription = (name: string): boolean => /\.ovf$/i.test(name);
const isManifest = (name: string): boolean => /\.mf$/i.test(name);

async function collect(
  path: string,
  name: string,
  { bytes, most, content, sum }: { bytes: number; most: number; content: AsyncIterable<Uint8Array>; sum?: Summing },
): Promise<string> {
  if (bytes > most) throw bad(path, `its member ${JSON.stringify(name)} is larger than ${diskSize(most)}`);
  const parts: Uint8Array[] = [];
  for await (const part of content) {
    parts.push(part);
    sum?.add(part);
  }
  return withoutMark(Buffer.concat(parts).toString('utf8'));
}

async function unpackArchive({ source, to, progress, signal }: Unpacking): Promise<Unpacked> {
  const { path, sha256 } = source;
  const whole = createHash('sha256');
  const [sums, files] = [new Map<string, Sums>(), new Map<string, string>()];
  let [description, manifest, total] = [null as string | null, null as string | null, 0];
  await readMembers({
    path,
    signal,
    onChunk: (chunk, done, known) => {
      if (sha256 !== null) whole.update(chunk);
      total = done;
      progress(done, known);
    },
    use: async ({ name, bytes, content }) => {
      const sum = new Summing();
      if (isDescription(name)) {
        if (description !== null) throw bad(path, 'it has two descriptions');
        description = await collect(path, name, { bytes, most: MAX_OVF_BYTES, content, sum });
      } else if (isManifest(name))
        manifest = await collect(path, name, { bytes, most: MAX_MANIFEST_BYTES, content, sum });
      else {
        const file = join(to, `file-${files.size + 1}`);
        await assertRoom(to, bytes);
        await store({ content, file, sum, signal });
        files.set(name, file);
      }
      sums.set(name, sum.sums());
      return undefined;
    },
  });
  if (sha256 !== null) assertDigest(path, whole.digest('hex'), sha256);
  if (description === null) throw bad(path, 'it has no OVF description');
  return { description, manifest, sums, files, bytes: total };
}

async function copyBeside({ source, to, progress, signal }: Unpacking): Promise<Unpacked> {
  const { path, sha256 } = source;
  const description = await textOf(path);
  const own = new Summing();
  own.add(Buffer.from(description));
  if (sha256 !== null) assertDigest(path, own.sums().sha256, sha256);
  const manifestPath = path.replace(/\.ovf$/i, '.mf');
  const manifest = manifestPath === path ? null : await textOf(manifestPath).catch(absent);
  const [sums, files] = [new Map([[basename(path), (await summed(path)).sums()]]), new Map<string, string>()];
  let total = 0;
  for (const { file: name } of readOvf(description, path).disks) {
    if (files.has(name)) continue;
    if (!isPlainName(name)) throw bad(path, `its disk ${JSON.stringify(name)} is not beside it`);
    const { file, bytes } = await openRegular(join(dirname(path), name));
    try {
      await assertRoom(to, bytes);
      const sum = new Summing();
      const copy = join(to, `file-${files.size + 1}`);
      await store({ content: chunksOf(file, bytes, (done) => progress(done, bytes, name)), file: copy, sum, signal });
      total += bytes;
      files.set(name, copy);
      sums.set(name, sum.sums());
    } finally {
      await file.close();
    }
  }
  return { description, manifest, sums, files, bytes: total };
}

async function summed(path: string): Promise<Summing> {
  const sum = new Summing();
  const { file, bytes } = await openRegular(path);
  try {
    for await (const chunk of chunksOf(file, bytes, () => undefined)) sum.add(chunk);
  } finally {
    await file.close();
  }
  return sum;
}

function absent(error: unknown): null {
  if (error instanceof AppError && error.code === 'NOT_FOUND') return null;
  throw error;
}

/** At most as many bytes as the file had: one that grows as fast as it is read would never end. */
async function* chunksOf(file: FileHandle, bytes: number, report: (done: number) => void): AsyncGenerator<Uint8Array> {
  for (let done = 0; done < bytes;) {
    const size = Math.min(CHUNK_BYTES, bytes - done);
    const { buffer, bytesRead } = await file.read(Buffer.allocUnsafe(size), 0, size, null);
    if (bytesRead === 0) return;
    done += bytesRead;
    report(done);
    yield buffer.subarray(0, bytesRead);
  }
}

async function store({
  content,
  file,
  sum,
  signal,
}: {
  readonly content: AsyncIterable<Uint8Array>;
  readonly file: string;
  readonly sum: Summing;
  readonly signal: AbortSignal;
}): Promise<void> {
  const target = await open(file, 'wx', 0o600);
  try {
    for await (const chunk of content) {
      throwIfCancelled(signal);
      sum.add(chunk);
      await target.writeFile(chunk);
    }
  } finally {
    await target.close();
  }
}

async function assertRoom(folder: string, bytes: number): Promise<void> {
  const { bavail, bsize } = await statfs(folder);
  if (bytes + SPARE_BYTES <= bavail * bsize) return;
  throw new AppError(
    'NO_CAPACITY',
    `There is no room to unpack ${diskSize(bytes)}: ${diskSize(bavail * bsize)} are free`,
    {
      field: 'path',
      remedy: note('Free some space on the disk with the home of Atoll.'),
    },
  );
}

function assertDigest(path: string, digest: string, wanted: string): void {
  if (wanted.toLowerCase() === digest) return;
  throw new AppError('BAD_INPUT', `${path} has the SHA-256 ${digest}, not ${wanted.toLowerCase()}`, {
    field: 'sha256',
    remedy: note('Download it again, or check the sum where you got it from.'),
  });
}

async function checked(
  path: string,
  { description, manifest, sums, files, bytes }: Unpacked,
): Promise<{ appliance: Appliance; disks: string[]; bytes: number }> {
  if (manifest !== null) assertSums(path, manifest, sums);
  const appliance = readOvf(description, path);
  const disks: string[] = [];
  for (const { file: name, format } of appliance.disks) {
    const file = files.get(name);
    if (file === undefined) throw bad(path, `its disk ${JSON.stringify(name.slice(0, 200))} is missing`);
    if (disks.includes(file)) throw bad(path, `two of its disks have one file, ${JSON.stringify(name)}`);
    await assertFormat(path, { name, format, file });
    disks.push(file);
  }
  return { appliance, disks, bytes };
}

/** Bad: a description that calls a qcow2 file VMDK. */
async function assertFormat(
  path: string,
  { name, format, file }: { readonly name: string; readonly format: string | null; readonly file: string },
): Promise<void> {
  if (format === null || format === 'raw') return;
  const found = (await convertibleFormat(file)) ?? (await headerFormat(file));
  if (found === (format === 'vhd' ? 'vpc' : format)) return;
  throw bad(path, `its disk ${JSON.stringify(name)} is described as ${format.toUpperCase()}, and is none`);
}

async function headerFormat(path: string): Promise<string> {
  const { file } = await openRegular(path);
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(512), 0, 512, 0);
    return diskFormatIn(buffer.subarray(0, bytesRead));
  } finally {
    await file.close();
  }
}

interface Packing {
  readonly id: string;
  readonly vm: ExportedVm;
  readonly path: string;
  readonly format: VmExportFormat;
  readonly progress: Progress;
  readonly signal: AbortSignal;
}

/** Everything is written beside the target first, so that a reader never finds half of it. */
async function pack(packing: Packing): Promise<number> {
  const { id, path, format } = packing;
  const [part, archive] = [`${path}.${id}.part`, `${path}.${id}.tar`];
  await assertAbsent(path);
  try {
    // One that a killed engine left is written again.
    await rm(part, { recursive: true, force: true });
    await rm(archive, { force: true });
    await mkdir(part, { mode: 0o700 }).catch((cause: Error) => {
      throw notCreated(path, cause);
    });
    const names = await writeFiles(packing, part);
    const bytes = await (format === 'ova' ? writeArchive(packing, { part, archive, names }) : sizeOf(part, names));
    if (format === 'ova') await place(archive, path);
    else {
      await assertAbsent(path);
      await rename(part, path);
    }
    return bytes;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') throw error;
    throw new AppError('NO_CAPACITY', `There is no room for ${path}`, {
      field: 'path',
      remedy: note('Free some space there, or name another folder.'),
      cause: error,
    });
  } finally {
    await rm(part, { recursive: true, force: true });
    await rm(archive, { force: true });
  }
}

/** The files of an appliance in the order that OVF asks for: description, manifest, disks. */
async function writeFiles({ vm, path, format, progress, signal }: Packing, part: string): Promise<string[]> {
  const stem = fileName(vm.name);
  const as = format === 'ova' ? 'vmdk' : 'qcow2';
  const disks: WrittenDisk[] = [];
  const total = vm.disks.length;
  for (const [i, { path: from, format: has, virtualBytes, bus }] of vm.disks.entries()) {
    const file = `${stem}-disk${i + 1}.${as}`;
    const to = join(part, file);
    const report = (done: number): void => progress(Math.round((i + done) * 100), total * 100, file);
    await convertImage({ from, format: has, shown: path, to, as, progress: report }, signal);
    disks.push({ file, bytes: (await stat(to)).size, virtualBytes, format: as, bus });
  }
  await writeFile(join(part, `${stem}.ovf`), writeOvf(vm, disks), { mode: 0o600 });
  const lines: string[] = [];
  for (const name of [`${stem}.ovf`, ...disks.map(({ file }) => file)]) {
    throwIfCancelled(signal);
    lines.push(`SHA256(${name})= ${(await summed(join(part, name))).sums().sha256}\n`);
  }
  await writeFile(join(part, `${stem}.mf`), lines.join(''), { mode: 0o600 });
  return [`${stem}.ovf`, `${stem}.mf`, ...disks.map(({ file }) => file)];
}

async function writeArchive(
  { path, signal }: Packing,
  { part, archive, names }: { readonly part: string; readonly archive: string; readonly names: readonly string[] },
): Promise<number> {
  await createNew(archive, path);
  // Without extended headers, which VMware's reader does not know.
  const stream = create({ cwd: part, portable: true, noPax: true, strict: true }, [...names]);
  await pipeline(stream, createWriteStream(archive, { flags: 'r+' }), { signal }).catch((error: unknown) => {
    throwIfCancelled(signal);
    throw error;
  });
  return (await stat(archive)).size;
}

async function sizeOf(folder: string, names: readonly string[]): Promise<number> {
  const sizes = await Promise.all(names.map(async (name) => (await stat(join(folder, name))).size));
  return sizes.reduce((sum, size) => sum + size, 0);
}
