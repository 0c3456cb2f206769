import type { PlacementReason } from '../../contract/messages';
import { spaced } from '../wording';
import type { Texts } from './texts';

const quoted = (names: readonly string[]): string => names.map((name) => `"${name}"`).join(', ');
const none = (count: number): string => (count === 0 ? 'none' : `${count}`);

/** Why a host is, or is not, where a VM goes: a clause. */
export const PLACEMENT_REASONS: Texts<PlacementReason['type']> = {
  'placement.host_state': ({ state, reason }) =>
    `it is ${state === 'maintenance' ? 'in maintenance' : spaced(state)}${reason === null ? '' : ` (${reason})`}`,
  'placement.label': ({ label, network }) => `it does not have the label ${label} of the network "${network}"`,
  'placement.out_of_sync': ({ networks }) => `its network ${quoted(networks)} is out of sync: sync the host first`,
  'placement.lacks_networks': ({ networks }) => `it does not have the network ${quoted(networks)}`,
  'placement.memory_unknown': () => 'its memory is not known yet',
  'placement.memory_left': ({ asked, left, total, used, reserved }) =>
    `the VM needs ${asked} MiB and ${left} MiB are left: ${total} MiB in all, ${used} MiB used by running VMs, ${reserved} MiB reserved for the host`,
  'placement.memory_total': ({ asked, total, reserved }) =>
    `the VM needs ${asked} MiB, and it has ${total} MiB in all, ${reserved} MiB of them reserved for the host`,
  'placement.mates': ({ count, running }) =>
    running
      ? `${count} of its island mates ${count === 1 ? 'runs' : 'run'} there`
      : `${count} of its island mates, now down, ${count === 1 ? 'is' : 'are'} kept there`,
  'placement.fewer_mates': ({ here, there, host, running }) =>
    `${none(here)} of its island mates ${running ? 'run' : 'are kept'} there, ${there} on "${host}"`,
  'placement.less_memory': ({ here, there, host }) =>
    here === there
      ? `it has as much memory left as "${host}", which comes first`
      : `${here} MiB are left there, ${there} MiB on "${host}"`,
  'placement.disks_there': ({ move }) => `its disks are there${move ? ' already' : ''}`,
  'placement.disks_on': ({ host }) => `its disks are on "${host}": move it here first`,
  'placement.runs_on': ({ host }) =>
    `it runs on ${host === null ? 'another host' : `"${host}"`}, and a VM is moved while it is down`,
  'placement.vm_state': ({ state }) => `it is ${spaced(state)}`,
  'placement.refused': ({ error }) => error.replace(/\.$/, ''),
};
