import { constants } from 'node:fs';
import { open, rm } from 'node:fs/promises';
import { z } from 'zod';
import { AppError, type DiskFormat, type ExportFormat, note, run } from '../contract';
import { throwIfCancelled } from './cancelled';
import { CommandError } from './command-error';
import { followConvert } from './convert-progress';
import { diskFormatIn } from './disk-header';
import { parseJson } from './parse-json';
import { LocalShell } from './shells/local';

/** Formats of other hypervisors that are converted to qcow2 when an image is added. */
const CONVERTIBLE = ['vmdk', 'vdi', 'vhdx', 'vpc'] as const;
export type Convertible = (typeof CONVERTIBLE)[number];

const HEADER_BYTES = 512;
/** A VMDK file starts with magic, version and flags, then its capacity in sectors. */
const VMDK_CAPACITY_AT = 12;
const MAX_VIRTUAL_BYTES = 64 * 1024 ** 4;

const local = new LocalShell();

/** The format of a file that must be converted; null: it need not be, or can't be read (which the caller finds). */
export async function convertibleFormat(path: string): Promise<Convertible | null> {
  const header = await readHeader(path).catch(() => null);
  const format = header === null ? '' : diskFormatIn(header);
  return CONVERTIBLE.find((each) => each === format) ?? null;
}

async function readHeader(path: string): Promise<Buffer> {
  const file = await open(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  try {
    if (!(await file.stat()).isFile()) throw new Error('not a regular file');
    const { buffer, bytesRead } = await file.read(Buffer.alloc(HEADER_BYTES), 0, HEADER_BYTES, 0);
    return buffer.subarray(0, bytesRead);
  } finally {
    await file.close();
  }
}

interface Conversion {
  /** A private copy, which nobody else changes. */
  readonly from: string;
  /** qcow2 and raw: it was checked by `checkDiskFile`, and is only flattened. */
  readonly format: Convertible | DiskFormat;
  /** The image that it is an overlay of; none if omitted. */
  readonly base?: { readonly path: string; readonly format: DiskFormat } | null;
  /** The original, for messages. */
  readonly shown: string;
  readonly to: string;
  /** The format to convert to; qcow2 if omitted. */
  readonly as?: ExportFormat;
  /** The largest virtual size that it may have; checked before anything is written. */
  readonly maxVirtualBytes?: number | undefined;
  /** Gets the part that is done, 0 to 1. */
  readonly progress: (part: number) => void;
}

/** The kind of VMDK that VMware and VirtualBox import; it is compressed. */
const OPTIONS: Partial<Record<ExportFormat, readonly string[]>> = { vmdk: ['-o', 'subformat=streamOptimized'] };

/**
 * Converts a disk, to qcow2 unless asked otherwise. A VMDK file can name others, which QEMU would open and whose content a guest would get: one without data
 * of its own is refused before QEMU opens it, and none is opened with a backing file.
 */
export async function convertImage(conversion: Conversion, signal: AbortSignal): Promise<void> {
  const { from, format, shown, to, progress, base = null, as = 'qcow2' } = conversion;
  if (format === 'vmdk' && !hasOwnData(await readHeader(from))) throw dependsOnOthers(shown);
  const source = `json:${JSON.stringify(node(from, format, base && node(base.path, base.format)))}`;
  const { maxVirtualBytes = MAX_VIRTUAL_BYTES } = conversion;
  if (format !== 'qcow2' && format !== 'raw')
    await requireWhole({ source, file: from, shown, maxVirtualBytes }, signal);
  throwIfCancelled(signal);
  const argv = ['qemu-img', 'convert', '-p', '-O', as, ...(OPTIONS[as] ?? []), source, to];
  const pipe = await local.pipe(argv).catch(explain);
  try {
    const { exit, said } = await followConvert(pipe, progress, signal);
    if (exit !== 0) throw failed(said, shown, from);
  } catch (error) {
    await rm(to, { force: true });
    throw error;
  }
}

/** A disk as QEMU opens it, with this backing file or none, whatever its header names. A raw file never has one. */
const node = (filename: string, driver: string, backing: object | null = null): object => ({
  driver,
  file: { driver: 'file', filename },
  ...(driver === 'raw' ? {} : { backing }),
});

/** Without a capacity, the data are in files that its text names. */
const hasOwnData = (header: Buffer): boolean =>
  header.subarray(0, 4).toString('latin1') === 'KDMV' &&
  header.length > VMDK_CAPACITY_AT + 8 &&
  header.readBigUInt64LE(VMDK_CAPACITY_AT) !== 0n;

const dependsOnOthers = (shown: string): AppError =>
  new AppError('BAD_INPUT', `The image ${shown} depends on other files`, {
    field: 'path',
    remedy: note('Make one file of it where its parts are: qemu-img convert -O qcow2 OLD NEW'),
  });

const Info = z.object({
  'virtual-size': z.number(),
  'backing-filename': z.string().optional(),
  'format-specific': z
    .object({ data: z.object({ extents: z.array(z.object({ filename: z.string() })).optional() }).loose() })
    .optional(),
});

/** $1: the source. A hostile file can have an endless list of parts. */
const INFO = `command -v qemu-img >/dev/null || exit 127
timeout 60 qemu-img info --output=json "$1" | head -c 1048576`;

interface Whole {
  readonly source: string;
  readonly file: string;
  readonly shown: string;
  readonly maxVirtualBytes: number;
}

async function requireWhole({ source, file, shown, maxVirtualBytes }: Whole, signal: AbortSignal): Promise<void> {
  const { stdout, stderr } = await local.script(INFO, [source], { signal, timeoutMs: 90_000 }).catch(explain);
  const info = parseJson(Info, stdout);
  if (info === null || info === undefined) throw failed(stderr, shown, file);
  const extents = info['format-specific']?.data.extents ?? [];
  if (info['backing-filename'] !== undefined || extents.some(({ filename }) => filename !== file))
    throw dependsOnOthers(shown);
  if (info['virtual-size'] > MAX_VIRTUAL_BYTES)
    throw new AppError('BAD_INPUT', `The image ${shown} is larger than 64 TiB`, { field: 'path' });
  if (info['virtual-size'] > wholeSectors(maxVirtualBytes)) throw largerThanStated(shown);
}

const SECTOR = 512;
/** QEMU shows a disk in whole sectors. */
export const wholeSectors = (bytes: number): number => Math.ceil(bytes / SECTOR) * SECTOR;

/** Bad: a disk of 64 TiB whose description says 1 GiB, for which there was room. */
export const largerThanStated = (shown: string): AppError =>
  new AppError('BAD_INPUT', `The disk ${shown} is larger than its description states`, {
    field: 'path',
    remedy: note('Export it again where it came from.'),
  });

function failed(said: string, shown: string, file: string): AppError {
  const why = said.trim().split('\n').at(-1)?.replaceAll(file, shown) ?? '';
  if (/No space left on device/.test(why))
    return new AppError('NO_CAPACITY', `There is no room to convert the image ${shown}`, {
      field: 'path',
      remedy: note('Free some space on the disk with the home of Atoll, and add it again.'),
    });
  return new AppError('BAD_INPUT', `The image ${shown} can't be converted${why === '' ? '' : `: ${why}`}`, {
    field: 'path',
    remedy: note('Check the file: qemu-img info FILE'),
  });
}

function explain(error: unknown): never {
  if (!(error instanceof CommandError) || error.exit !== 127) throw error;
  const remedy = run('system.doctor', {}, 'Install qemu-img. Doctor names the package.');
  throw new CommandError(error.host, ['qemu-img'], error.exit, 'qemu-img: not found', remedy);
}
