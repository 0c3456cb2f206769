/** A file of an initramfs. Names are relative, without a leading slash; parents come before their children. */
export type CpioEntry =
  | { readonly kind: 'folder'; readonly name: string }
  | { readonly kind: 'file'; readonly name: string; readonly mode: number; readonly data: Uint8Array }
  | { readonly kind: 'link'; readonly name: string; readonly target: string }
  | { readonly kind: 'character device'; readonly name: string; readonly major: number; readonly minor: number };

const TYPE = { folder: 0o040755, file: 0o100000, link: 0o120777, 'character device': 0o020600 };

/** An archive in the "newc" format that the kernel unpacks (Documentation/driver-api/early-userspace/buffer-format.rst). */
export function cpioArchive(entries: readonly CpioEntry[]): Buffer {
  const parts = entries.flatMap((entry, index) => record(entry, index + 1));
  return Buffer.concat([...parts, ...record({ kind: 'file', name: 'TRAILER!!!', mode: 0, data: new Uint8Array() }, 0)]);
}

function record(entry: CpioEntry, inode: number): Buffer[] {
  const data = contentOf(entry);
  const name = Buffer.from(`${entry.name}\0`);
  const device = entry.kind === 'character device' ? entry : { major: 0, minor: 0 };
  const fields = [
    inode,
    TYPE[entry.kind] | (entry.kind === 'file' ? entry.mode : 0),
    0, // uid
    0, // gid
    entry.kind === 'folder' ? 2 : 1, // links
    0, // time: the same input gives the same archive
    data.length,
    0, // device of the archive
    0,
    device.major,
    device.minor,
    name.length,
    0, // checksum, unused in this variant
  ];
  const header = Buffer.from(`070701${fields.map((value) => value.toString(16).padStart(8, '0')).join('')}`);
  return [padded(Buffer.concat([header, name])), padded(data)];
}

function contentOf(entry: CpioEntry): Buffer {
  if (entry.kind === 'file') return Buffer.from(entry.data);
  return entry.kind === 'link' ? Buffer.from(entry.target) : Buffer.alloc(0);
}

const padded = (bytes: Buffer): Buffer => Buffer.concat([bytes, Buffer.alloc((4 - (bytes.length % 4)) % 4)]);
