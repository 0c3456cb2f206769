const PT_INTERP = 3;

/** Whether a 64-bit little-endian ELF program runs without a dynamic linker (elf(5)): only such a program runs in a bare initramfs. */
export function isStaticProgram(file: Buffer): boolean {
  const isElf64 = file.length > 64 && file.readUInt32BE(0) === 0x7f454c46 && file[4] === 2 && file[5] === 1;
  if (!isElf64) return false;
  const start = Number(file.readBigUInt64LE(32));
  const size = file.readUInt16LE(54);
  const count = file.readUInt16LE(56);
  for (let index = 0; index < count; index += 1) {
    const at = start + index * size;
    if (at + 4 > file.length || file.readUInt32LE(at) === PT_INTERP) return false;
  }
  return true;
}
