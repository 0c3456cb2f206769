import { type Stats, constants } from 'node:fs';
import { type FileHandle, open, mkdir, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { AppError, note, run } from '../contract';
import type { Images } from '../engine/ports/hosts';
import type { Log } from '../engine/ports/log';
import { throwIfCancelled } from './cancelled';
import { CommandError } from './command-error';
import { type DiskFileFacts, checkDiskFile } from './disk-file';
import { inHome } from './home-errors';
import { isLabId } from './lab/paths';
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
    remove: (id) => rm(pathOf(id), { force: true }),
    async add(id, path, progress, signal) {
      const target = pathOf(id);
      // Before gigabytes are copied; the check of the copy is decisive.
      await check(path, path, signal);
      return inHome(folder, async () => {
        await mkdir(folder, { recursive: true, mode: 0o700 });
        return addFile(path, target, progress, signal);
      });
    },
  };
}

async function addFile(
  path: string,
  target: string,
  progress: (done: number, known: number) => void,
  signal: AbortSignal,
): Promise<{ format: 'qcow2' | 'raw'; sizeBytes: number; virtualBytes: number }> {
  const aside = `${target}.new`;
  try {
    // Inspected after the copy: what is checked is what is kept, even if the original changes in the meantime.
    await copy(path, aside, progress, signal);
    const { format, virtualBytes } = await check(aside, path, signal);
    await requireSound(aside, path, format, signal);
    await rename(aside, target);
    return { format, sizeBytes: (await stat(target)).size, virtualBytes };
  } finally {
    await rm(aside, { force: true });
  }
}

const check = (path: string, shown: string, signal: AbortSignal): Promise<DiskFileFacts> =>
  checkDiskFile(local, { path, shown, what: 'image', field: 'path' }, signal);

async function copy(
  from: string,
  to: string,
  progress: (done: number, known: number) => void,
  signal: AbortSignal,
): Promise<void> {
  // The checked file can be a FIFO or a link by now: this neither waits for nor follows it.
  const flags = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK;
  const source = await open(from, flags).catch((cause: Error) => {
    throw new AppError('FORBIDDEN', `The image ${from} can't be read: ${cause.message}`, { field: 'path', cause });
  });
  try {
    const { size: known } = await regular(source, from);
    const target = await open(to, 'w', 0o600);
    try {
      const buffer = Buffer.alloc(CHUNK_BYTES);
      for (let done = 0; ; progress(done, known)) {
        throwIfCancelled(signal);
        const { bytesRead } = await source.read(buffer, 0, CHUNK_BYTES, null);
        if (bytesRead === 0) break;
        await target.writeFile(buffer.subarray(0, bytesRead));
        done += bytesRead;
      }
      await target.sync();
    } finally {
      await target.close();
    }
  } finally {
    await source.close();
  }
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
  if (isSound(stdout, format)) return;
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

function explain(error: unknown): never {
  if (!(error instanceof CommandError) || error.exit !== 127) throw error;
  const remedy = run('system.doctor', {}, 'Install qemu-img. Doctor names the package.');
  throw new CommandError(error.host, ['qemu-img'], error.exit, 'qemu-img: not found', remedy);
}
