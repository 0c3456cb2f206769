// The files that macOS and Windows want an icon in: both hold PNG images as they are, one for each size.

/** Types of Apple's icns by the width of their image; the same image serves as half of a width at double density. */
const ICNS_TYPES = { 16: 'icp4', 32: 'icp5', 64: 'icp6', 128: 'ic07', 256: 'ic08', 512: 'ic09' };

/** `images`: width to PNG. Widths that the format has no place for are left out. */
export function icns(images) {
  const parts = Object.entries(ICNS_TYPES).flatMap(([width, type]) => {
    const png = images.get(Number(width));
    return png === undefined ? [] : [Buffer.from(type), number(4, 8 + png.length), png];
  });
  const length = parts.reduce((sum, part) => sum + part.length, 8);
  return Buffer.concat([Buffer.from('icns'), number(4, length), ...parts]);
}

/** `images`: width to PNG, at most 256 wide. */
export function ico(images) {
  const sizes = [...images].filter(([width]) => width <= 256);
  const header = Buffer.from([0, 0, 1, 0, sizes.length, 0]);
  let at = header.length + 16 * sizes.length;
  const entries = sizes.map(([width, png]) => {
    const entry = Buffer.alloc(16);
    // 0 stands for 256; one plane of 32 bits.
    entry.set([width % 256, width % 256, 0, 0, 1, 0, 32, 0]);
    entry.writeUInt32LE(png.length, 8);
    entry.writeUInt32LE(at, 12);
    at += png.length;
    return entry;
  });
  return Buffer.concat([header, ...entries, ...sizes.map(([, png]) => png)]);
}

function number(bytes, value) {
  const buffer = Buffer.alloc(bytes);
  buffer.writeUIntBE(value, 0, bytes);
  return buffer;
}
