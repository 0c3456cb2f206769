import { randomBytes } from 'node:crypto';
import type { CheckPoint } from '../../contract';
import type { CheckTarget } from '../../engine/ports/host-driver';
import type { Shell } from '../shell';
import { bridgeName, PROBE_PREFIX } from './names';
import { PROBE_SCRIPT } from './probe-script';
import { GUEST_A, GUEST_B, heardFrom, readReceived, readSent, type Heard } from './probe-parse';

const SILENT = { id: 'probe_host_silent', title: 'The host does not answer a guest' } as const;
const TALK = { id: 'probe_guests_talk', title: 'Two guests hear each other' } as const;
/** What two guests must hear of each other: broadcast and unicast ARP, IPv4 (a firewall on bridges may drop just that), IPv6. */
const SPOKEN = ['arp', 'ip', 'ip6'];

/** A script that is cut off needs a moment to remove what it made. */
const CLEARING_MS = 5000;

/**
 * The live probe: two guests are plugged into the bridge for about three seconds, ask the host everything that a curious
 * guest could, and each other. While it runs its ports are in `probing`, so that they are no drift (isPortOfProbe).
 * @throws CommandError when the script could not run, AppError CANCELLED (everything is removed then too)
 */
export async function probe(
  shell: Shell,
  target: CheckTarget,
  probing: Set<string>,
  signal: AbortSignal,
): Promise<CheckPoint[]> {
  const ports = PROBE_PREFIX + randomBytes(3).toString('hex');
  const word = randomBytes(12).toString('hex');
  const args = [bridgeName(target.bridge), ports, String(target.mtu), word];
  probing.add(ports);
  const done = await shell.script(PROBE_SCRIPT, args, { signal, okExits: [0, 3] }).catch((error: unknown) => {
    setTimeout(() => probing.delete(ports), CLEARING_MS).unref();
    throw error;
  });
  probing.delete(ports);
  const { exit, stdout, stderr } = done;
  if (exit === 3) return notProbed(stderr.trim());
  const [a = '', b = '', links = '', fdb = '', forwarded = ''] = stdout.split(`\n${word}\n`);
  const heard = readReceived({ a, b, links, fdb, forwarded });
  return [silentPoint(heard, readSent(a, b)), talkPoint(heard)];
}

function notProbed(reason: string): CheckPoint[] {
  return [SILENT, TALK].map((point) => ({ ...point, ok: null, evidence: `could not be probed: ${reason}` }));
}

function silentPoint(heard: readonly Heard[], sent: string): CheckPoint {
  const host = heard.filter(({ from }) => from.kind === 'host');
  const unknown = heard.filter(({ from }) => from.kind === 'unknown');
  const words = (frames: readonly Heard[]): string => frames.map(describe).join('; ');
  const bad = [...host, ...unknown];
  const evidence = [
    `sent: ${sent}`,
    bad.length === 0 ? 'nothing came back from the host' : `came back: ${words(bad)}`,
    ...(heard.some(({ from }) => from.kind === 'port')
      ? [`other guests were heard too: ${words(heard.filter(({ from }) => from.kind === 'port'))}`]
      : []),
  ];
  return { ...SILENT, ok: bad.length === 0, evidence: evidence.join('. ').slice(0, 2000) };
}

function talkPoint(heard: readonly Heard[]): CheckPoint {
  const aHears = heardFrom(heard, 'a', GUEST_B);
  const bHears = heardFrom(heard, 'b', GUEST_A);
  const missing = [
    ...SPOKEN.filter((type) => !aHears.has(type)).map((type) => `${type} from guest 2 to guest 1`),
    ...SPOKEN.filter((type) => !bHears.has(type)).map((type) => `${type} from guest 1 to guest 2`),
  ];
  const counts = (hears: ReadonlyMap<string, number>): string =>
    [...hears].map(([type, packets]) => `${type} ${packets}`).join(', ') || 'nothing';
  const evidence = `guest 1 heard from guest 2: ${counts(aHears)}; guest 2 heard from guest 1: ${counts(bHears)}`;
  const hint =
    missing.length > 0 ? `. Missing: ${missing.join(', ')}. A firewall may filter bridged frames (br_netfilter)` : '';
  return { ...TALK, ok: missing.length === 0, evidence: evidence + hint };
}

function describe({ mac, type, packets, from }: Heard): string {
  const where = from.kind === 'unknown' ? 'nobody knows who' : from.name;
  return `${packets} ${type} from ${mac} (${where})`;
}
