import { createHash } from 'node:crypto';
import { type Stats, constants } from 'node:fs';
import { type FileHandle, chmod, open, mkdir, rename, rm, stat, statfs } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { z } from 'zod';
import { AppError, note, run } from '../contract';
import type { ImageDisk, ImageSource, Images } from '../engine/ports/hosts';
import type { Log } from '../engine/ports/log';
import { throwIfCancelled } from './cancelled';
import { CommandError } from './command-error';
import { type Convertible, convertImage, convertibleFormat, largerThanStated, wholeSectors } from './convert-image';
import { type DiskFileFacts, checkDiskFile } from './disk-file';
import { inHome } from './home-errors';
import { isLabId } from './lab/paths';
import { createNew, place } from './new-file';
import { parseJson } from './parse-json';
import { LocalShell } from './shells/local';

const CHUNK_BYTES = 4 * 1024 * 1024;

const local = new LocalShell();

/** Base images in `<home>/images/`, named by their ids. VMs use overlays on them, so they are never changed. */
export function createImages({ home }: { readonly home: string; readonly log: Log }): Images {
  const folder = join(home, 'images');
  const pathOf = (id: string): string => {
    if (!isLabId(id))
      throw new AppError('BAD_INPUT', `${JSON.stringify(id)} is not the id of an image`, { field: 'image' });
    return join(folder, id);
  };
  return {
    path: pathOf,
    async remove(id) {
      // With what a killed engine left of a copy.
      for (const end of ['', '.new', '.source']) await rm(`${pathOf(id)}${end}`, { force: true });
    },
    async addDisk(id, source, progress, signal) {
      const target = pathOf(id);
      return inHome(folder, async () => {
        await mkdir(folder, { recursive: true, mode: 0o700 });
        return addDisk(source, target, progress, signal);
      });
    },
    async writeOut(id, { path, format }, progress, signal) {
      const from = pathOf(id);
      const { size } = await stat(from);
      // One that a killed engine left is written again.
      const part = `${path}.${id}.part`;
      await rm(part, { force: true });
      await createNew(part, path);
      try {
        const report = (done: number): void => progress(Math.round(done * size), size);
        await convertImage({ from, format: 'qcow2', shown: path, to: part, as: format, progress: report }, signal);
        const { size: bytes } = await stat(part);
        await place(part, path);
        return bytes;
      } finally {
        await rm(part, { force: true });
      }
    },
    async add(id, source, progress, signal) {
      const target = pathOf(id);
      const format = await convertibleFormat(source.path);
      // Before gigabytes are copied; the check of the copy is decisive.
      if (format === null) await check(source.path, source.path, signal);
      return inHome(folder, async () => {
        await mkdir(folder, { recursive: true, mode: 0o700 });
        return addFile({ ...source, format }, target, progress, signal);
      });
    },
  };
}

/** The size of a block that is left out of the file if it is all zero. */
const ZEROS = Buffer.alloc(CHUNK_BYTES);

/** Writes a part of a file at its place, unless it is all zero: the caller sets the size in the end. */
async function writeSparse(target: FileHandle, chunk: Uint8Array, position: number): Promise<void> {
  if (chunk.length <= ZEROS.length && ZEROS.subarray(0, chunk.length).equals(chunk)) return;
  for (let at = 0; at < chunk.length;)
    at += (await target.write(chunk, at, chunk.length - at, position + at)).bytesWritten;
}

/** Writes a disk of a host to a private file, sparse where it has only zeros. */
async function receive(
  source: ImageDisk,
  to: string,
  progress: (done: number) => void,
  signal: AbortSignal,
): Promise<void> {
  const target = await open(to, 'w', 0o600);
  try {
    let done = 0;
    for await (const chunk of source.read(signal)) {
      throwIfCancelled(signal);
      await writeSparse(target, chunk, done);
      done += chunk.length;
      progress(done);
    }
    await target.truncate(done);
  } finally {
    await target.close();
  }
}

async function addDisk(
  source: ImageDisk,
  target: string,
  progress: (done: number, known: number) => void,
  signal: AbortSignal,
): Promise<{ format: 'qcow2'; sizeBytes: number; virtualBytes: number }> {
  const { shown, format, base, bytes } = source;
  const [copied, converted] = [`${target}.source`, `${target}.new`];
  try {
    await receive(source, copied, (done) => progress(done, 2 * bytes), signal);
    // A guest that broke out of QEMU can have written any header into it.
    const question = { path: copied, shown, format, isOverlay: base !== null, field: 'vm' };
    await checkDiskFile(local, question, signal);
    const report = (part: number): void => progress(bytes + Math.round(part * bytes), 2 * bytes);
    await convertImage({ from: copied, format, base, shown, to: converted, progress: report }, signal);
    const { virtualBytes } = await checkDiskFile(
      local,
      { path: converted, shown, format: 'qcow2', field: 'vm' },
      signal,
    );
    await requireSound(converted, shown, 'qcow2', signal);
    await chmod(converted, 0o600);
    await rename(converted, target);
    return { format: 'qcow2', sizeBytes: (await stat(target)).size, virtualBytes };
  } finally {
    await rm(copied, { force: true });
    await rm(converted, { force: true });
  }
}

async function addFile(
  source: ImageSource & { readonly format: Convertible | null },
  target: string,
  progress: (done: number, known: number) => void,
  signal: AbortSignal,
): Promise<{ format: 'qcow2' | 'raw'; sizeBytes: number; virtualBytes: number }> {
  const { path, sha256 } = source;
  const [copied, converted] = [`${target}.source`, `${target}.new`];
  const aside = source.format === null ? converted : copied;
  // A conversion reads what was copied once more.
  const times = source.format === null ? 1 : 2;
  try {
    // Inspected after the copy: what is checked is what is kept, even if the original changes in the meantime.
    const digest = await copy(path, aside, (done, known) => progress(done, known * times), signal);
    assertDigest(path, digest, sha256);
    if (source.format !== null) {
      const { size } = await stat(copied);
      const report = (part: number): void => progress(size + Math.round(part * size), size * times);
      const { maxVirtualBytes } = source;
      const conversion = {
        from: copied,
        format: source.format,
        shown: path,
        to: converted,
        maxVirtualBytes,
        progress: report,
      };
      await convertImage(conversion, signal);
      await rm(copied, { force: true });
    }
    const { format, virtualBytes } = await check(converted, path, signal);
    if (virtualBytes > wholeSectors(source.maxVirtualBytes ?? virtualBytes)) throw largerThanStated(path);
    await requireSound(converted, path, format, signal);
    await chmod(converted, 0o600);
    await rename(converted, target);
    return { format, sizeBytes: (await stat(target)).size, virtualBytes };
  } finally {
    await rm(copied, { force: true });
    await rm(converted, { force: true });
  }
}

function assertDigest(path: string, digest: string, wanted: string | null): void {
  if (wanted === null || wanted.toLowerCase() === digest) return;
  throw new AppError('BAD_INPUT', `The image ${path} has the SHA-256 ${digest}, not ${wanted.toLowerCase()}`, {
    field: 'sha256',
    remedy: note('Download it again, or check the sum where you got it from.'),
  });
}

const check = (path: string, shown: string, signal: AbortSignal): Promise<DiskFileFacts> =>
  checkDiskFile(local, { path, shown, what: 'image', field: 'path' }, signal);

/** Returns the SHA-256 of what was copied, in hex. */
async function copy(
  from: string,
  to: string,
  progress: (done: number, known: number) => void,
  signal: AbortSignal,
): Promise<string> {
  // The checked file can be a FIFO or a link by now: this neither waits for nor follows it.
  const flags = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK;
  const source = await open(from, flags).catch((cause: Error) => {
    throw new AppError('FORBIDDEN', `The image ${from} can't be read: ${cause.message}`, { field: 'path', cause });
  });
  try {
    const before = await regular(source, from);
    await assertRoom(to, before, from);
    const hash = createHash('sha256');
    const target = await open(to, 'w', 0o600);
    try {
      const buffer = Buffer.alloc(CHUNK_BYTES);
      let done = 0;
      for (; ; progress(done, before.size)) {
        throwIfCancelled(signal);
        const { bytesRead } = await source.read(buffer, 0, CHUNK_BYTES, null);
        if (bytesRead === 0) break;
        hash.update(buffer.subarray(0, bytesRead));
        await writeSparse(target, buffer.subarray(0, bytesRead), done);
        done += bytesRead;
        // One that grows as fast as it is read would never end.
        if (done > before.size) break;
      }
      await target.truncate(done);
      await target.sync();
      assertUnchanged(from, before, await source.stat(), done);
    } finally {
      await target.close();
    }
    return hash.digest('hex');
  } finally {
    await source.close();
  }
}

/** Bad: a disk that fills the file system of the home, with all else on it, and only then fails. Zeros take no room. */
async function assertRoom(to: string, { blocks }: Stats, path: string): Promise<void> {
  const { bavail, bsize } = await statfs(dirname(to));
  if (blocks * 512 <= bavail * bsize) return;
  throw new AppError('NO_CAPACITY', `There is no room to copy the image ${path}`, {
    field: 'path',
    remedy: note('Free some space on the disk with the home of Atoll, and add it again.'),
  });
}

/** Bad: a download that is still being written: half of it would be an image. */
function assertUnchanged(path: string, before: Stats, after: Stats, copied: number): void {
  if (copied === before.size && after.size === before.size && after.mtimeMs === before.mtimeMs) return;
  throw new AppError('CONFLICT', `The image ${path} changed while it was copied`, {
    field: 'path',
    remedy: note('Wait until it is complete, and add it again.'),
  });
}

async function regular(file: FileHandle, path: string): Promise<Stats> {
  const found = await file.stat();
  if (found.isFile()) return found;
  throw new AppError('BAD_INPUT', `The image ${path} is not a regular file`, { field: 'path' });
}

/** $1: file, $2: its format. A hostile file can have an endless list of snapshots. */
const INFO = `command -v qemu-img >/dev/null || exit 127
timeout 60 qemu-img info -f "$2" --output=json -- "$1" | head -c 1048576`;

const Sound = z.object({
  format: z.string(),
  'backing-filename': z.never().optional(),
  'full-backing-filename': z.never().optional(),
  encrypted: z.literal(false).optional(),
  'format-specific': z.object({ data: z.object({ 'data-file': z.never().optional() }) }).optional(),
});

/** Whether `qemu-img info --output=json` reports a disk of this format that depends on no other file. */
export const isSound = (info: string, format: DiskFileFacts['format']): boolean =>
  parseJson(Sound, info)?.format === format;

/** Lets QEMU read the file in the detected format: a second opinion, which must agree. */
async function requireSound(
  file: string,
  original: string,
  format: DiskFileFacts['format'],
  signal: AbortSignal,
): Promise<void> {
  const { stdout, stderr } = await local.script(INFO, [file, format], { signal, timeoutMs: 90_000 }).catch(explain);
  if (isSound(stdout, format)) return requireWhole(file, original, format, signal);
  const why = stderr.trim().split('\n').at(-1)?.replaceAll(file, original) ?? '';
  throw new AppError(
    'BAD_INPUT',
    `The image ${original} is not a sound ${format} file${why === '' ? '' : `: ${why}`}`,
    {
      field: 'path',
      remedy: note(`Check it: qemu-img check -f ${format} FILE`),
    },
  );
}

/** `timeout` and the limit of memory are for a hostile file; what could not be checked then is no fault of it. */
const CHECK = `ulimit -v 2097152
timeout 60 qemu-img check -q -f "$2" -- "$1" >/dev/null 2>&1; [ $? -ne 2 ] || echo damaged`;

/** Bad: half of a qcow2 file: QEMU reads what is missing as zeros, and the guest finds its file system destroyed. */
async function requireWhole(
  file: string,
  original: string,
  format: DiskFileFacts['format'],
  signal: AbortSignal,
): Promise<void> {
  if (format !== 'qcow2') return;
  const { stdout } = await local.script(CHECK, [file, format], { signal, timeoutMs: 90_000 });
  if (stdout.trim() !== 'damaged') return;
  throw new AppError('BAD_INPUT', `The image ${original} is damaged, or a part of it is missing`, {
    field: 'path',
    remedy: note('Download or copy it again. What is wrong with it: qemu-img check FILE'),
  });
}

function explain(error: unknown): never {
  if (!(error instanceof CommandError) || error.exit !== 127) throw error;
  const remedy = run('system.doctor', {}, 'Install qemu-img. Doctor names the package.');
  throw new CommandError(error.host, ['qemu-img'], error.exit, 'qemu-img: not found', remedy);
}
