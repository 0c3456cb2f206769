import type { Shell } from '../../shell';
import { LINK_LOCAL_MASK, PORT_LINK_LOCAL_MASK } from '../ip-json';

/**
 * `quiet_listed` reads what `virsh -q domiflist` prints of a VM, and `quiet_taps VM` asks for it. They keep the host's own stack off the taps of a VM in sealed bridges: it neither uses IPv6 there nor receives frames to
 * the one link-local group that only a port can forward. A sealed bridge is recognized by its mask. Prints nothing; what fails is
 * found by the next observation.
 */
export const QUIET_TAPS = `
quiet_listed() {
  while read -r tap kind bridge rest; do
    mask=; { read -r mask <"/sys/class/net/$bridge/bridge/group_fwd_mask"; } 2>/dev/null
    [ "$mask" = 0x${LINK_LOCAL_MASK.toString(16)} ] || continue
    { echo 1 >"/proc/sys/net/ipv6/conf/$tap/disable_ipv6"; } 2>/dev/null
    ip link set dev "$tap" type bridge_slave group_fwd_mask ${PORT_LINK_LOCAL_MASK}
  done >/dev/null 2>&1
}
quiet_taps() { virsh -q domiflist "$1" 2>/dev/null | quiet_listed; }
`;

const SCRIPT = `
export LC_ALL=C; set -f
${QUIET_TAPS}
quiet_taps "$1"
`;

/** Makes the taps of a running VM quiet. If that fails, the next observation finds the open ones. */
export async function quietTaps(shell: Shell, vmId: string, signal: AbortSignal): Promise<void> {
  await shell.script(SCRIPT, [vmId], { signal, okExits: 'any' }).catch(() => undefined);
}
