import { gzipSync } from 'node:zlib';
import { execFileSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { unpackedKernel } from './unpack-kernel';

/** An ELF file with one program header, for a note of this name and type. */
function elf(name: string, type: number): Buffer {
  const file = Buffer.alloc(256);
  Buffer.from('7f454c460201', 'hex').copy(file);
  file.writeBigUInt64LE(64n, 32); // program headers
  file.writeUInt16LE(56, 54);
  file.writeUInt16LE(1, 56);
  file.writeUInt32LE(4, 64); // PT_NOTE
  file.writeBigUInt64LE(128n, 72);
  file.writeBigUInt64LE(24n, 96);
  file.writeUInt32LE(4, 128);
  file.writeUInt32LE(4, 132);
  file.writeUInt32LE(type, 136);
  file.write(`${name}\0`, 140);
  return file;
}

/** A kernel with setup code of one sector, as a boot loader sees it. */
function image(payload: Buffer, version = 0x020f): Buffer {
  const setup = Buffer.alloc(1024);
  setup[0x1f1] = 1;
  setup.write('HdrS', 0x202);
  setup.writeUInt16LE(version, 0x206);
  setup.writeUInt32LE(0, 0x248);
  setup.writeUInt32LE(payload.length, 0x24c);
  return Buffer.concat([setup, payload]);
}

const kernel = elf('Xen', 18);
const SIZE = Buffer.alloc(4);
const zstd = (input: Buffer): Buffer => execFileSync('zstd', ['-q', '-c'], { input });

describe('the uncompressed kernel of a tiny guest', () => {
  it('is what gzip and zstd have in them', async () => {
    expect(await unpackedKernel(image(gzipSync(kernel)))).toEqual(kernel);
    expect(await unpackedKernel(image(Buffer.concat([zstd(kernel), SIZE])))).toEqual(kernel);
  });

  it.each([
    ['no kernel', Buffer.from('text')],
    ['zeros', Buffer.alloc(4096)],
    ['a kernel that does not say where it is', image(gzipSync(kernel), 0x0206)],
    ['another compression', image(Buffer.from('02214c18deadbeef', 'hex'))],
    ['damaged', image(gzipSync(kernel).subarray(0, 20))],
    ['not ELF', image(gzipSync(Buffer.alloc(256)))],
    ['without an entry for QEMU', image(gzipSync(elf('Xen', 7)))],
    ['with the note of somebody else', image(gzipSync(elf('GNU', 18)))],
    ['with a size beyond its end', image(gzipSync(kernel)).subarray(0, 1030)],
  ])('is not taken from %s', async (_, bytes) => {
    expect(await unpackedKernel(bytes)).toBeNull();
  });
});
