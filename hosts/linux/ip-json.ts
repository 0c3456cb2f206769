import { AppError } from '../../contract';
import { isObject, readList } from './lenient-json';

/** What we read of an interface in `ip -j -d address` (ip-link(8), ip-address(8)). */
export interface IpLink {
  readonly ifname: string;
  readonly ifindex?: number;
  readonly flags: readonly string[];
  readonly mtu: number;
  readonly address?: string;
  readonly master?: string;
  /** What it stands on: of a VLAN its NIC. */
  readonly link?: string;
  /** There where that is in another network namespace. */
  readonly link_netnsid?: number;
  readonly ifalias?: string;
  readonly link_type?: string;
  /** As RFC 2863 has it: UP, DOWN, UNKNOWN (a tap) ... */
  readonly operstate?: string;
  /** There where an XDP program hangs on it. */
  readonly xdp?: object;
  readonly linkinfo?: {
    readonly info_kind?: string;
    readonly info_data?: {
      readonly type?: string;
      readonly stp_state?: number;
      readonly forward_delay?: number;
      readonly mcast_snooping?: number;
      readonly vlan_filtering?: number;
      /** As text, in hexadecimal. */
      readonly group_fwd_mask?: string;
      readonly nf_call_iptables?: number;
      readonly nf_call_ip6tables?: number;
      readonly nf_call_arptables?: number;
      /** Of a VLAN its tag, of a bond its mode. */
      readonly id?: number;
      readonly mode?: string;
    };
    /** Of a port of a bridge. */
    readonly info_slave_kind?: string;
    readonly info_slave_data?: Readonly<Record<string, unknown>> & { readonly group_fwd_mask?: string };
  };
  readonly addr_info?: ReadonlyArray<{ readonly local?: string; readonly prefixlen?: number }>;
}

/** Link-local group addresses that a sealed bridge passes on: 3 to 15, a bit each. */
export const LINK_LOCAL_MASK = 0xfff8;
/** The one that only a port can pass on: 2, slow protocols. Of the others 0 is passed on where STP is off, and 1 is never. */
export const PORT_LINK_LOCAL_MASK = 0x4;

/** More than a host has: the kernel's own lists become slow far below. */
const MOST_LINKS = 50_000;
/** A name has 15 bytes at most, an alias 255 (IFNAMSIZ, IFALIASZ in linux/if.h); letters may become longer when they are read. */
const NAME_CHARS = 64;
const TEXT_CHARS = 1024;

/**
 * Output of `ip -j`, interface by interface: what can't be read as one, or has something unlikely in it, hides no other. It stays in
 * the list, by its name if it has one, as an interface of which nothing is known. ip leaves an empty object for each that its filter
 * skipped.
 * @throws AppError HOST_COMMAND_FAILED for what is no list of interfaces
 */
export function readLinks(json: string): IpLink[] {
  const odd: IpLink[] = [];
  const list = readList(json, 'ip', (text) => odd.push(unknownLink(/"ifname":\s*"([^"]{1,64})"/.exec(text)?.[1])));
  if (list.length + odd.length > MOST_LINKS)
    throw new AppError('HOST_COMMAND_FAILED', `ip lists more than ${MOST_LINKS} interfaces, which no host has`);
  return [
    ...list.flatMap((value) => {
      if (isObject(value) && Object.keys(value).length === 0) return [];
      return [isLink(value) ? value : unknownLink(isObject(value) ? value['ifname'] : undefined, value)];
    }),
    ...odd,
  ];
}

/** Where it is plugged in is kept: a port of a sealed bridge must be seen, whatever else is wrong with it. */
function unknownLink(name: unknown, value: unknown = null): IpLink {
  const ifname = isText(name, NAME_CHARS) ? name : '(unreadable)';
  const master = isObject(value) && isText(value['master'], NAME_CHARS) ? { master: value['master'] } : {};
  return { ifname, flags: [], mtu: 0, ...master };
}

/** ip leaves its empty objects within lists too. */
function isLink(value: unknown): value is IpLink {
  if (!isObject(value)) return false;
  const { ifname, flags, mtu, address, master, link, ifalias, link_type: type, linkinfo, addr_info: addresses } = value;
  return (
    isText(ifname, NAME_CHARS) &&
    isListOf(flags, (flag) => isText(flag, NAME_CHARS)) &&
    isNumber(mtu) &&
    [address, master, link, ifalias, type].every((text) => text === undefined || isText(text, TEXT_CHARS)) &&
    (linkinfo === undefined || isLinkInfo(linkinfo)) &&
    (addresses === undefined ||
      isListOf(
        addresses,
        (each) => isObject(each) && isText(each['local'] ?? '', NAME_CHARS) && isNumber(each['prefixlen'] ?? 0),
      ))
  );
}

function isLinkInfo(value: unknown): boolean {
  if (!isObject(value)) return false;
  const { info_kind: kind = '', info_data: data = {}, info_slave_data: port = {} } = value;
  if (!isText(kind, NAME_CHARS) || !isObject(data) || !isObject(port)) return false;
  return (
    NUMBERS.every((key) => isNumber(data[key] ?? 0)) &&
    [data['group_fwd_mask'], data['mode'], port['group_fwd_mask']].every((text) => isText(text ?? '', NAME_CHARS))
  );
}

const NUMBERS = ['stp_state', 'forward_delay', 'mcast_snooping', 'vlan_filtering', 'id'];
const isText = (value: unknown, most: number): value is string => typeof value === 'string' && value.length <= most;
const isNumber = (value: unknown): value is number => typeof value === 'number' && Number.isSafeInteger(value);
const isListOf = (value: unknown, is: (each: unknown) => boolean): boolean => Array.isArray(value) && value.every(is);

/** What we read of a route in `ip -j route` (ip-route(8)). */
export interface IpRoute {
  readonly dst?: string;
  readonly gateway?: string;
  readonly dev?: string;
  readonly metric?: number;
  readonly protocol?: string;
  /** Left out: unicast. */
  readonly type?: string;
}

/** Output of `ip -j route`, several lists one after the other; what is no route is left out. */
export function readRoutes(json: string): IpRoute[] {
  return json.split('\n').flatMap((line) => readList(line, 'ip route').filter(isRoute));
}

const isRoute = (value: unknown): value is IpRoute =>
  isObject(value) &&
  ['dst', 'gateway', 'dev', 'protocol', 'type'].every((key) => isText(value[key] ?? '', NAME_CHARS)) &&
  isNumber(value['metric'] ?? 0);

/** Output of `ip -j -batch`: one list a line. */
export function readLinkLists(json: string): IpLink[] {
  return json.split('\n').flatMap(readLinks);
}

export const isBridge = (link: IpLink): boolean => link.linkinfo?.info_kind === 'bridge';
export const isUp = (link: IpLink): boolean => link.flags.includes('UP');
