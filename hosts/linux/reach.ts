import { randomBytes } from 'node:crypto';
import { isIPv4 } from 'node:net';
import type { AskedGuest, GuestAnswer, ReachAnswer, ReachOrder } from '../../engine/ports/reach-probe';
import type { Shell } from '../shell';
import { isObject, readList, readNft } from './lenient-json';
import { bridgeName, isProbePort, PROBE_PREFIX } from './names';
import { REACH_SCRIPT } from './reach-script';

/** A script that is cut off needs a moment to clean up. */
const CLEARING_MS = 5000;
const MAC = /^([0-9a-f]{2}:){5}[0-9a-f]{2}$/;
const NONE = '-';

/**
 * Asks the guests of an order for an answer from a temporary port of the bridge, in about four seconds. While it runs, its port is in
 * `probing`, so that it does not count as drift.
 * @throws CommandError if the script could not run, AppError CANCELLED (everything is removed then too)
 */
export async function measure(
  shell: Shell,
  order: ReachOrder,
  probing: Set<string>,
  signal: AbortSignal,
): Promise<ReachAnswer> {
  const ports = PROBE_PREFIX + randomBytes(3).toString('hex');
  const word = randomBytes(12).toString('hex');
  // Of its own for each run: two runs on one bridge must not share an address.
  const mac = `02:61:74:${randomBytes(3)
    .toString('hex')
    .replace(/..(?=.)/g, '$&:')}`;
  const args = [
    bridgeName(order.bridge),
    `${ports}a`,
    String(order.mtu),
    word,
    mac,
    ...order.guests.flatMap(guestArgs),
  ];
  probing.add(ports);
  const done = await shell.script(REACH_SCRIPT, args, { signal, okExits: [0, 3] }).catch((error: unknown) => {
    setTimeout(() => probing.delete(ports), CLEARING_MS).unref();
    throw error;
  });
  probing.delete(ports);
  if (done.exit === 3) {
    const why = done.stderr.trim().slice(0, 500);
    return { answers: order.guests.map(unasked), learned: [], why };
  }
  const [arp = '', table = '', fdb = '', links = ''] = done.stdout.split(`\n${word}\n`);
  return { answers: readAnswers(order.guests, arp, table), learned: readLearned(fdb, links, mac), why: null };
}

const word = (value: string | null, isSound: (value: string) => boolean): string =>
  value !== null && isSound(value) ? value : NONE;
const isMac = (value: string): boolean => MAC.test(value);
const isCidr = (value: string): boolean => {
  const [address = '', length = ''] = value.split('/');
  return isIPv4(address) && /^([89]|[12]\d|3[0-2])$/.test(length);
};

function guestArgs({ address, own, via, mac, tcpPorts }: AskedGuest): string[] {
  const ports = tcpPorts.filter((port) => Number.isInteger(port) && port > 0 && port < 65_536).join(',');
  return [word(address, isIPv4), word(own, isCidr), word(via, isMac), word(mac, isMac), ports === '' ? NONE : ports];
}

const unasked = ({ key, tcpPorts }: AskedGuest): GuestAnswer => ({
  key,
  arp: null,
  ping: null,
  frames: null,
  tcp: tcpPorts.map((port) => ({ port, open: null })),
});

/** What each guest answered. `arp`: the set of ARP answers before the probe had an address; `table`: everything at the end. */
export function readAnswers(guests: readonly AskedGuest[], arp: string, table: string): GuestAnswer[] {
  const early = elements(arp, 'answered');
  const answered = new Set([...early, ...elements(table, 'answered')]);
  const owners = new Set([...early].map((each) => each.split(' ')[1]));
  const ponged = elements(table, 'ponged');
  const accepted = elements(table, 'accepted');
  const refused = elements(table, 'refused');
  const macs = new Set([...elements(table, 'seen')].map((each) => each.split(' ')[0]));
  return guests.map(({ key, mac, address, own, via, tcpPorts }) => {
    const canPing = address !== null && own !== null && !owners.has(own.split('/')[0]);
    const port = (each: number): boolean | null =>
      accepted.has(`${address} ${each}`) ? true : refused.has(`${address} ${each}`) ? false : null;
    return {
      key,
      arp: address === null || via !== null ? null : answered.has(`${mac} ${address}`),
      ping: canPing ? ponged.has(`${via ?? mac} ${address}`) : null,
      frames: via === null ? macs.has(mac) : null,
      tcp: tcpPorts.map((each) => ({ port: each, open: canPing ? port(each) : null })),
    };
  });
}

/** The elements of a set, their parts separated by a space. */
function elements(json: string, name: string): Set<string> {
  const found = new Set<string>();
  for (const { set } of readNft(json)) {
    if (!isObject(set) || set['name'] !== name || !Array.isArray(set['elem'])) continue;
    for (const each of set['elem'] as unknown[]) {
      const elem = isObject(each) && isObject(each['elem']) ? each['elem']['val'] : each;
      const concat = isObject(elem) ? elem['concat'] : undefined;
      if (Array.isArray(concat)) found.add(concat.map(String).join(' '));
    }
  }
  return found;
}

/** The MAC addresses behind ports of the bridge, without those of the ports themselves, of probes and of groups. */
export function readLearned(fdb: string, links: string, probe: string): ReachAnswer['learned'] {
  const ports = new Set(
    readList(links, 'ports').flatMap((link) => {
      const name = isObject(link) ? link['ifname'] : undefined;
      return typeof name === 'string' && !isProbePort(name) ? [name] : [];
    }),
  );
  return readList(fdb, 'bridge').flatMap((entry) => {
    const { mac, ifname, state } = isObject(entry) ? entry : {};
    const isLearned = typeof mac === 'string' && typeof ifname === 'string' && state !== 'permanent' && mac !== probe;
    return isLearned && ports.has(ifname) ? [{ mac, port: ifname }] : [];
  });
}
