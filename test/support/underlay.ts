import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';

/**
 * Reads every frame of a network namespace until its stdin ends; prints how many there were, how many with the bytes $1 (hex), and how many
 * the kernel could not hand over (PACKET_STATISTICS, packet(7)).
 */
const CAPTURE = `
use strict; my $what = pack 'H*', shift; my ($all, $with) = (0, 0);
socket(my $s, 17, 3, unpack('S', pack('n', 3))) or die "socket: $!"; setsockopt($s, 1, 33, pack('i', 33554432));
$| = 1; print "ready\\n";
for (;;) {
  my $r = ''; vec($r, 0, 1) = 1; vec($r, fileno $s, 1) = 1;
  select($r, undef, undef, undef);
  if (vec $r, fileno $s, 1) { recv($s, my $d, 65535, 0); $all++; $with++ if index($d, $what) >= 0; next }
  last if vec($r, 0, 1) && !sysread STDIN, my $end, 1;
}
my (undef, $lost) = unpack 'II', getsockopt($s, 263, 6); print "$all $with $lost\\n";
`;

/** Sends the payload $3 (hex) by UDP to $1, port $2, 20 times. */
const SEND = `
use strict; use Socket; my ($to, $port, $hex) = @ARGV;
socket(my $s, PF_INET, SOCK_DGRAM, 0) or die "socket: $!";
for (1 .. 20) { send($s, pack('H*', $hex), 0, pack_sockaddr_in($port, inet_aton($to))); select undef, undef, undef, 0.02 }
`;

const inNamespace = (pid: number, script: string, args: readonly string[]): ChildProcess =>
  spawn('nsenter', ['-t', String(pid), '-n', '--', 'perl', '-e', script, ...args], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });

/** Captures everything that passes through a network namespace. */
export class Capture {
  private said = '';

  private constructor(private readonly child: ChildProcess) {
    child.stdout?.on('data', (data: Buffer) => (this.said += data.toString()));
  }

  /** `what`: bytes to look for, in hexadecimal digits. */
  static async start(pid: number, what: string): Promise<Capture> {
    const capture = new Capture(inNamespace(pid, CAPTURE, [what]));
    while (!capture.said.includes('ready')) await once(capture.child.stdout!, 'data');
    return capture;
  }

  /** Ends it. Resolves with how many frames there were, and how many of them had the bytes. Throws if some were not looked at. */
  async end(): Promise<{ readonly frames: number; readonly found: number }> {
    this.child.stdin?.end();
    await once(this.child, 'close');
    const [, frames, found, lost] = /(\d+) (\d+) (\d+)\n$/.exec(this.said) ?? [];
    if (lost !== '0') throw new Error(`the capture missed ${lost ?? 'all'} frames`);
    return { frames: Number(frames), found: Number(found) };
  }
}

/** Sends UDP from a network namespace, as anyone in it could. */
export async function sendUdp(pid: number, to: string, port: number, payload: Buffer): Promise<void> {
  const child = inNamespace(pid, SEND, [to, String(port), payload.toString('hex')]);
  await once(child, 'close');
}

const macBytes = (mac: string): Buffer => Buffer.from(mac.replaceAll(':', ''), 'hex');
const ipBytes = (address: string): Buffer => Buffer.from(address.split('.').map(Number));

function checksum(bytes: Buffer): number {
  let sum = 0;
  for (let i = 0; i < bytes.length; i += 2) sum += bytes.readUInt16BE(i);
  while (sum > 0xffff) sum = (sum & 0xffff) + (sum >>> 16);
  return ~sum & 0xffff;
}

/** A VXLAN packet's payload whose frame asks a guest for an echo, as if it came from another guest. */
export function forgedEcho(vni: number, guest: { readonly mac: string; readonly address: string }): Buffer {
  const vxlan = Buffer.alloc(8);
  vxlan[0] = 0x08;
  vxlan.writeUIntBE(vni, 4, 3);
  const echo = Buffer.from('0800000012340001', 'hex');
  echo.writeUInt16BE(checksum(echo), 2);
  const ip = Buffer.from('450000000000400040010000', 'hex');
  const source = guest.address.replace(/\d+$/, '250');
  const header = Buffer.concat([ip, ipBytes(source), ipBytes(guest.address)]);
  header.writeUInt16BE(header.length + echo.length, 2);
  header.writeUInt16BE(checksum(header), 10);
  const ethernet = Buffer.concat([macBytes(guest.mac), macBytes('02:66:6f:72:67:65'), Buffer.from('0800', 'hex')]);
  return Buffer.concat([vxlan, ethernet, header, echo]);
}
