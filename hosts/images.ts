import { open, mkdir, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { AppError } from '../contract';
import type { Images } from '../engine/ports/hosts';
import type { Log } from '../engine/ports/log';
import { throwIfCancelled } from './cancelled';
import { inHome } from './home-errors';
import { isLabId } from './lab/paths';
import { runProcess } from './shells/spawn';

const CHUNK_BYTES = 4 * 1024 * 1024;

const ImageInfo = z.object({
  format: z.string(),
  'virtual-size': z.int(),
  'backing-filename': z.string().optional(),
  'format-specific': z.object({ data: z.object({ 'data-file': z.string().optional() }) }).optional(),
});

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
      const known = await sizeOf(path);
      return inHome(folder, async () => {
        await mkdir(folder, { recursive: true, mode: 0o700 });
        return addFile(path, target, known, progress, signal);
      });
    },
  };
}

async function addFile(
  path: string,
  target: string,
  known: number,
  progress: (done: number, known: number) => void,
  signal: AbortSignal,
): Promise<{ format: 'qcow2' | 'raw'; sizeBytes: number; virtualBytes: number }> {
  const aside = `${target}.new`;
  try {
    // Inspected after the copy: what is checked is what is kept, whatever happens to the original meanwhile.
    await copy(path, aside, known, progress, signal);
    const { format, virtualBytes } = await inspect(aside, path, signal);
    await rename(aside, target);
    return { format, sizeBytes: (await stat(target)).size, virtualBytes };
  } finally {
    await rm(aside, { force: true });
  }
}

async function sizeOf(path: string): Promise<number> {
  const found = await stat(path).catch((cause: Error) => {
    throw new AppError('BAD_INPUT', `There is no readable file ${path}`, { field: 'path', cause });
  });
  if (!found.isFile())
    throw new AppError('BAD_INPUT', `${path} is not a file`, {
      field: 'path',
      hint: 'Give a qcow2 or raw disk image.',
    });
  if (found.size === 0) throw new AppError('BAD_INPUT', `${path} is empty`, { field: 'path' });
  return found.size;
}

async function copy(
  from: string,
  to: string,
  known: number,
  progress: (done: number, known: number) => void,
  signal: AbortSignal,
): Promise<void> {
  const source = await open(from, 'r').catch((cause: Error) => {
    throw new AppError('FORBIDDEN', `${from} can not be read: ${cause.message}`, { field: 'path', cause });
  });
  try {
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

/** A backing or data file would make a guest read other files of this computer; such an image is refused. */
async function inspect(
  file: string,
  original: string,
  signal: AbortSignal,
): Promise<{ format: 'qcow2' | 'raw'; virtualBytes: number }> {
  const argv = ['qemu-img', 'info', '--output=json', file];
  const { stdout } = await runProcess({ host: 'this computer', argv, shown: argv }, { signal });
  const info = ImageInfo.parse(JSON.parse(stdout));
  if (info['backing-filename'] !== undefined || info['format-specific']?.data['data-file'] !== undefined) {
    throw new AppError('BAD_INPUT', `${original} depends on another file`, {
      field: 'path',
      hint: 'Flatten it first: qemu-img convert -O qcow2 OLD NEW',
    });
  }
  if (info.format !== 'qcow2' && info.format !== 'raw') {
    throw new AppError('NOT_SUPPORTED', `${original} has the format ${info.format}`, {
      field: 'path',
      hint: 'Convert it first: qemu-img convert -O qcow2 OLD NEW',
    });
  }
  return { format: info.format, virtualBytes: info['virtual-size'] };
}
