import { randomBytes } from 'node:crypto';
import type { CheckPoint } from '../../contract';
import type { CheckTarget } from '../../engine/ports/host-driver';
import type { Shell } from '../shell';
import { bridgeName, PROBE_PREFIX } from './names';
import { PROBE_SCRIPT } from './probe-script';
import {
  GUEST_A,
  GUEST_B,
  receivedFrom,
  readReceived,
  readSent,
  readServer,
  type Received,
  type ServerFrames,
} from './probe-parse';
import { serverArgs } from './services/probe-args';

const SILENT = { id: 'probe_host_silent', title: 'Live probe: the host does not respond' } as const;
const TALK = { id: 'probe_guests_talk', title: 'Live probe: two guests reach each other' } as const;
/** What two guests must receive from each other: broadcast and unicast ARP, IPv4 (a firewall on bridges can drop just that), IPv6. */
const SPOKEN = ['arp', 'ip', 'ip6'];

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
  const args = [bridgeName(target.bridge), ports, String(target.mtu), word, ...serverArgs(target.services)];
  probing.add(ports);
  const done = await shell.script(PROBE_SCRIPT, args, { signal, okExits: [0, 3] }).catch((error: unknown) => {
    setTimeout(() => probing.delete(ports), CLEARING_MS).unref();
    throw error;
  });
  probing.delete(ports);
  const { exit, stdout, stderr } = done;
  if (exit === 3) return notProbed(stderr.trim());
  const [a = '', b = '', links = '', fdb = '', forwarded = ''] = stdout.split(`\n${word}\n`);
  const received = readReceived({ a, b, links, fdb, forwarded });
  const server = target.services ? { mac: target.services.mac, ...readServer(a, b) } : null;
  return [silentPoint(received, readSent(a, b), server), talkPoint(received)];
}

function notProbed(reason: string): CheckPoint[] {
  return [SILENT, TALK].map((point) => ({ ...point, ok: null, evidence: `could not be probed: ${reason}` }));
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

function talkPoint(received: readonly Received[]): CheckPoint {
  const aReceives = receivedFrom(received, 'a', GUEST_B);
  const bReceives = receivedFrom(received, 'b', GUEST_A);
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
