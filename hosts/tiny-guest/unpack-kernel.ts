import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import * as zlib from 'node:zlib';
import { isElf64, programHeaders } from './elf';

const MOST_BYTES = 256 * 1024 * 1024;
/** The setup code's magic, and the first version of the boot protocol that says where the kernel is (Documentation/arch/x86/boot.rst). */
const MAGIC = 'HdrS';
const FIRST_WITH_PAYLOAD = 0x0208;
const SECTOR = 512;
const PT_NOTE = 4;
/** PHYS32_ENTRY in Xen's elfnote.h: where QEMU starts an uncompressed kernel (PVH). */
const PVH_ENTRY = 18;

/**
 * The uncompressed kernel inside a bzImage, if QEMU can start it directly; null if not, or if nothing here can unpack it. A guest that
 * does not have to unpack its own kernel starts in about half the time under emulation.
 */
export async function unpackedKernel(image: Buffer): Promise<Buffer | null> {
  const payload = payloadOf(image);
  const kernel = payload && (await decompress(payload).catch(() => null));
  return kernel && hasPvhEntry(kernel) ? kernel : null;
}

function payloadOf(image: Buffer): Buffer | null {
  if (image.length < 0x250 || image.toString('latin1', 0x202, 0x206) !== MAGIC) return null;
  if (image.readUInt16LE(0x206) < FIRST_WITH_PAYLOAD) return null;
  const setupSectors = image[0x1f1] || 4;
  const start = (setupSectors + 1) * SECTOR + image.readUInt32LE(0x248);
  return image.subarray(start, start + image.readUInt32LE(0x24c));
}

async function decompress(payload: Buffer): Promise<Buffer | null> {
  const magic = payload.toString('hex', 0, 4);
  // Its size follows the compressed kernel, except with gzip, which has it itself.
  const packed = payload.subarray(0, -4);
  if (magic.startsWith('1f8b')) return promisify(zlib.gunzip)(payload, { maxOutputLength: MOST_BYTES });
  if (magic === '28b52ffd') return fromZstd(packed);
  if (magic === 'fd377a58') return filter('xz', ['-dcq'], packed);
  return null;
}

type Zstd = (packed: Buffer, options: zlib.ZlibOptions, done: (error: Error | null, unpacked: Buffer) => void) => void;

/** Node has it from version 22.15 on. */
const fromZstd = (packed: Buffer): Promise<Buffer> =>
  'zstdDecompress' in zlib
    ? promisify(zlib.zstdDecompress as Zstd)(packed, { maxOutputLength: MOST_BYTES })
    : filter('zstd', ['-dcq'], packed);

function filter(command: string, args: readonly string[], input: Buffer): Promise<Buffer> {
  const done = promisify(execFile)(command, args, { encoding: 'buffer', maxBuffer: MOST_BYTES });
  // A program that ends before it has read everything fails by its exit.
  done.child.stdin?.on('error', () => undefined).end(input);
  return done.then(({ stdout }) => stdout);
}

function hasPvhEntry(kernel: Buffer): boolean {
  if (!isElf64(kernel)) return false;
  return programHeaders(kernel).some(
    ({ type, offset, bytes }) => type === PT_NOTE && noteTypes(kernel.subarray(offset, offset + bytes)).has(PVH_ENTRY),
  );
}

/** The types of the notes that belong to Xen (elf(5): sizes of name and content, type, both padded to four bytes). */
function noteTypes(notes: Buffer): Set<number> {
  const types = new Set<number>();
  const padded = (bytes: number): number => Math.ceil(bytes / 4) * 4;
  for (let at = 0; at + 12 <= notes.length;) {
    const [name, content] = [notes.readUInt32LE(at), notes.readUInt32LE(at + 4)];
    if (notes.toString('latin1', at + 12, at + 15) === 'Xen') types.add(notes.readUInt32LE(at + 8));
    at += 12 + padded(name) + padded(content);
  }
  return types;
}
