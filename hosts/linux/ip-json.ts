import { AppError } from '../../contract';
import { isObject, readList } from './lenient-json';

/** The fields that are read of an interface in `ip -j -d address` (ip-link(8), ip-address(8)). */
export interface IpLink {
  readonly ifname: string;
  readonly ifindex?: number;
  readonly flags: readonly string[];
  readonly mtu: number;
  readonly address?: string;
  readonly master?: string;
  /** The lower device: the NIC of a VLAN. */
  readonly link?: string;
  /** Present if that is in another network namespace. */
  readonly link_netnsid?: number;
  readonly ifalias?: string;
  readonly link_type?: string;
  /** As RFC 2863 has it: UP, DOWN, UNKNOWN (a tap) ... */
  readonly operstate?: string;
  /** Present if an XDP program is attached. */
  readonly xdp?: object;
  readonly linkinfo?: {
    readonly info_kind?: string;
    readonly info_data?: {
      readonly type?: string;
      readonly stp_state?: number;
      readonly forward_delay?: number;
      readonly mcast_snooping?: number;
      readonly vlan_filtering?: number;
      /** As hexadecimal text. */
      readonly group_fwd_mask?: string;
      readonly nf_call_iptables?: number;
      readonly nf_call_ip6tables?: number;
      readonly nf_call_arptables?: number;
      /** The tag of a VLAN, the mode of a bond. */
      readonly id?: number;
      readonly mode?: string;
    };
    /** For a bridge port. */
    readonly info_slave_kind?: string;
    readonly info_slave_data?: Readonly<Record<string, unknown>> & { readonly group_fwd_mask?: string };
  };
  readonly addr_info?: ReadonlyArray<{ readonly local?: string; readonly prefixlen?: number }>;
}

/** Link-local group addresses that a sealed bridge forwards: 3 to 15, one bit each. */
export const LINK_LOCAL_MASK = 0xfff8;
/** The one that only a port can forward: 2, slow protocols. Of the others 0 is forwarded if STP is off, and 1 never. */
export const PORT_LINK_LOCAL_MASK = 0x4;

/** More than a host has: the kernel's own lists become slow far below this. */
const MOST_LINKS = 50_000;
/** A name has at most 15 bytes, an alias 255 (IFNAMSIZ, IFALIASZ in linux/if.h); decoding can lengthen characters. */
const NAME_CHARS = 64;
const TEXT_CHARS = 1024;

/**
 * Parses the output of `ip -j` interface by interface: an unreadable or unlikely one does not hide the others. It stays in the
 * list, by its name if it has one, as an interface with unknown properties. ip prints an empty object for each interface that its
 * filter skipped.
 * @throws AppError HOST_COMMAND_FAILED if it is not a list of interfaces
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

/** Keeps its master: a port of a sealed bridge must be seen, whatever else is wrong with it. */
function unknownLink(name: unknown, value: unknown = null): IpLink {
  const ifname = isText(name, NAME_CHARS) ? name : '(unreadable)';
  const master = isObject(value) && isText(value['master'], NAME_CHARS) ? { master: value['master'] } : {};
  return { ifname, flags: [], mtu: 0, ...master };
}

/** ip prints empty objects within lists too. */
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

/** The fields that are read of a route in `ip -j route` (ip-route(8)). */
export interface IpRoute {
  readonly dst?: string;
  readonly gateway?: string;
  readonly dev?: string;
  readonly metric?: number;
  readonly protocol?: string;
  /** Omitted: unicast. */
  readonly type?: string;
}

/** Parses the output of `ip -j route`, several lists one after the other; other items are skipped. */
export function readRoutes(json: string): IpRoute[] {
  return json.split('\n').flatMap((line) => readList(line, 'ip route').filter(isRoute));
}

const isRoute = (value: unknown): value is IpRoute =>
  isObject(value) &&
  ['dst', 'gateway', 'dev', 'protocol', 'type'].every((key) => isText(value[key] ?? '', NAME_CHARS)) &&
  isNumber(value['metric'] ?? 0);

/** Parses the output of `ip -j -batch`: one list per line. */
export function readLinkLists(json: string): IpLink[] {
  return json.split('\n').flatMap(readLinks);
}

export const isBridge = (link: IpLink): boolean => link.linkinfo?.info_kind === 'bridge';
export const isUp = (link: IpLink): boolean => link.flags.includes('UP');
