import type { Shell } from '../../shell';
import { LINK_LOCAL_MASK } from '../ip-json';

/**
 * The bridge of vNICs without a network. libvirt requires a source for every vNIC, and a vNIC must stay movable to a real bridge
 * while the VM runs, which rules out other interface types (update-device can't change the type). It is never brought up: the ports
 * of a bridge that is down are in state *disabled* (br_stp_disable_port), so nothing is forwarded between them or to the host,
 * except link-local frames, which only the mask blocks (steps.ts). The guest sees its link up and reaches nothing. The dot
 * separates the name from every network's bridge (rule O5 allows none).
 */
export const UNPLUGGED_BRIDGE = 'atoll.none';

/** Whether it is that bridge, which is neither a network nor foreign. */
export const isUnpluggedBridge = (bridge: string): boolean => bridge === UNPLUGGED_BRIDGE;

const ENSURE = `
mask='group_fwd_mask ${LINK_LOCAL_MASK}'
ip link set dev "$1" type bridge $mask 2>/dev/null && exit 0
ip link add name "$1" type bridge stp_state 0 mcast_snooping 0 $mask && ip link set dev "$1" addrgenmode none
`;

/** Creates the bridge if it does not exist. */
export async function ensureUnpluggedBridge(shell: Shell, signal: AbortSignal): Promise<void> {
  await shell.script(ENSURE, [UNPLUGGED_BRIDGE], { signal });
}
