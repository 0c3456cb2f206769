import type {
  ApartMessage,
  Doubt,
  HostReason,
  PlacementReason,
  PromiseReason,
  ReachReason,
  StretchReason,
  VmReason,
} from '../../contract/messages';
import type { Remedy } from '../../contract/model/remedy';
import { someNames } from '../../contract/state/apart';
import { spaced } from '../../contract/state/spaced';
import { remedyText } from '../remedies';
import { counted } from '../wording';
import { render } from './render';
import type { Texts } from './texts';

const quoted = (names: readonly string[]): string => names.map((name) => `"${name}"`).join(', ');
const vmsOrNone = (count: number): string => (count === 0 ? 'no VMs' : counted(count, 'VM'));
const withoutStop = (text: string): string => text.replace(/\.$/, '');

/** What an error said, and what to do about it where nothing can be clicked, as a clause. */
export const failedText = (error: string, remedy: Remedy | null): string =>
  remedy === null ? withoutStop(error) : `${withoutStop(error)} (${withoutStop(remedyText(remedy))})`;

/** Why a VM ended. */
export const ENDED: Record<'host_restarted' | 'undefined' | 'destroyed' | 'crashed' | 'unknown' | 'other', string> = {
  host_restarted: 'its host was restarted',
  undefined: 'its definition was removed from the host',
  destroyed: 'it was stopped from outside Atoll',
  crashed: 'its process crashed or was killed',
  unknown: 'it was stopped from outside Atoll',
  other: 'it was stopped from outside Atoll',
};

/** Why a host is in its state: a clause that follows the state. */
export const HOST_REASONS: Texts<Exclude<HostReason['type'], 'text'>> = {
  'reason.host.error': ({ error, remedy }) => failedText(error, remedy),
  'reason.host.lacks_networks': ({ networks, more }) =>
    `it does not have the required network${networks.length + more === 1 ? '' : 's'} ${quoted(networks)}${more === 0 ? '' : ` and ${more} more`}`,
  'reason.host.restored': ({ remedy }) =>
    failedText('the database was restored from a backup, and this host was not confirmed', remedy),
};

/** Why a VM is in its state: a clause that follows the state. */
export const VM_REASONS: Texts<Exclude<VmReason['type'], 'text'>> = {
  'reason.vm.ended': ({ why, detail }) => `${ENDED[why]}${why === 'other' && detail !== null ? ` (${detail})` : ''}`,
  'reason.vm.host_silent': ({ host }) => `its host ${host} does not respond`,
  'reason.vm.host_not_connected': ({ host }) => `its host ${host} is not connected`,
  'reason.vm.maintenance': () => 'stopped for maintenance',
  'reason.vm.reading_file': () => 'it is being created from a file',
  'reason.vm.restoring': () => 'its disks are being restored',
  'reason.vm.moving': ({ host }) => `it is being moved to ${host}`,
  'reason.vm.move_failed': ({ host, error, remedy }) =>
    `it could not be moved to ${host}: ${failedText(error, remedy)}`,
  'reason.vm.removing': () => 'it is being removed',
  'reason.vm.remove_failed': () => 'it could not be removed',
  'reason.vm.start_failed': ({ error, remedy }) => `it could not be started: ${failedText(error, remedy)}`,
  'reason.vm.not_shut_down': () => 'the guest did not respond to the shutdown request',
  'reason.vm.cloning': () => 'its disk is being copied',
  'reason.vm.importing': () => 'it is being imported',
  'reason.vm.job_unreadable': () =>
    "the job that worked on it was started by another version of Atoll and can't be read",
  'reason.vm.resetting': () => 'it is being reset',
  'reason.vm.reverting': ({ snapshot }) => `it is being reverted to ${snapshot}`,
  'reason.vm.snapshot': ({ snapshot }) => `the snapshot ${snapshot} is being taken`,
};

const throughText = (vms: readonly string[]): string => (vms.length === 0 ? '' : ` through ${someNames(vms)}`);

/** What a promise is, by its state. */
export const PROMISE_STATES: Readonly<Record<string, string>> = {
  kept: 'kept',
  broken: 'broken',
  unknown: 'unknown',
  no_subject: 'without a subject',
};

/** Why a promise is not kept: a clause. */
export const PROMISE_REASONS: Texts<PromiseReason['type']> = {
  'promise.reaches': ({ from, to, through }) =>
    through.length === 0 ? `${from} reaches ${to} directly` : `${from} can reach ${to}${throughText(through)}`,
  'promise.leaks': ({ from, to, network, host }) =>
    `${from} can reach ${to}, because "${network}" is not isolated on ${host}`,
  'promise.external': ({ vm, network, host, nic, through }) =>
    `${vm} can reach the outside${throughText(through)}: "${network}" has the NIC ${nic}${host === null ? '' : ` on ${host}`}`,
  'promise.external_leak': ({ vm, network, host, through }) =>
    `${vm} can reach the outside${throughText(through)}: "${network}" is not isolated on ${host}`,
  'promise.external_others': ({ vm, through }) =>
    `${vm} can reach the outside${throughText(through)}: ${through.at(-1) ?? vm} has a NIC that leads to what Atoll does not manage`,
  'promise.not_direct': ({ from, to }) => `${from} and ${to} are not on one island`,
  'promise.bypasses': ({ from, to, without, through }) =>
    `${from} reaches ${to} without ${someNames(without)}${throughText(through)}`,
  'promise.is_on': ({ vm, network }) => `${vm} is on "${network}"`,
  'promise.not_isolated': ({ network, host }) =>
    host === null ? `"${network}" is not an isolated network` : `"${network}" is not isolated on ${host}`,
  'promise.not_verified': ({ network, host, at, minutes }) =>
    at === null
      ? `the isolation of "${network}" on ${host} was never verified`
      : `the isolation of "${network}" on ${host} was last verified at ${at}${minutes === null ? '' : `, more than ${counted(minutes, 'minute')} ago`}`,
  'promise.split': ({ network, islands }) =>
    `"${network}" has ${counted(islands.length, 'island')}: ${islands.map(({ host, vms }) => `${someNames(vms)} on ${host}`).join('; ')}`,
  'promise.unplaced': ({ vm }) => `${vm} has no host yet`,
  'promise.tunnel_connecting': ({ network, hosts }) =>
    `the tunnel of "${network}" between ${hosts.join(' and ')} is being connected`,
  'promise.host_silent': ({ host, state }) => `the host ${host} is ${spaced(state)}`,
  'promise.network_uncertain': ({ network, host, state }) => `"${network}" on ${host} is ${spaced(state)}`,
  'promise.gone': ({ kind, name }) => `the ${kind === 'vm' ? 'VM' : kind} "${name}" no longer exists`,
  'promise.empty': ({ kind, name }) => `the ${kind === 'vm' ? 'VM' : kind} "${name}" has no VMs`,
  'promise.measured': ({ from, to, what, predicted, measured, detail }) =>
    `measured: ${from} ${measured ? 'reaches' : 'does not reach'} ${to} (${what}: ${detail}); predicted: ${predicted ? 'reaches' : 'does not reach'}`,
  'promise.not_measured': ({ from, to, what, detail }) =>
    from === to
      ? `${from} could not be measured (${detail})`
      : `it could not be measured whether ${from} reaches ${to} (${what}: ${detail})`,
};

/** Why one VM does not reach another: a sentence. */
export const REACH_REASONS: Texts<ReachReason['type']> = {
  'reach.same': () => 'It is the same VM',
  'reach.unplugged': ({ vnic, vm, network }) => `The vNIC ${vnic} of ${vm} on "${network}" is not plugged in`,
  'reach.link_down': ({ vnic, vm, network }) => `The link of ${vnic} of ${vm} on "${network}" is down`,
  'reach.state': ({ vm, state }) => `${vm} is ${spaced(state)}`,
  'reach.other_host': ({ network, from, to }) =>
    `${from.vm} and ${to.vm} are both on "${network}", but on different hosts ("${from.host}" and "${to.host}"), and each host has its own island`,
  'reach.tunnel_down': ({ network, from, to }) =>
    `${from.vm} and ${to.vm} are both on "${network}", but the tunnel between "${from.host}" and "${to.host}" is not connected`,
  'reach.no_network': ({ vm }) => `${vm} has no vNIC on any network`,
  'reach.unrelated': ({ vms }) => `${vms.join(' and ')} share no network, and no VM connects their networks`,
};

/** Why two hosts reach each other this way, or do not: a clause. */
export const STRETCH_REASONS: Texts<Exclude<StretchReason['type'], 'text'>> = {
  'stretch.chosen': ({ way }) => `a user chose the ${way === 'direct' ? 'direct tunnel' : 'relay'}`,
  'stretch.direct': ({ endpoints }) => `the hosts reach each other at ${someNames(endpoints)}`,
  'stretch.lab': ({ host }) => `${host} is a lab, which has no address of its own`,
  'stretch.no_answer': ({ endpoints }) => `nothing answers at ${someNames(endpoints)}: a firewall or NAT is in between`,
  'stretch.simulated': () => 'simulated hosts have no network of their own',
  'stretch.host_silent': ({ host }) => `${host} does not respond`,
  'stretch.no_key': ({ host }) => `${host} has no key yet`,
  'stretch.no_relay': ({ host }) => `${host} has neither perl nor python3, which a relay needs`,
  'stretch.silent': () => 'nothing has been received for a while',
  'stretch.failed': ({ error }) => withoutStop(error),
};

/** How the VMs of a network are spread. */
export const APART: Texts<ApartMessage['type']> = {
  'apart.islands': ({ network, islands }) =>
    `"${network}" is on ${islands.length} islands that can't reach each other: ${islands.map(({ host, vms }) => `${someNames(vms)} on ${host}`).join('; ')}`,
};

/** Why the last check no longer says what is: a clause. */
export const DOUBTS: Texts<Doubt['type']> = {
  'doubt.not_checked': () => 'it has not been checked yet',
  'doubt.maintenance': () => 'the host is in maintenance and is not observed',
  'doubt.host_silent': ({ reason }) =>
    `the host does not respond${reason === null ? '' : `: ${render(HOST_REASONS, reason)}`}`,
  'doubt.bridge': ({ state, message }) =>
    `the bridge is now ${spaced(state)}${message === null ? '' : `: ${withoutStop(message)}`}`,
};

/** Why a host is, or is not, where a VM goes: a clause. */
export const PLACEMENT_REASONS: Texts<PlacementReason['type']> = {
  'placement.host_state': ({ state, reason }) =>
    `it is ${state === 'maintenance' ? 'in maintenance' : spaced(state)}${reason === null ? '' : `: ${render(HOST_REASONS, reason)}`}`,
  'placement.label': ({ label, network }) => `it does not have the label ${label} of the network "${network}"`,
  'placement.out_of_sync': ({ networks }) => `its network ${quoted(networks)} is out of sync: sync the host first`,
  'placement.lacks_networks': ({ networks }) => `it does not have the network ${quoted(networks)}`,
  'placement.memory_unknown': () => 'its memory is not known yet',
  'placement.memory_left': ({ asked, left, total, used, reserved }) =>
    `the VM needs ${asked} MiB, but only ${left} MiB are free: ${total} MiB in total, ${used} MiB used by running VMs, ${reserved} MiB reserved for the host`,
  'placement.memory_total': ({ asked, total, reserved }) =>
    `the VM needs ${asked} MiB, but it has only ${total} MiB in total, ${reserved} MiB of them reserved for the host`,
  'placement.cpus': ({ asked, total }) => `the VM has ${counted(asked, 'CPU')}, but it has only ${total}`,
  'placement.mates': ({ count, running }) =>
    running
      ? `${counted(count, 'VM')} on its networks ${count === 1 ? 'runs' : 'run'} there`
      : `${counted(count, 'VM')} on its networks, now down, ${count === 1 ? 'is' : 'are'} kept there`,
  'placement.fewer_mates': ({ here, there, host, running }) =>
    `${vmsOrNone(here)} on its networks ${running ? (here === 1 ? 'runs' : 'run') : here === 1 ? 'is kept' : 'are kept'} there, ${there} on "${host}"`,
  'placement.less_memory': ({ here, there, host }) =>
    here === there
      ? `it has as much free memory as "${host}", which comes first`
      : `${here} MiB free, ${there} MiB on "${host}"`,
  'placement.disks_there': ({ move }) => `its disks are there${move ? ' already' : ''}`,
  'placement.disks_on': ({ host }) => `its disks are on "${host}": move it here first`,
  'placement.runs_on': ({ host }) =>
    `it runs on ${host === null ? 'another host' : `"${host}"`}, and a VM is moved while it is down`,
  'placement.vm_state': ({ state }) => `it is ${spaced(state)}`,
  'placement.refused': ({ error }) => withoutStop(error),
};
