import { diskSize } from '../../contract/disk-size';
import { FORWARD_ADDRESS } from '../../contract/model/forward-address';
import type { JobTitle, LeftOnHost, Params, StepResult, StepTitle } from '../../contract/messages';
import { mebibytes } from '../../contract/mebibytes';
import { BOOT_DISK } from '../../contract/model/boot-disk';
import { shellCommand } from '../../contract/shell-word';
import { someNames } from '../../contract/state/apart';
import { spaced } from '../../contract/state/spaced';
import { VM_VERB_WORDS } from '../vm-verbs';
import { capital, counted, named } from '../wording';
import type { Texts } from './texts';

const on = (network: string | null): string => (network === null ? '' : ` on ${network}`);

/** A forward by its two ends. */
export const forwardText = ({ vm, protocol, hostPort, guestPort }: Params<'forward.added'>): string =>
  `the forward of ${protocol} ${FORWARD_ADDRESS}:${hostPort} to port ${guestPort} of ${vm}`;

/** Titles of jobs: what is done, as a command. */
export const JOB_TITLES: Texts<Exclude<JobTitle['type'], 'text'>> = {
  'vms.start': ({ vm }) => `Start VM ${vm}`,
  'vms.act': ({ vm, verb }) => `${capital(VM_VERB_WORDS[verb])} VM ${vm}`,
  'vms.move': ({ vm, host }) => `Move VM ${vm} to ${host}`,
  'vms.export': ({ vm }) => `Export VM ${vm}`,
  'vms.import': ({ vm }) => `Import VM ${vm}`,
  'vms.clone': ({ from, to }) => `Clone VM ${from} as ${to}`,
  'vms.remove': ({ vm }) => `Remove VM ${vm}`,
  'vms.forget': ({ vm }) => `Forget VM ${vm}`,
  'vms.bring_back': ({ vm }) => `Restore VM ${vm}`,
  'cdroms.change': ({ drive, vm, medium }) =>
    medium === null ? `Eject ${drive} of ${vm}` : `Insert ${medium} into ${drive} of ${vm}`,
  'vnics.add': ({ vnic, vm, network }) => `Add ${vnic} to ${vm}${on(network)}`,
  'vnics.bring_back': ({ vnic, vm }) => `Restore ${vnic} of ${vm}`,
  'vnics.plug': ({ vnic, vm }) => `Plug ${vnic} into ${vm}`,
  'vnics.unplug': ({ vnic, vm }) => `Unplug ${vnic} from ${vm}`,
  'vnics.link': ({ vnic, vm, up }) => `Set the link of ${vnic} of ${vm} ${up ? 'up' : 'down'}`,
  'vnics.move': ({ vnic, vm, network }) => `Move ${vnic} of ${vm} to ${network ?? 'no network'}`,
  'vnics.remove': ({ vnic, vm }) => `Remove ${vnic} from ${vm}`,
  'disks.add': ({ disk, vm }) => `Add the disk ${disk} to ${vm}`,
  'disks.export': ({ disk, vm }) => `Export the disk ${disk} of ${vm}`,
  'disks.import': ({ disk, vm }) => `Import the disk ${disk} of ${vm}`,
  'disks.resize': ({ disk, vm, bytes }) => `Resize the disk ${disk} of ${vm} to ${diskSize(bytes)}`,
  'disks.move': ({ disk, from, to }) => `Move the disk ${disk} from ${from} to ${to}`,
  'disks.remove': ({ disk, vm }) => `Remove the disk ${disk} from ${vm}`,
  'disks.bring_back': ({ disk, vm }) => `Restore the disk ${disk} of ${vm}`,
  'snapshots.add': ({ snapshot }) => `Take snapshot ${snapshot}`,
  'snapshots.revert': ({ snapshot }) => `Revert to snapshot ${snapshot}`,
  'snapshots.remove': ({ snapshot }) => `Delete snapshot ${snapshot}`,
  'labs.reset': ({ host }) => `Reset ${host}`,
  'labs.clone': ({ host }) => `Clone ${host}`,
  'labs.stop': ({ host }) => `Stop lab ${host}`,
  'labs.remove': ({ host }) => `Remove lab ${host}`,
  'labs.remove_folder': ({ folder }) => `Remove lab folder ${folder}`,
  'networks.add': ({ network }) => `Create network ${network}`,
  'networks.add_many': ({ count }) => `Create ${counted(count, 'network')}`,
  'networks.stretch': ({ network }) => `Stretch ${network}`,
  'networks.unstretch': ({ network }) => `Separate ${network} on its hosts`,
  'networks.try_direct': ({ network }) => `Try direct tunnels of ${network}`,
  'networks.services': ({ network }) => `Set up addresses and names of ${network}`,
  'networks.update': ({ network }) => `Update network ${network}`,
  'networks.attach': ({ network, cluster }) => `Attach network ${network} to cluster ${cluster}`,
  'networks.detach': ({ network, cluster }) => `Detach network ${network} from cluster ${cluster}`,
  'networks.remove': ({ network }) => `Remove network ${network}`,
  'networks.remove_many': ({ count }) => `Remove ${counted(count, 'network')}`,
  'networks.bring_back': ({ network }) => `Restore network ${network}`,
  'networks.sync': ({ network }) => `Sync network ${network}`,
  'networks.place_together': ({ network, host }) => `Place the VMs of ${network} together on ${host}`,
  'hosts.add': ({ host }) => `Add host ${host}`,
  'hosts.activate': ({ host }) => `Activate host ${host}`,
  'hosts.unlock': ({ host }) => `Unlock host ${host}`,
  'hosts.connect_by_new_key': ({ host }) => `Connect host ${host} with its new key`,
  'hosts.label': ({ host }) => `Label host ${host}`,
  'hosts.sync': ({ host }) => `Sync host ${host}`,
  'hosts.set_up_networks': ({ host }) => `Set up the networks of ${host}`,
  'hosts.rotate_key': ({ host }) => `Replace the tunnel key of ${host}`,
  'hosts.maintenance': ({ host }) => `Put host ${host} into maintenance`,
  'hosts.remove': ({ host }) => `Remove host ${host}`,
  'hosts.import': ({ host, vms, bridges }) => `Import ${someNames([...vms, ...bridges])} from ${host}`,
  'hosts.take_over': ({ host, vms, bridges }) =>
    `Take over ${vms.length + bridges.length === 0 ? host : `${someNames([...vms, ...bridges])} on ${host}`}`,
  'imports.release': () => 'Release what was imported',
  'clusters.sync': ({ cluster }) => `Sync cluster ${cluster}`,
  'demo.add': ({ host }) => `Create the demo on ${host}`,
  'demo.remove': ({ host }) => `Remove the demo on ${host}`,
  'scenario.add': ({ scenario }) => `Create the scenario "${scenario}"`,
  'scenario.remove': ({ scenario }) => `Remove the scenario "${scenario}"`,
  'scenario.reset': ({ scenario }) => `Reset the scenario "${scenario}"`,
  'labfile.apply': ({ dataCenter }) => `Apply a file to the data center ${dataCenter}`,
  'images.add': ({ image }) => `Add image ${image}`,
  'images.from_vm': ({ image, vm }) => `Make image ${image} from VM ${vm}`,
  'images.remove': ({ image }) => `Remove image ${image}`,
  'forwards.add': (forward) => `Open ${forwardText(forward)}`,
  'forwards.remove': (forward) => `Close ${forwardText(forward)}`,
  'outside.enable': ({ host }) => `Enable the uplink of ${host}`,
  'outside.disable': ({ host }) => `Disable the uplink of ${host}`,
  'trash.empty': () => 'Empty the trash',
  'system.remedy': ({ check }) => `Fix ${check}`,
};

/** Titles of steps that are not titles of jobs. */
export const STEP_TITLES: Texts<Exclude<StepTitle['type'], JobTitle['type']>> = {
  'step.host.set_up': ({ host }) => `Set up ${host}`,
  'step.host.sync': ({ host }) => `Sync ${host}`,
  'step.host.connect': ({ host }) => `Connect to ${host}`,
  'step.host.validate': ({ host }) => `Validate the isolated networks of ${host}`,
  'step.host.bring_up': ({ host }) => `Bring up ${host}`,
  'step.host.clean': ({ host }) => `Remove what Atoll created on ${host}`,
  'step.host.keep': ({ host }) => `Leave what Atoll created on ${host}`,
  'step.host.next_key': ({ host }) => `Create the next key of ${host}`,
  'step.host.announce_key': ({ host }) => `Announce the next key of ${host} to the other hosts`,
  'step.host.use_key': ({ host }) => `Use the next key of ${host}`,
  'step.host.forget': ({ host }) => `Forget ${host}`,
  'step.host.release': ({ host }) => `Disconnect from ${host}`,
  'step.host.change_networks': ({ host }) => `Change the networks of ${host}`,
  'step.host.validate_networks': ({ host }) => `Validate the networks of ${host}`,
  'step.host.release_bridges': ({ host }) => `Release bridges on ${host}`,
  'step.host.take_over_bridges': ({ host, bridges }) => `Take over ${bridges.join(', ')} on ${host}`,
  'step.host.note_nics': ({ host }) => `Record the NICs of a VM on ${host}`,
  'step.host.delete_trash': ({ host, count }) => `Delete the disks of ${counted(count, 'removed VM')} on ${host}`,
  'step.host.delete_snapshot': ({ host }) => `Delete its data on ${host}`,
  'step.host.add_networks': ({ host, count }) => `Set up ${counted(count, 'network')} on ${host}`,
  'step.take_over.check_store': () => 'Check that the other database is not in use',
  'step.take_over.remove_rest': ({ host }) => `Remove what the other database keeps on ${host}`,
  'step.lab.stop_processes': () => 'Stop its processes',
  'step.lab.remove_folder': () => 'Remove the unused folder',
  'step.vm.set_up_networks': ({ host }) => `Set up its networks on ${host}`,
  'step.vm.define': ({ host }) => `Define it on ${host}`,
  'step.vm.start_defined': ({ host }) => `Start it on ${host}`,
  'step.vm.start': ({ vm, host }) => `Start ${vm}${on(host)}`,
  'step.vm.stop': ({ vm }) => `Stop ${vm}`,
  'step.vm.shutdown': ({ vm }) => `Shut down ${vm}`,
  'step.vm.act': ({ vm, verb, host }) => `${capital(VM_VERB_WORDS[verb])} ${vm}${on(host)}`,
  'step.vm.wait_until_off': () => 'Wait until it is off',
  'step.vm.remove': ({ vm, host }) => `Remove ${vm} from ${host}`,
  'step.vm.forget': ({ vm }) => `Forget ${vm}`,
  'step.vm.mark': ({ vm, host }) => `Mark ${vm} on ${host}`,
  'step.vm.inspect_disks': ({ host }) => `Inspect its disks on ${host}`,
  'step.vm.copy_disks': ({ host }) => `Copy them to ${host}`,
  'step.vm.unpack': ({ path }) => `Read ${path}`,
  'step.vm.define_copy': ({ host }) => `Define it on ${host}`,
  'step.vm.remove_source': ({ host }) => `Remove it from ${host}`,
  'step.vm.move': ({ vm, host }) => `Move ${vm} to ${host}`,
  'step.vm.restore_disks': ({ host }) => `Restore its disks on ${host}`,
  'step.vm.copy_disk': ({ from, to }) => `Copy the disk of ${from} for ${to}`,
  'step.vm.reset': ({ vm }) => `Reset ${vm} to its initial state`,
  'step.vm.revert': ({ vm }) => `Revert ${vm}`,
  'step.vm.snapshot': ({ vm }) => `Save ${vm}`,
  'step.snapshot.inspect': () => 'Inspect their disks',
  'step.snapshot.freeze': ({ count }) => `Pause ${counted(count, 'running VM')}`,
  'step.snapshot.resume': () => 'Resume them',
  'step.snapshot.networks': () => 'Set up their networks',
  'step.snapshot.forget': () => 'Remove it from the list',
  'step.networks.remove': ({ networks }) => `Remove the ${named('network', networks)}`,
  'step.scenario.write': ({ networks, hosts, vms }) =>
    `Create ${counted(networks, 'network')}, ${counted(hosts, 'host')} and ${counted(vms, 'VM')}`,
  'step.scenario.start': ({ host, vms }) => `Set up ${host} and start its ${counted(vms, 'VM')}`,
  'step.scenario.clear_hosts': () => 'Remove the hosts and their VMs',
  'step.scenario.clear_place': () => 'Remove the networks and the data center',
  'step.image.copy': ({ path }) => `Copy ${path}`,
  'step.image.from_vm': ({ disk, vm }) => `Copy the ${disk === BOOT_DISK ? 'boot disk' : `disk ${disk}`} of ${vm}`,
  'step.image.delete': ({ image }) => `Delete the file of ${image}`,
  'step.command': ({ argv }) => shellCommand(argv),
};

const reconciled = ({ deployed, removed }: Params<'result.reconciled'>): string => {
  const parts = [
    ...(deployed > 0 ? [`${counted(deployed, 'network')} set up`] : []),
    ...(removed > 0 ? [`${counted(removed, 'bridge')} removed`] : []),
  ];
  return parts.length > 0 ? parts.join(', ') : 'nothing to change';
};

const withFiles = (words: string, files: readonly string[]): string =>
  files.length === 0 ? words : `${words}: ${files.join(', ')}`;

/** What is left on a host, and how a person removes it there. */
export function leftText({ bridges, cleanUp }: LeftOnHost, host = 'it'): string {
  const some = bridges.slice(0, 5).join(', ') + (bridges.length > 5 ? ` and ${bridges.length - 5} more` : '');
  const what =
    bridges.length === 0
      ? `no known bridge is left on ${host}`
      : `left on ${host}: ${bridges.length === 1 ? 'bridge' : 'bridges'} ${some}`;
  return cleanUp === null ? what : `${what}; to remove it there, run: ${cleanUp}`;
}

/** What steps come to, as it is shown behind or under their titles. */
export const STEP_RESULTS: Texts<Exclude<StepResult['type'], 'text'>> = {
  'result.failed': ({ error }) => error,
  'result.cancelled': () => 'cancelled',
  'result.interrupted': () => 'interrupted when the engine ended; runs again',
  'result.progress': ({ file, done, total }) =>
    `${file === null ? '' : `copying ${file}: `}${mebibytes(done)} of ${mebibytes(total)}`,
  'result.output': ({ output }) => output,
  'result.reconciled': reconciled,
  'result.hosts_reconciled': ({ hosts }) =>
    reconciled({
      deployed: hosts.reduce((sum, { deployed }) => sum + deployed, 0),
      removed: hosts.reduce((sum, { removed }) => sum + removed, 0),
    }),
  'result.setup_changed': ({ count }) => `${counted(count, 'change')} made`,
  'result.already_removed': () => 'already removed',
  'result.vm_removed': () => 'the VM was removed',
  'result.host_removed': () => 'the host was removed',
  'result.host_in_maintenance': () => 'the host is in maintenance; the change follows when it is activated',
  'result.host_active_again': () => 'the host was activated in the meantime, so its lab keeps running',
  'result.vnic_removed': () => 'the vNIC was removed',
  'result.disk_removed': () => 'the disk was removed',
  'result.vm_exported': ({ path, bytes }) => `${path}, ${diskSize(bytes)}`,
  'result.vm_unpacked': ({ bytes, leftOut }) =>
    `${diskSize(bytes)}${leftOut.length === 0 ? '' : `; left out: ${leftOut.join(', ')}`}`,
  'result.disk_exported': ({ path, bytes }) => `${path}, ${diskSize(bytes)}`,
  'result.disk_created': ({ path, bytes }) => `${path}, ${diskSize(bytes)}`,
  'result.already_running': () => 'already running',
  'result.not_running': () => 'not running',
  'result.no_networks': () => 'it has no networks',
  'result.defined': ({ memoryMiB, vnics }) => `${memoryMiB} MiB, ${counted(vnics, 'vNIC')}`,
  'result.saved_state': () => 'resumes from its saved state',
  'result.resumed': () => 'it was paused and continues',
  'result.stopped_after': ({ seconds }) => `stopped: its guest had not powered off within ${seconds} s`,
  'result.in_state': ({ state, already }) => `${already ? 'already ' : ''}${spaced(state)}`,
  'result.already_there': () => 'already there',
  'result.nothing_to_copy': () => 'nothing to copy',
  'result.to_copy': ({ files, bytes }) => `${counted(files, 'file')}, ${mebibytes(bytes)}`,
  'result.copied': ({ files, bytes }) =>
    `${mebibytes(bytes)} copied, ${counted(files, 'file')} verified by size and SHA-256`,
  'result.parts': ({ carried, left }) =>
    [
      ...(carried.length > 0 ? [`kept: ${carried.join(', ')}`] : []),
      ...(left.length > 0 ? [`left out: ${left.join(', ')}`] : []),
    ].join('; '),
  'result.nothing_left': () => 'nothing is left there',
  'result.left_behind': ({ error }) => `${error}; what is left there is removed when the host responds again`,
  'result.disks_kept': ({ files }) => withFiles('disks kept', files),
  'result.disks_in_trash': ({ files }) => withFiles('disks moved to the trash', files),
  'result.nothing_to_restore': () => 'nothing to restore',
  'result.nothing_to_fix': () => 'nothing to fix',
  'result.trash_empty': () => 'already empty',
  'result.import_undone': () => 'the import was undone',
  'result.cleaned': ({ vms, bridges }) => `${counted(vms, 'VM')} and ${counted(bridges, 'bridge')} removed`,
  'result.forced': ({ error, left }) => `${error === null ? '' : `forced: ${error}; `}${leftText(left)}`,
  'result.no_disk': () => 'it has no disk or memory',
  'result.with_memory': () => 'with its memory',
  'result.none_running': () => 'none were running',
  'result.never_ran': () => 'it never ran',
  'result.vms_started': ({ count }) => `${counted(count, 'VM')} started`,
  'result.hosts_removed': ({ done, total }) =>
    done === total ? counted(total, 'host') : `${done} of ${counted(total, 'host')}`,
  'result.already_added': () => 'already added',
  'result.image_made': ({ bytes, virtualBytes }) =>
    `${mebibytes(bytes)} on disk, ${mebibytes(virtualBytes)} for a guest`,
  'result.image_copied': ({ bytes, format }) => `${mebibytes(bytes)} copied, ${format}`,
  'result.forward_pending': () => 'it opens when the VM runs and has an address on the network outside',
};
