import type { Shell } from '../../shell';
import { LINK_LOCAL_MASK } from '../ip-json';

/**
 * The bridge of vNICs that have no network. libvirt wants a source for every vNIC, and a vNIC must stay movable to a real
 * bridge while the VM runs, which rules out other interface types (update-device can't change the type).
 * It is never brought up: the ports of a bridge that is down are in state *disabled* (br_stp_disable_port), so nothing is
 * forwarded between them or to the host, but what is link-local, which only the mask keeps from it (steps.ts). The guest sees its link up and hears nobody.
 * The dot keeps the name apart from every network's bridge (rule O5 allows none).
 */
export const NOWHERE_BRIDGE = 'atoll.none';

/** Whether that bridge is ours by nature, neither a network nor a foreign one. */
export const isNowhere = (bridge: string): boolean => bridge === NOWHERE_BRIDGE;

const ENSURE = `
mask='group_fwd_mask ${LINK_LOCAL_MASK}'
ip link set dev "$1" type bridge $mask 2>/dev/null && exit 0
ip link add name "$1" type bridge stp_state 0 mcast_snooping 0 $mask && ip link set dev "$1" addrgenmode none
`;

/** Makes the bridge if it is not there. */
export async function ensureNowhere(shell: Shell, signal: AbortSignal): Promise<void> {
  await shell.script(ENSURE, [NOWHERE_BRIDGE], { signal });
}
