import { randomBytes } from 'node:crypto';
import type { CheckPoint } from '../../contract';
import type { CheckTarget } from '../../engine/ports/host-driver';
import type { Shell } from '../shell';
import { bridgeName, PROBE_PREFIX } from './names';
import { PROBE_SCRIPT } from './probe-script';
import {
  type Guests,
  guestsOf,
  outsiderOf,
  readClear,
  readForged,
  receivedFrom,
  readReceived,
  readSent,
  readServer,
  type Received,
  type ServerFrames,
} from './probe-parse';
import { serverArgs } from './services/probe-args';
import { deviceName, namespaceName, vniNumber } from './stretch/names';

const SILENT = { id: 'probe_host_silent', title: 'Live probe: the host does not respond' } as const;
const TALK = { id: 'probe_guests_talk', title: 'Live probe: two guests reach each other' } as const;
const CLEAR = {
  id: 'probe_tunnel_silent',
  title: 'Live probe: nothing of the network is in clear outside the host',
} as const;
const CLOSED = { id: 'probe_tunnel_closed', title: 'Live probe: frames forged from outside do not get in' } as const;
/** What two guests must receive from each other: broadcast and unicast ARP, IPv4 (a firewall on bridges can drop just that), IPv6. */
const SPOKEN = ['arp', 'ip', 'ip6'];

/** It takes three seconds, or a minute on a host that has little of its processors; its guests (PROBE_SCRIPT) live for longer. */
const LONGEST_MS = 120_000;
/** A script that is cut off needs a moment to clean up. */
const CLEARING_MS = 5000;

/**
 * The live probe: two guests are plugged into the bridge for about three seconds, and send everything that a curious guest could to
 * the host and to each other. While it runs its ports are in `probing`, so that they do not count as drift (isPortOfProbe).
 * @throws CommandError if the script could not run, AppError CANCELLED (everything is removed then too)
 */
export async function probe(
  shell: Shell,
  target: CheckTarget,
  probing: Set<string>,
  signal: AbortSignal,
): Promise<CheckPoint[]> {
  const ports = PROBE_PREFIX + randomBytes(3).toString('hex');
  const word = randomBytes(12).toString('hex');
  const { tunnel } = target;
  // Probes of one stretched network run on several hosts at once, and hear each other.
  const middle = tunnel ? middleByte(tunnel.number) : '00';
  const args = [
    ...[bridgeName(target.bridge), ports, String(target.mtu), word, ...serverArgs(target.services)],
    ...[middle, tunnel ? namespaceName(tunnel.namespace) : '', tunnel ? deviceName(tunnel.device) : ''],
    String(vniNumber(tunnel?.ends.find(({ networkId }) => networkId === target.networkId)?.vni ?? 1)),
  ];
  probing.add(ports);
  const done = await shell
    .script(PROBE_SCRIPT, args, { signal, okExits: [0, 3], timeoutMs: LONGEST_MS })
    .catch((error: unknown) => {
      setTimeout(() => probing.delete(ports), CLEARING_MS).unref();
      throw error;
    });
  probing.delete(ports);
  const { exit, stdout, stderr } = done;
  if (exit === 3) return notProbed(stderr.trim(), tunnel !== undefined);
  const [a = '', b = '', links = '', fdb = '', forwarded = '', left = ''] = stdout.split(`\n${word}\n`);
  const guests = guestsOf(middle);
  const all = readReceived({ a, b, links, fdb, forwarded }, guests);
  const received = all.filter(({ mac }) => mac !== outsiderOf(middle));
  const server = target.services ? { mac: target.services.mac, ...readServer(a, b) } : null;
  const points = [silentPoint(received, readSent(a, b), server), talkPoint(received, guests)];
  return tunnel ? [...points, clearPoint(left), closedPoint(left, all.length - received.length)] : points;
}

/** Another one for each of 253 hosts, in hexadecimal. A line feed would cut a message of the probe in two. */
function middleByte(number: number): string {
  const byte = 1 + (number % 253);
  return (byte === 0x0a ? 0xfe : byte).toString(16).padStart(2, '0');
}

/** Whether something of the two guests left the host in clear. */
function clearPoint(text: string): CheckPoint {
  const { sent, clear, outside } = readClear(text);
  const into = sent === null ? '' : `the tunnel sent ${sent} bytes in that time; `;
  if (clear === null) return { ...CLEAR, ok: null, evidence: `${into}what leaves the host could not be counted` };
  const where = ['the host itself', ...outside].join(', ');
  return { ...CLEAR, ok: clear === 0, evidence: `${into}in clear from ${where}: ${clear} frames` };
}

/** Whether a guest received a frame that was forged. `kinds`: how many kinds of them came in. */
function closedPoint(text: string, kinds: number): CheckPoint {
  const forged = readForged(text);
  if (kinds === 0 && forged === 0) return { ...CLOSED, ok: null, evidence: 'no forged frame could be sent' };
  const got = kinds === 0 ? 'no guest received one' : 'guests received some';
  const where = "to the host's addresses, at the ports of VXLAN and of the tunnel";
  return { ...CLOSED, ok: kinds === 0, evidence: `sent ${where}: ${forged} forged frames of the network; ${got}` };
}

function notProbed(reason: string, isStretched: boolean): CheckPoint[] {
  return [SILENT, TALK, ...(isStretched ? [CLEAR, CLOSED] : [])].map((point) => ({
    ...point,
    ok: null,
    evidence: `could not be probed: ${reason}`,
  }));
}

function silentPoint(
  received: readonly Received[],
  sent: string,
  server: (ServerFrames & { readonly mac: string }) | null,
): CheckPoint {
  const host = received.filter(({ from }) => from.kind === 'host');
  const guests = received.filter(({ from, mac }) => from.kind === 'port' && mac !== server?.mac);
  const unknown = received.filter(({ from }) => from.kind === 'unknown');
  const words = (frames: readonly Received[]): string => frames.map(describe).join('; ');
  const bad = [...host, ...unknown];
  const evidence = [
    `sent: ${sent}`,
    bad.length === 0 ? 'no response from the host' : `received: ${words(bad)}`,
    ...(server ? [describeServer(server)] : []),
    ...(guests.length > 0 ? [`frames of other guests were also received: ${words(guests)}`] : []),
  ];
  return {
    ...SILENT,
    ok: bad.length === 0 && (server?.others ?? []).length === 0,
    evidence: evidence.join('. ').slice(0, 2000),
  };
}

function describeServer({ answers, others }: ServerFrames): string {
  const words = (counts: ServerFrames['answers']): string =>
    counts.map(({ kind, packets }) => `${kind} ${packets}`).join(', ');
  if (others.length > 0) return `the network's own server also sent what it must not: ${words(others)}`;
  return answers.length === 0
    ? "the network's own server did not answer"
    : `the network's own server sent ${words(answers)}, and nothing else`;
}

function talkPoint(received: readonly Received[], guests: Guests): CheckPoint {
  const aReceives = receivedFrom(received, 'a', guests.b);
  const bReceives = receivedFrom(received, 'b', guests.a);
  const missing = [
    ...SPOKEN.filter((type) => !aReceives.has(type)).map((type) => `${type} from guest 2 to guest 1`),
    ...SPOKEN.filter((type) => !bReceives.has(type)).map((type) => `${type} from guest 1 to guest 2`),
  ];
  const counts = (receives: ReadonlyMap<string, number>): string =>
    [...receives].map(([type, packets]) => `${type} ${packets}`).join(', ') || 'nothing';
  const evidence = `guest 1 received from guest 2: ${counts(aReceives)}; guest 2 received from guest 1: ${counts(bReceives)}`;
  const hint =
    missing.length > 0 ? `. Missing: ${missing.join(', ')}. A firewall may filter bridged frames (br_netfilter)` : '';
  return { ...TALK, ok: missing.length === 0, evidence: evidence + hint };
}

function describe({ mac, type, packets, from }: Received): string {
  const where = from.kind === 'unknown' ? 'unknown source' : from.name;
  return `${packets} ${type} from ${mac} (${where})`;
}
