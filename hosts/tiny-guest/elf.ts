const PT_INTERP = 3;

interface ProgramHeader {
  readonly type: number;
  readonly offset: number;
  readonly bytes: number;
}

/** Whether a file is a 64-bit little-endian ELF file (elf(5)). */
export function isElf64(file: Buffer): boolean {
  return file.length > 64 && file.readUInt32BE(0) === 0x7f454c46 && file[4] === 2 && file[5] === 1;
}

/** The program headers of a 64-bit little-endian ELF file; those that lie outside it are left out. */
export function programHeaders(file: Buffer): ProgramHeader[] {
  const start = Number(file.readBigUInt64LE(32));
  const size = file.readUInt16LE(54);
  return Array.from({ length: file.readUInt16LE(56) }, (_, index) => start + index * size)
    .filter((at) => at + 40 <= file.length)
    .map((at) => ({
      type: file.readUInt32LE(at),
      offset: Number(file.readBigUInt64LE(at + 8)),
      bytes: Number(file.readBigUInt64LE(at + 32)),
    }));
}

/** Whether a program runs without a dynamic linker: only such a program runs in a bare initramfs. */
export function isStaticProgram(file: Buffer): boolean {
  if (!isElf64(file)) return false;
  const headers = programHeaders(file);
  return headers.length === file.readUInt16LE(56) && headers.every(({ type }) => type !== PT_INTERP);
}
