import { readLinks } from './ip-json';
import { isObject, readList, readNft } from './lenient-json';
import { isProbePort } from './names';

/** The MACs of the two guests. */
export interface Guests {
  readonly a: string;
  readonly b: string;
}

/** The MACs that the script gives to its two guests. `middle`: a byte of both, in hexadecimal. */
export const guestsOf = (middle = '00'): Guests => ({ a: `02:61:74:70:${middle}:0a`, b: `02:61:74:70:${middle}:0b` });

/** The MAC that forged frames come from. */
export const outsiderOf = (middle: string): string => `02:61:74:70:${middle}:0c`;

/** The owner of a source MAC: an interface of the host itself, a port of the bridge, the other guest. */
export type Source =
  | { readonly kind: 'host' | 'port'; readonly name: string }
  | { readonly kind: 'guest'; readonly name: string }
  | { readonly kind: 'unknown' };

/** Frames of one kind that one of the guests received. */
export interface Received {
  readonly by: 'a' | 'b';
  readonly mac: string;
  /** `arp`, `ip`, `ip6`, or the number of an ether type; `icmpv6 echo-reply` and the like are counted in addition to `ip6`. */
  readonly type: string;
  readonly packets: number;
  readonly from: Source;
}

interface NftSet {
  readonly name: string;
  readonly elem?: ReadonlyArray<{
    readonly elem: {
      readonly val: { readonly concat: readonly [string, string | number, string?] };
      readonly counter?: { readonly packets: number };
    };
  }>;
}
interface NftCounter {
  readonly name: string;
  readonly packets: number;
}

/** The output of the probe's script. `forwarded`: frames to both from other ports; empty if the kernel can't count them. */
interface Texts {
  readonly a: string;
  readonly b: string;
  readonly links: string;
  readonly fdb: string;
  readonly forwarded: string;
}

/** Parses the counters of both guests, with the owner of each source MAC. */
export function readReceived(texts: Texts, guests: Guests = guestsOf()): Received[] {
  const links = readLinks(texts.links);
  // A bridge without its own MAC uses that of a port: name the bridge then.
  const ours = [
    ...links.filter(({ ifname }) => isProbePort(ifname)),
    ...links.filter(({ ifname }) => !isProbePort(ifname)),
  ];
  const hosts = new Map(ours.flatMap(({ address, ifname }) => (address ? [[address, ifname]] : [])));
  const learned = readFdb(texts.fdb);
  const forwarded = readForwarded(texts.forwarded);
  const source = (mac: string, by: 'a' | 'b', packets: number): Source => {
    if (mac === guests.a || mac === guests.b) return { kind: 'guest', name: mac === guests.a ? 'guest 1' : 'guest 2' };
    const host = hosts.get(mac);
    const sent = forwarded.get(`${by} ${mac}`);
    if (sent !== undefined && sent.packets >= packets)
      return {
        kind: 'port',
        name: `behind ${sent.port}${host === undefined ? '' : `, where a guest uses the MAC of ${host}`}`,
      };
    if (host !== undefined) return { kind: 'host', name: isProbePort(host) ? `the host's end of the port` : host };
    const port = learned.get(mac);
    return port === undefined ? { kind: 'unknown' } : { kind: 'port', name: `behind ${port}` };
  };
  const read = (by: 'a' | 'b'): Received[] => {
    const sets = items<{ set?: NftSet }>(texts[by]);
    const all = new Map<string, number>();
    for (const { elem } of sets.find(({ set }) => set?.name === 'seen')?.set?.elem ?? [])
      all.set(elem.val.concat[0], (all.get(elem.val.concat[0]) ?? 0) + (elem.counter?.packets ?? 0));
    return sets.flatMap(({ set }) =>
      (set?.name === 'server_kinds' ? [] : (set?.elem ?? [])).map(({ elem }) => {
        const [mac, type] = elem.val.concat;
        return {
          by,
          mac,
          type: set?.name === 'seen' ? String(type) : `icmpv6 ${type}`,
          packets: elem.counter?.packets ?? 0,
          from: source(mac, by, all.get(mac) ?? 0),
        };
      }),
    );
  };
  return [...read('a'), ...read('b')];
}

/** The number of frames of each type that one guest received from a MAC. */
export function receivedFrom(received: readonly Received[], by: 'a' | 'b', mac: string): Map<string, number> {
  return new Map(
    received.filter((each) => each.by === by && each.mac === mac).map(({ type, packets }) => [type, packets]),
  );
}

/** What was really sent, counted on egress: `arp 12, dns 1, ...`; and what was not. */
export function readSent(a: string, b: string): string {
  const sums = new Map<string, number>();
  for (const { counter } of [...items<{ counter?: NftCounter }>(a), ...items<{ counter?: NftCounter }>(b)]) {
    if (counter?.name.startsWith('sent_')) sums.set(counter.name, (sums.get(counter.name) ?? 0) + counter.packets);
  }
  const words = (name: string): string => name.replace('sent_', '').replaceAll('_', ' ');
  const sent = [...sums].filter(([, packets]) => packets > 0).map(([name, packets]) => `${words(name)} ${packets}`);
  const unsent = [...sums].filter(([, packets]) => packets === 0).map(([name]) => words(name));
  return sent.join(', ') + (unsent.length > 0 ? ` (not sent: ${unsent.join(', ')})` : '');
}

/** What the network's own server sent to the guests: what it is for, and anything else. */
export interface ServerFrames {
  readonly answers: ReadonlyArray<{ readonly kind: string; readonly packets: number }>;
  readonly others: ReadonlyArray<{ readonly kind: string; readonly packets: number }>;
}

const SERVER_KINDS: Readonly<Record<string, string>> = {
  server_arp: 'ARP',
  server_dhcp: 'DHCP',
  server_dns: 'DNS',
  server_ping: 'ping',
  server_ipv6: 'IPv6',
};

/** Parses what both guests counted of the server's frames. */
export function readServer(a: string, b: string): ServerFrames {
  const all = [
    ...items<{ counter?: NftCounter; set?: NftSet }>(a),
    ...items<{ counter?: NftCounter; set?: NftSet }>(b),
  ];
  const sums = new Map<string, number>();
  const others = new Map<string, number>();
  const add = (to: Map<string, number>, kind: string, packets: number): void =>
    void (packets > 0 && to.set(kind, (to.get(kind) ?? 0) + packets));
  let unlisted = 0;
  for (const { counter, set } of all) {
    const kind = SERVER_KINDS[counter?.name ?? ''];
    if (kind !== undefined) add(sums, kind, counter?.packets ?? 0);
    if (counter?.name === 'server_other') unlisted += counter.packets;
    if (set?.name !== 'server_kinds') continue;
    for (const { elem } of set.elem ?? []) {
      const packets = elem.counter?.packets ?? 0;
      add(others, elem.val.concat.slice(0, 2).join(' '), packets);
      unlisted -= packets;
    }
  }
  add(others, 'other frames', unlisted);
  const list = (of: Map<string, number>) => [...of].map(([kind, packets]) => ({ kind, packets }));
  return { answers: list(sums), others: list(others) };
}

/** What other ports sent to one of the guests under a MAC, by `a` or `b` and the MAC, and the port of the first frame. */
function readForwarded(json: string): Map<string, { packets: number; port: string }> {
  const sums = new Map<string, { packets: number; port: string }>();
  if (json.trim() === '') return sums;
  for (const { elem } of items<{ set?: NftSet }>(json).flatMap(({ set }) => set?.elem ?? [])) {
    const [mac, port, to = ''] = elem.val.concat;
    const key = `${to.at(-1) ?? ''} ${mac}`;
    const sum = sums.get(key) ?? { packets: 0, port: String(port) };
    sums.set(key, { ...sum, packets: sum.packets + (elem.counter?.packets ?? 0) });
  }
  return sums;
}

/** What left the host in that time: bytes into the tunnel, frames of the guests in clear (null: not counted), and the devices looked at. */
export function readClear(text: string): { sent: number | null; clear: number | null; outside: string[] } {
  const [, before, after] = /^tunnel (\d+) (\d+)$/m.exec(text) ?? [];
  const counts = [...text.matchAll(/^(inet|netdev) (\d+)$/gm)].map(([, family, packets]) => ({
    family,
    packets: Number(packets),
  }));
  const outside = (/^outside (.*)$/m.exec(text)?.[1] ?? '').match(/[0-9A-Za-z_.-]{1,15}/g) ?? [];
  const isCounted = counts.some(({ family }) => family === 'inet') && (outside.length === 0 || counts.length > 1);
  return {
    sent: before === undefined ? null : Math.max(0, Number(after) - Number(before)),
    clear: isCounted ? counts.reduce((sum, { packets }) => sum + packets, 0) : null,
    outside: [...outside],
  };
}

/** How many forged frames were sent to the host; 0: it could not be tried. */
export const readForged = (text: string): number => Number(/^forged (\d+)$/m.exec(text)?.[1] ?? 0);

/** The port on which the bridge learned each MAC. Permanent entries are the bridge's and its ports' own. */
function readFdb(json: string): Map<string, string> {
  return new Map(
    readList(json, 'bridge').flatMap((entry) => {
      const { mac, ifname, state } = isObject(entry) ? entry : {};
      return typeof mac === 'string' && typeof ifname === 'string' && state !== 'permanent'
        ? [[mac, ifname] as const]
        : [];
    }),
  );
}

/** Sets, by their elements, and counters; other items are ignored. */
function items<T>(json: string): T[] {
  return readNft(json).filter(({ set, counter }) => isSet(set) || isCounter(counter)) as T[];
}

const isCounter = (counter: unknown): boolean =>
  isObject(counter) && typeof counter['name'] === 'string' && typeof counter['packets'] === 'number';

function isSet(set: unknown): boolean {
  if (!isObject(set)) return false;
  const { name, elem = [] } = set;
  return typeof name === 'string' && Array.isArray(elem) && elem.every(isElement);
}

function isElement(value: unknown): boolean {
  const elem = isObject(value) ? value['elem'] : undefined;
  if (!isObject(elem)) return false;
  const { val, counter = { packets: 0 } } = elem;
  const concat = isObject(val) ? val['concat'] : undefined;
  return (
    Array.isArray(concat) &&
    typeof concat[0] === 'string' &&
    ['string', 'undefined'].includes(typeof concat[2]) &&
    isObject(counter) &&
    typeof counter['packets'] === 'number'
  );
}
