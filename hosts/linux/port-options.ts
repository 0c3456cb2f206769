import type { PortOption } from '../../engine/ports/port-option';
import { isUp, type IpLink } from './ip-json';

/** Switches of a port as `ip -d` and `ip link set ... type bridge_slave` call them, as they are on a plain bridge (ip-link(8)). */
const PLAIN: Readonly<Record<string, boolean>> = {
  // Cut its guest off, from some of the others or from all.
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
  // Answer, or change frames, in the place of guests.
  neigh_suppress: false,
  neigh_vlan_suppress: false,
  proxy_arp: false,
  proxy_arp_wifi: false,
  mcast_to_unicast: false,
  hairpin: false,
};
/** The port that has its frames while its cable is unplugged. */
const BACKUP = 'backup_port';
const STATE = 'state';
const FORWARDING = 'forwarding';

const onOff = (on: boolean): string => (on ? 'on' : 'off');

/** What of a port is not as on a plain bridge. What this kernel, or this ip, does not know is not there. */
export function portOptionsOf(link: IpLink, bridge: IpLink | undefined): PortOption[] {
  const data = link.linkinfo?.info_slave_data;
  if (data === undefined || (link.linkinfo?.info_slave_kind ?? 'bridge') !== 'bridge') return [];
  const found: PortOption[] = [];
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
 * Whether somebody keeps a port from forwarding (a recent kernel forwards again at once where STP is off). The kernel disables one that is down or without a carrier, and walks through the
 * others with STP; one with a delay is learning at first.
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

/** The requests, each the words behind `type bridge_slave`, that set options back. The kernel judges switches of one request together. */
export function plainWords(options: readonly PortOption[]): { switches: string; state: string | null } {
  const names = new Set(options.map(({ name }) => name));
  const words = Object.entries(PLAIN).flatMap(([name, plain]) => (names.has(name) ? [`${name} ${onOff(plain)}`] : []));
  return {
    switches: [...words, ...(names.has(BACKUP) ? ['nobackup_port'] : [])].join(' '),
    // 3: forwarding (br_set_port_state)
    state: names.has(STATE) ? 'state 3' : null,
  };
}
