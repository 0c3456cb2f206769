/** What we read of an interface in `ip -j -d address` (ip-link(8), ip-address(8)). */
export interface IpLink {
  readonly ifname: string;
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
      /** Of a VLAN its tag, of a bond its mode. */
      readonly id?: number;
      readonly mode?: string;
    };
    /** Of a port of a bridge. */
    readonly info_slave_data?: { readonly group_fwd_mask?: string };
  };
  readonly addr_info?: ReadonlyArray<{ readonly local?: string; readonly prefixlen?: number }>;
}

/** Link-local group addresses that a sealed bridge passes on: 3 to 15, a bit each. */
export const LINK_LOCAL_MASK = 0xfff8;
/** The one that only a port can pass on: 2, slow protocols. Of the others 0 is passed on where STP is off, and 1 is never. */
export const PORT_LINK_LOCAL_MASK = 0x4;

/** ip leaves an empty object in the list for each interface that its filter skipped. */
export function readLinks(json: string): IpLink[] {
  const text = json.trim();
  return text === '' ? [] : (JSON.parse(text) as IpLink[]).filter((link) => link.ifname !== undefined);
}

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

/** Output of `ip -j route`, several lists one after the other. */
export function readRoutes(json: string): IpRoute[] {
  return json.split('\n').flatMap((line) => (line.trim() === '' ? [] : (JSON.parse(line) as IpRoute[])));
}

/** Output of `ip -j -batch`: one list a line. */
export function readLinkLists(json: string): IpLink[] {
  return json.split('\n').flatMap(readLinks);
}

export const isBridge = (link: IpLink): boolean => link.linkinfo?.info_kind === 'bridge';
export const isUp = (link: IpLink): boolean => link.flags.includes('UP');
