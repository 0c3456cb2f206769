import type { PortOption } from '../../engine/ports/port-option';
import { isUp, type IpLink } from './ip-json';

/** Options of a port as `ip -d` and `ip link set ... type bridge_slave` name them, with their values on a plain bridge (ip-link(8)). */
const PLAIN: Readonly<Record<string, boolean>> = {
  // Disconnect its guest, from some of the others or from all.
  isolated: false,
  locked: false,
  mab: false,
  learning: true,
  flood: true,
  mcast_flood: true,
  bcast_flood: true,
  guard: false,
  root_block: false,
  fastleave: false,
  vlan_tunnel: false,
  // Answer, or change frames, on behalf of guests.
  neigh_suppress: false,
  neigh_vlan_suppress: false,
  proxy_arp: false,
  proxy_arp_wifi: false,
  mcast_to_unicast: false,
  hairpin: false,
};
/** The port that receives its frames while its link is down. */
const BACKUP = 'backup_port';
const STATE = 'state';
const FORWARDING = 'forwarding';
/** Not an option of the bridge: whether the tap itself is up. libvirt creates it so, and only a person sets it down. */
const LINK = 'link';

const onOff = (on: boolean): string => (on ? 'on' : 'off');

/** The options of a port that differ from a plain bridge. Options that this kernel or ip does not know are absent. */
export function portOptionsOf(link: IpLink, bridge: IpLink | undefined): PortOption[] {
  const data = link.linkinfo?.info_slave_data;
  if (data === undefined || (link.linkinfo?.info_slave_kind ?? 'bridge') !== 'bridge') return [];
  const found: PortOption[] = [];
  if (link.linkinfo?.info_kind === 'tun' && !isUp(link)) found.push({ name: LINK, wanted: 'up', actual: 'down' });
  for (const [name, plain] of Object.entries(PLAIN)) {
    const actual = switchOf(data[name]);
    if (actual !== null && actual !== plain) found.push({ name, wanted: onOff(plain), actual: onOff(actual) });
  }
  const backup = data[BACKUP];
  if (typeof backup === 'string') found.push({ name: BACKUP, wanted: 'none', actual: backup });
  const state = data[STATE];
  if (typeof state === 'string' && isStopped(link, bridge, state))
    found.push({ name: STATE, wanted: FORWARDING, actual: state });
  return found;
}

/**
 * Whether someone prevents a port from forwarding (a recent kernel forwards again immediately if STP is off). The kernel disables a
 * port that is down or without a carrier, and steps through the other states with STP; a port with a delay is learning at first.
 */
function isStopped(link: IpLink, bridge: IpLink | undefined, state: string): boolean {
  const options = bridge?.linkinfo?.info_data;
  if (state === FORWARDING || !bridge || !isUp(bridge) || (options?.stp_state ?? 0) !== 0) return false;
  if (state !== 'disabled') return state === 'blocking' || state === 'listening' || (options?.forward_delay ?? 0) === 0;
  return isUp(link) && link.flags.includes('LOWER_UP') && /^(UP|UNKNOWN)$/.test(link.operstate ?? '');
}

/** Older versions of ip print words. */
function switchOf(value: unknown): boolean | null {
  if (typeof value === 'boolean') return value;
  return value === 'on' ? true : value === 'off' ? false : null;
}

/**
 * The requests that reset options: whether the port is to be set up, and for two more the words after `type bridge_slave`. The kernel validates
 * options of one request together.
 */
export function plainWords(options: readonly PortOption[]): {
  isDown: boolean;
  switches: string;
  state: string | null;
} {
  const names = new Set(options.map(({ name }) => name));
  const words = Object.entries(PLAIN).flatMap(([name, plain]) => (names.has(name) ? [`${name} ${onOff(plain)}`] : []));
  return {
    isDown: names.has(LINK),
    switches: [...words, ...(names.has(BACKUP) ? ['nobackup_port'] : [])].join(' '),
    // 3: forwarding (br_set_port_state)
    state: names.has(STATE) ? 'state 3' : null,
  };
}
