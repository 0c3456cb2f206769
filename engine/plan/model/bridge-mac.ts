/** Computed for each network in each observation. */
const HEX = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'));
const PRIME = 0x01000193;

/** FNV-1a over UTF-16 units, then Murmur3's finalizer, so that ids differing in one digit give unrelated numbers. */
export function hash32(text: string, basis: number): number {
  let h = basis;
  for (let i = 0; i < text.length; i += 1) h = Math.imul(h ^ text.charCodeAt(i), PRIME);
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0;
}

/**
 * The MAC address of a network's bridge on a host: always the same for the same three ids, different for others. First byte 02:
 * unicast and locally administered (IEEE 802, bit 1), and never `fe`, by which libvirt's taps are recognized.
 */
export function bridgeMac(storeId: string, networkId: string, hostId: string): string {
  const text = `${storeId}/${networkId}/${hostId}`;
  const high = hash32(text, 0x811c9dc5) & 0xff;
  const low = hash32(text, 0x2f4a7c15);
  const bytes = [0x02, high, low >>> 24, (low >>> 16) & 0xff, (low >>> 8) & 0xff, low & 0xff];
  return bytes.map((byte) => HEX[byte]).join(':');
}
