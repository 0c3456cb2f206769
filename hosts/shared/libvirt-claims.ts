import type { DoctorCheck } from '../../contract';
import { LIBVIRT_BRIDGES, LIBVIRT_NETWORKS } from '../linux/libvirt-networks';

/**
 * The networks of libvirt whose bridge has the name of one of Atoll's, as lines `libvirt-claims BRIDGE NAME`, the first one only. Atoll's are
 * those with its mark, and those of its boot files: one that such a network has deleted is still Atoll's. Needs `$ours` of `takeoverFacts`.
 */
export const LIBVIRT_CLAIMS = `
${LIBVIRT_BRIDGES}
[ -r ${LIBVIRT_NETWORKS} ] || say libvirt-networks unreadable
libvirt_bridges ${LIBVIRT_NETWORKS} | while read -r bridge net; do
  case " $ours" in *" $bridge "*) ;; *) set +f; grep -qs "^$bridge " /etc/atoll/*.sh || continue ;; esac
  say libvirt-claims "$bridge $net"
done
set +f
`;

type Facts = ReadonlyMap<string, string>;

/** Whether a network of libvirt would delete a bridge of Atoll. The host's answer is untrusted: no odd name becomes part of a command. */
export function libvirtClaimsCheck(facts: Facts): DoctorCheck {
  const [bridge = '', ...rest] = (facts.get('libvirt-claims') ?? '').split(' ');
  const name = rest.join(' ');
  const isClaimed = bridge !== '';
  const unreadable = facts.get('root') !== '0' && facts.get('libvirt-networks') === 'unreadable';
  return {
    id: 'host_libvirt_networks',
    title: 'No libvirt network has a bridge of Atoll',
    state: isClaimed ? 'warning' : 'ok',
    found: isClaimed
      ? `the libvirt network "${name}" has the bridge ${bridge}`
      : unreadable
        ? 'tested once this computer is a host'
        : 'none has',
    matters:
      'When such a network is stopped, libvirt deletes the bridge, and its VMs are cut off until Atoll repairs it.',
    remedy: isClaimed
      ? {
          words: 'Give that network another bridge, or undefine it, before it is started or stopped',
          command: /^\w[\w.-]*$/.test(name) ? ['virsh', '-c', 'qemu:///system', 'net-edit', name] : null,
          root: true,
        }
      : null,
  };
}
