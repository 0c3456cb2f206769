const CLUSTER_BITS = 16;
const CLUSTER = 1 << CLUSTER_BITS;
/** Bytes of the disk that one cluster of the level-2 table describes. */
const PER_L2 = (CLUSTER / 8) * CLUSTER;

/** A qcow2 file (version 2) of a disk without content: header, one refcount table, one refcount block, and the level-1 table. */
export function emptyQcow2(virtualBytes: number): Buffer {
  const l1Entries = Math.max(1, Math.ceil(virtualBytes / PER_L2));
  const l1Clusters = Math.ceil((l1Entries * 8) / CLUSTER);
  const file = Buffer.alloc((3 + l1Clusters) * CLUSTER);
  file.write('QFI\xfb', 0, 'latin1');
  file.writeUInt32BE(2, 4);
  file.writeUInt32BE(CLUSTER_BITS, 20);
  file.writeBigUInt64BE(BigInt(virtualBytes), 24);
  file.writeUInt32BE(l1Entries, 36);
  file.writeBigUInt64BE(BigInt(3 * CLUSTER), 40);
  file.writeBigUInt64BE(BigInt(CLUSTER), 48);
  file.writeUInt32BE(1, 56);
  file.writeBigUInt64BE(BigInt(2 * CLUSTER), CLUSTER);
  for (let cluster = 0; cluster < 3 + l1Clusters; cluster += 1) file.writeUInt16BE(1, 2 * CLUSTER + 2 * cluster);
  return file;
}
