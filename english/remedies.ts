import { sizeText } from '../contract/disk-size';
import type { Action, Remedy, RemedyInputs, RemedyProcedure } from '../contract/model/remedy';
import { shellCommand } from '../contract/shell-word';

/** How one action is called, and what a person types for it after `atoll`. */
interface Words<P extends RemedyProcedure> {
  /** In the imperative, as on a button. */
  readonly label: string;
  argv(input: RemedyInputs[P]): readonly string[];
}

/** What stands for a value that is not known. */
const or = (value: string | undefined, placeholder: string): string => value ?? placeholder;

const each = (option: string, values: readonly string[] | undefined): string[] =>
  (values ?? []).flatMap((value) => [option, value]);
const flag = (option: string, given: true | undefined): string[] => (given ? [option] : []);
const value = (option: string, given: string | undefined): string[] => (given === undefined ? [] : [option, given]);

/** A command: its words, its arguments, its options. An argument that begins with a dash stands behind `--`. */
function command(words: string, args: readonly string[] = [], options: readonly string[] = []): string[] {
  const dashed = args.some((arg) => arg.startsWith('-'));
  return [...words.split(' '), ...(dashed ? [...options, '--', ...args] : [...args, ...options])];
}

const of = <P extends RemedyProcedure>(label: string, argv: Words<P>['argv']): Words<P> => ({ label, argv });

const WORDS: { readonly [P in RemedyProcedure]: Words<P> } = {
  'hosts.list': of('List the hosts', () => command('host list')),
  'hosts.show': of('Show the host', ({ host }) => command('host show', [or(host, 'HOST')])),
  'hosts.add': of('Add a host', ({ how }) =>
    command('host add', ['NAME'], how ? ['--lab'] : ['--ssh', 'USER@ADDRESS']),
  ),
  'hosts.activate': of('Activate the host', ({ host }) => command('host activate', [or(host, 'HOST')])),
  'hosts.maintenance': of('Put the host into maintenance', ({ host, stopVms }) =>
    command('host maintenance', [or(host, 'HOST')], flag('--stop-vms', stopVms)),
  ),
  'hosts.sync': of('Sync the host', ({ host }) => command('host sync', [or(host, 'HOST')])),
  'hosts.check': of('Check the host', ({ host }) => command('host check', [or(host, 'HOST')])),
  'hosts.unlock': of('Enter the password again', ({ host }) => command('host unlock', [or(host, 'HOST')])),
  'hosts.update': of('Confirm the host key', ({ host, fingerprint, place }) => {
    const key = or(fingerprint, 'SHA256:...');
    return command('host update', [or(host, 'HOST')], ['--fingerprint', place === undefined ? key : `${place}=${key}`]);
  }),
  'hosts.label': of('Label the host', ({ host, add }) =>
    command('host label', [or(host, 'HOST')], each('--add', add ?? ['LABEL'])),
  ),
  'hosts.setupNetworks': of('Set up the networks of the host', ({ host, attach, detach }) =>
    command(
      'host setup-networks',
      [or(host, 'HOST')],
      [
        ...each(
          '--attach',
          attach?.map(({ network, nic }) => `${or(network, 'NETWORK')}=${or(nic, 'NIC')}`),
        ),
        ...each('--detach', detach),
      ],
    ),
  ),
  'hosts.import': of('Import from the host', ({ host, vms, bridges, withVms }) =>
    command(
      'host import',
      [or(host, 'HOST')],
      [...each('--vm', vms), ...each('--bridge', bridges), ...flag('--with-vms', withVms)],
    ),
  ),
  'hosts.takeOver': of('Take over the host', ({ host, dryRun }) =>
    command('host take-over', [or(host, 'HOST')], flag('--dry-run', dryRun)),
  ),
  'hosts.remove': of('Remove the host', ({ host, force, keep, forgetVms }) =>
    command(
      'host remove',
      [or(host, 'HOST')],
      [...flag('--force', force), ...flag('--keep', keep), ...flag('--forget-vms', forgetVms)],
    ),
  ),
  'hosts.nics': of('List the NICs of the host', ({ host }) => command('host nics', [or(host, 'HOST')])),
  'labs.list': of('List the labs', () => command('lab list')),
  'labs.remove': of('Remove the lab with its VMs', ({ lab }) => command('lab remove', [or(lab, 'LAB')])),
  'networks.list': of('List the networks', () => command('network list')),
  'networks.show': of('Show the network', ({ network }) => command('network show', [or(network, 'NETWORK')])),
  'networks.attach': of('Attach the network to the cluster', ({ network, cluster }) =>
    command('network attach', [or(network, 'NETWORK')], ['--cluster', or(cluster, 'CLUSTER')]),
  ),
  'networks.detach': of('Detach the network from the cluster', ({ network, cluster }) =>
    command('network detach', [or(network, 'NETWORK')], ['--cluster', or(cluster, 'CLUSTER')]),
  ),
  'networks.placeTogether': of('Place the VMs together', ({ network, host, stopVms }) =>
    command(
      'network place-together',
      [or(network, 'NETWORK')],
      [...value('--host', host), ...flag('--stop-vms', stopVms)],
    ),
  ),
  'networks.stretch': of('Stretch the network', ({ network }) =>
    command('network stretch', [or(network, 'NETWORK')], []),
  ),
  'networks.check': of('Check the isolation', ({ network, probe }) =>
    command('network check', [or(network, 'NETWORK')], flag('--probe', probe)),
  ),
  'outside.enable': of('Enable the uplink of the lab', ({ host }) => command('outside enable', [or(host, 'HOST')])),
  'outside.disable': of('Disable the uplink of the lab', ({ host }) => command('outside disable', [or(host, 'HOST')])),
  'forwards.list': of('List the forwards', ({ vm }) => command('forward list', vm === undefined ? [] : [vm])),
  'vms.list': of('List the VMs', () => command('vm list')),
  'vms.show': of('Show the VM', ({ vm }) => command('vm show', [or(vm, 'VM')])),
  'vms.add': of('Create a VM', () => command('vm add', ['NAME'])),
  'vms.start': of('Start the VM', ({ vm }) => command('vm start', [or(vm, 'VM')])),
  'vms.stop': of('Stop the VM', ({ vm }) => command('vm stop', [or(vm, 'VM')])),
  'vms.shutdown': of('Shut down the VM', ({ vm }) => command('vm shutdown', [or(vm, 'VM')])),
  'vms.resume': of('Resume the VM', ({ vm }) => command('vm resume', [or(vm, 'VM')])),
  'vms.move': of('Move the VM', ({ vm, host, carry, leave }) =>
    command(
      'vm move',
      [or(vm, 'VM')],
      ['--host', or(host, 'HOST'), ...each('--carry', carry), ...each('--leave', leave)],
    ),
  ),
  'vms.placement': of('Show suitable hosts', ({ vm, move }) =>
    command('vm placement', [or(vm, 'VM')], flag('--move', move)),
  ),
  'vms.additions': of('List the parts of the definition', ({ vm }) => command('vm additions', [or(vm, 'VM')])),
  'vms.remove': of('Remove the VM', ({ vm }) => command('vm remove', [or(vm, 'VM')])),
  'vms.forget': of('Forget the VM', ({ vm }) => command('vm forget', [or(vm, 'VM')])),
  'vnics.list': of('List the vNICs', ({ vm }) => command('vnic list', vm === undefined ? [] : [vm])),
  'vnics.add': of('Add a vNIC', ({ vm, network }) =>
    command('vnic add', [or(vm, 'VM')], ['--network', or(network, 'NETWORK')]),
  ),
  'vnics.unplug': of('Unplug the vNIC', ({ vm, vnic }) => command('vnic unplug', [or(vm, 'VM'), or(vnic, 'NIC')])),
  'vnics.plug': of('Plug in the vNIC', ({ vm, vnic }) => command('vnic plug', [or(vm, 'VM'), or(vnic, 'NIC')])),
  'vnics.link': of('Set the link up', ({ vm, vnic }) => command('vnic link', ['up', or(vm, 'VM'), or(vnic, 'NIC')])),
  'disks.list': of('List the disks', ({ vm }) => command('disk list', vm === undefined ? [] : [vm])),
  'disks.resize': of('Grow the disk', ({ vm, disk, sizeBytes }) =>
    command('disk resize', [or(vm, 'VM'), or(disk, 'DISK'), sizeBytes === undefined ? 'SIZE' : sizeText(sizeBytes)]),
  ),
  'disks.remove': of('Remove the disk', ({ vm, disk }) => command('disk remove', [or(vm, 'VM'), or(disk, 'DISK')])),
  'images.list': of('List the images', () => command('image list')),
  'images.add': of('Add an image', () => command('image add', ['NAME', 'FILE'])),
  'snapshots.list': of('List the snapshots', ({ host, vm }) =>
    command('snapshot list', [], [...value('--host', host), ...value('--vm', vm)]),
  ),
  'snapshots.remove': of('Delete the snapshot', ({ snapshot }) =>
    command('snapshot remove', [or(snapshot, 'SNAPSHOT')]),
  ),
  'promises.list': of('List the promises', () => command('promise list')),
  'promises.show': of('Show the promise', ({ promise }) => command('promise show', [or(promise, 'PROMISE')])),
  'jobs.list': of('List the jobs', () => command('job list')),
  'jobs.show': of('Show the job', ({ job }) => command('job show', [or(job, 'JOB')])),
  'jobs.follow': of('Wait for the job', ({ job }) => command('job wait', [or(job, 'JOB')])),
  'jobs.retry': of('Retry the job', ({ job }) => command('job retry', [or(job, 'JOB')])),
  'events.list': of('List the events', () => command('event list')),
  'undo.list': of('List what can be undone', () => command('undo', [], ['--list'])),
  'undo.run': of('Undo the last change', () => command('undo')),
  'trash.empty': of('Empty the trash', () => command('trash empty')),
  'backups.list': of('List the backups', () => command('backup list')),
  'labfile.export': of('Export an example', () => command('export')),
  'labfile.apply': of('Apply the lab file', ({ allowFiles }) =>
    command('apply', ['FILE'], flag('--allow-files', allowFiles)),
  ),
  'folders.allow': of('Allow the folder', ({ path }) => command('folder allow', [or(path, 'DIR')])),
  'demo.add': of('Run the demo', ({ outside }) => command('demo', [], flag('--outside', outside))),
  'system.doctor': of('Run Doctor', () => command('doctor')),
  'system.link': of('Create a link', () => command('link')),
  'system.stop': of('Stop the engine', () => command('stop')),
  'system.backup': of('Back up the database', () => command('backup', ['FILE'])),
  'system.restore': of('Restore a backup', ({ path }) => command('restore', [or(path, 'FILE')])),
  'app.start': of('Start Atoll', () => command('start')),
};

const wordsOf = ({ procedure }: Action): Words<RemedyProcedure> => WORDS[procedure] as Words<RemedyProcedure>;

/** What an action is called. */
export const labelOf = (action: Action): string => wordsOf(action).label;

/** What a person types for it, behind `atoll`; for a value that is not known stands a word in capitals. */
export const argvOf = (action: Action): readonly string[] => wordsOf(action).argv(action.input);

/** The whole command line, quoted for a shell. */
export const commandOf = (action: Action): string => shellCommand(['atoll', ...argvOf(action)]);

/** A remedy in a terminal: `Wait until it answers. Activate the host: atoll host activate node1`. */
export const hintOf = ({ note, action }: Remedy): string =>
  [note, action && `${labelOf(action)}: ${commandOf(action)}`].filter((part) => part !== null).join(' ');

/** A remedy where nothing can be typed or clicked: `Wait until it answers. Activate the host.` */
export const remedyText = ({ note, action }: Remedy): string =>
  [note, action && `${labelOf(action)}.`].filter((part) => part !== null).join(' ');
