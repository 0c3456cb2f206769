/** The contents of a qcow2 header (docs/interop/qcow2.rst in QEMU's source). */
export interface Qcow2Header {
  readonly hasBackingFile: boolean;
  /** The guest's data are in another file, which QEMU opens for writing. */
  readonly hasDataFile: boolean;
  readonly isEncrypted: boolean;
  readonly hasUnknownFeatures: boolean;
  readonly virtualBytes: number;
}

const QCOW_MAGIC = Buffer.from('QFI\xfb', 'latin1');
const V2_BYTES = 72;
const V3_BYTES = 104;

/** Incompatible features of version 3: dirty, corrupt, compression type, extended L2 entries. */
const KNOWN_FEATURES = 0b1_1011n;
const DATA_FILE = 0b100n;

/** Parses the header at the start of a qcow2 file; null: there is none. */
export function qcow2Header(start: Buffer): Qcow2Header | null {
  if (!start.subarray(0, 4).equals(QCOW_MAGIC) || start.length < V2_BYTES) return null;
  const version = start.readUInt32BE(4);
  if (version < 2 || version > 3 || (version === 3 && start.length < V3_BYTES)) return null;
  const incompatible = version === 3 ? start.readBigUInt64BE(72) : 0n;
  return {
    hasBackingFile: start.readBigUInt64BE(8) !== 0n || start.readUInt32BE(16) !== 0,
    hasDataFile: (incompatible & DATA_FILE) !== 0n,
    isEncrypted: start.readUInt32BE(32) !== 0,
    hasUnknownFeatures: (incompatible & ~(KNOWN_FEATURES | DATA_FILE)) !== 0n,
    virtualBytes: Number(start.readBigUInt64BE(24)),
  };
}

/** The signatures and offsets by which QEMU detects the other formats (`bdrv_probe` of each, block/*.c). */
const OTHERS: ReadonlyArray<readonly [format: string, at: number, signature: string]> = [
  ['luks', 0, 'LUKS\xba\xbe'],
  ['qed', 0, 'QED\0'],
  ['vmdk', 0, 'KDMV'],
  ['vmdk', 0, 'COWD'],
  ['vdi', 64, '\x7f\x10\xda\xbe'],
  ['vhdx', 0, 'vhdxfile'],
  ['vpc', 0, 'conectix'],
  ['parallels', 0, 'WithoutFreeSpace'],
  ['parallels', 0, 'WithouFreSpacExt'],
  ['bochs', 0, 'Bochs Virtual HD Image'],
  ['cloop', 0, '#!/bin/sh\n#V2.0 Format\nmodprobe cloop'],
];

/** A text that names a disk's files, after comments and empty lines. */
const VMDK_TEXT = /^(?:#[^\n]*\n| *\r?\n)*version=\d/;

/** The format of a file by its first 512 bytes; `raw` if QEMU recognizes no other format. */
export function diskFormatIn(start: Buffer): string {
  if (start.subarray(0, 4).equals(QCOW_MAGIC)) return qcow2Header(start) === null ? 'qcow' : 'qcow2';
  const text = start.toString('latin1');
  const other = OTHERS.find(([, at, signature]) => text.startsWith(signature, at));
  if (other) return other[0];
  return VMDK_TEXT.test(text) || text.startsWith('# Disk DescriptorFile') ? 'vmdk' : 'raw';
}
