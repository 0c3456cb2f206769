import { diskSize } from '../../contract/disk-size';
import type { Drift, EventMessage, Params, SetupChange, VmChange } from '../../contract/messages';
import { someNames } from '../../contract/state/apart';
import { spaced } from '../../contract/state/spaced';
import { HARDWARE_NAMES } from '../hardware';
import { capital, counted, durationText, named } from '../wording';
import { alikeText } from './alike';
import { JOB_TITLES, STEP_RESULTS, STEP_TITLES, forwardText, leftText } from './jobs';
import { ENDED, HOST_REASONS, PROMISE_REASONS } from './reasons';
import { render } from './render';
import type { Texts } from './texts';

const isolated = (isIsolated: boolean): string => (isIsolated ? 'Isolated network' : 'Network');

export function vmChangeText(change: VmChange): string {
  switch (change.what) {
    case 'name':
      return `name from "${change.was}" to "${change.now}"`;
    case 'comment':
      return 'comment';
    case 'memoryMiB':
      return `memory from ${change.was} to ${change.now} MiB`;
    case 'cpus':
      return `CPUs from ${change.was} to ${change.now}`;
    case 'autostart':
      return `autostart ${change.now ? 'on' : 'off'}`;
    case 'hardware':
      return `${HARDWARE_NAMES[change.setting]} from ${change.was} to ${change.now}`;
  }
}

export function setupChangeText(change: SetupChange): string {
  switch (change.what) {
    case 'bond':
      return `bond ${change.nics.join(' and ')} as ${change.bond} (${change.mode})`;
    case 'attach':
      return `attach "${change.network}" ${change.nic === null ? 'without a NIC' : `to ${change.nic}`}`;
    case 'detach':
      return `detach "${change.network}"`;
    case 'removeBond':
      return `remove the bond ${change.bond}`;
  }
}

/** What differs on a host, as a clause. */
export function driftText({ kind, bridge, what, wanted, actual, port, vm, on }: Drift): string {
  const ofBridge = port === undefined ? bridge : `${port}, a port of ${bridge},`;
  const portOfVm = `${port ?? bridge}${vm === undefined ? '' : ` of VM ${vm}`}`;
  switch (kind) {
    case 'bridge_missing':
      return `the bridge ${bridge} is missing`;
    case 'renamed':
      return `the bridge ${bridge} was renamed to ${actual}`;
    case 'mark_missing':
      return `the ownership mark of ${bridge} was removed`;
    case 'seal_missing':
      return `the seal of ${bridge} is not in place (${actual})`;
    case 'ipv6_on':
      return `IPv6 was enabled on ${bridge}`;
    case 'port_ipv6_on':
      return `the host uses IPv6 on ${port ?? bridge}, a port of ${bridge}`;
    case 'port_options':
      return `${ofBridge} has ${actual} instead of ${wanted}`;
    case 'address_added':
      return `the host has the address ${actual} on ${port === undefined ? bridge : `${port}, a port of ${bridge}`}`;
    case 'foreign_port':
      return `${portOfVm} is plugged into ${bridge}, where it does not belong`;
    case 'tap_missing':
      return on === undefined
        ? `${portOfVm} is not plugged into ${bridge}`
        : `${portOfVm} is plugged into ${on}, not into ${bridge}`;
    case 'bridge_down':
      return `${bridge} is down`;
    case 'options':
      return `${bridge} has other bridge options (${actual})`;
    case 'mac':
      return `the MAC address of ${bridge} is ${actual} instead of ${wanted}`;
    case 'mtu':
      return `the MTU of ${bridge} is ${actual} instead of ${wanted}`;
    case 'not_wanted':
      return `${bridge} is no longer needed`;
    case 'orphan_seal':
      return `seal chains of the removed bridge ${bridge} are left`;
    case 'outside':
      return `the uplink behind ${bridge} is ${actual === 'none' ? 'not running' : 'no longer needed'}`;
    case 'forward':
      return `the forward of ${bridge} is not as configured`;
    case 'services':
      return `the DHCP and DNS server of ${bridge}: ${actual} instead of ${wanted}`;
    case 'tunnel':
      return `the ${what} of ${bridge}: ${actual} instead of ${wanted}`;
    case 'setup':
      return `${what}: ${actual} instead of ${wanted}`;
  }
}

const SESSION_ENDED: Record<Params<'session.ended'>['why'], string> = {
  idle: 'it was not used for 12 hours',
  link_reused: 'its sign-in link was used a second time',
  too_many: 'there were too many sessions',
};

const vmsAndNetworks = (vms: readonly string[], networks: readonly string[]): string =>
  someNames([...vms.map((each) => `VM ${each}`), ...networks.map((each) => `network ${each}`)]);
const onHost = ({ network, host }: { readonly network: string; readonly host: string }): string =>
  `Network ${network} on ${host}`;
const forwardSubject = (forward: Params<'forward.added'>): string => forwardText(forward).replace(/^t/, 'T');

/** Events: a sentence each, without a full stop. What an error says comes last, as it is. */
export const EVENT_TEXTS: Texts<Exclude<EventMessage['type'], 'text'>> = {
  'data_center.added': ({ dataCenter, isSimulated }) =>
    `Data center ${dataCenter} was created${isSimulated ? ' with simulated hosts' : ''}`,
  'data_center.updated': ({ dataCenter }) => `Data center ${dataCenter} was updated`,
  'data_center.removed': ({ dataCenter }) => `Data center ${dataCenter} was removed`,
  'cluster.added': ({ cluster }) => `Cluster ${cluster} was created`,
  'cluster.updated': ({ cluster }) => `Cluster ${cluster} was updated`,
  'cluster.removed': ({ cluster }) => `Cluster ${cluster} was removed`,
  'host.added': ({ host, kind }) => `Host ${host} (${kind}) was added`,
  'host.state': ({ host, state, reason }) =>
    `Host ${host} is ${state === 'maintenance' ? 'in maintenance' : spaced(state)}${reason === null ? '' : `: ${render(HOST_REASONS, reason)}`}`,
  'host.held': ({ host }) =>
    `Host ${host} is in maintenance because the database was restored from a backup and this host was not confirmed`,
  'host.not_kept': ({ host, error }) =>
    `Host ${host} will not create its networks automatically after a restart: ${error}`,
  'host.updated': ({ host, fingerprint }) =>
    `Host ${host} was updated${fingerprint === null ? '' : ` and host key ${fingerprint} confirmed`}`,
  'host.labelled': ({ host, labels }) =>
    `Host ${host} has ${labels.length === 0 ? 'no labels' : named('label', labels)}`,
  'host.removed': ({ host, left }) => `Host ${host} was removed${left === null ? '' : `; ${leftText(left)}`}`,
  'host.removed_with_vms': ({ host, vms }) => `Host ${host} was removed with its ${counted(vms, 'VM')}`,
  'host.networks_set_up': ({ host, changes }) =>
    `Networks of ${host} were set up: ${changes.length === 0 ? 'no change' : changes.map(setupChangeText).join(', ')}`,
  'host.imported': ({ host, vms, networks }) => `Imported from ${host}: ${vmsAndNetworks(vms, networks)}`,
  'host.taken_over': ({ host, store, vms, networks }) =>
    `Taken over from the database ${store} on ${host}: ${vms.length + networks.length === 0 ? 'what was left' : vmsAndNetworks(vms, networks)}`,
  'network.added': ({ network, isIsolated, clusters }) =>
    `${isolated(isIsolated)} ${network} was created${clusters.length === 0 ? '' : ` and attached to ${clusters.join(', ')}`}`,
  'network.imported': ({ network, host, isIsolated, bridge }) =>
    `${isolated(isIsolated)} ${network} was imported from the bridge ${bridge} of ${host}`,
  'network.updated': ({ network }) => `Network ${network} was updated`,
  'network.profile_added': ({ profile, network }) => `vNIC profile ${profile} of ${network} was created`,
  'network.profile_renamed': ({ profile, was, network }) =>
    `vNIC profile ${was} of ${network} was renamed to ${profile}`,
  'network.profile_removed': ({ profile, network }) => `vNIC profile ${profile} of ${network} was removed`,
  'network.services': ({ network, on }) =>
    on
      ? `Network ${network} now has addresses and names inside`
      : `Addresses and names of ${network} were switched off`,
  'network.stretched': ({ network, hosts }) =>
    hosts.length === 0
      ? `Network ${network} is no longer stretched: it is separate on each host`
      : `Network ${network} is stretched over ${someNames(hosts)}`,
  'tunnel.connected': ({ hosts, way }) =>
    `Stretched networks pass between ${someNames(hosts)}${way === 'direct' ? ' directly' : ', through this computer'}`,
  'tunnel.down': ({ hosts }) => `The tunnel between ${someNames(hosts)} is down`,
  'tunnel.key': ({ host }) => `The key of ${host} for stretched networks was replaced`,
  'network.rogue': ({ vm, mac, address, kind, dropped, ...params }) =>
    `${vm === null ? 'A guest' : `VM ${vm}`} (${mac}) ${kind === 'router' ? 'sends router advertisements' : 'answers DHCP requests'} as ${address}${dropped === true ? ', which are dropped' : ''}: ${onHost(params)}`,
  'network.range_full': ({ size, ...params }) =>
    `${onHost(params)}: ${size === 1 ? 'the only address of the range for unknown guests is' : `${size === 2 ? 'both' : `all ${size}`} addresses of the range for unknown guests are`} leased`,
  'network.removed': ({ network }) => `Network ${network} was removed`,
  'network.brought_back': ({ network }) => `Network ${network} was restored`,
  'network.attached': ({ network, cluster }) => `Network ${network} was attached to cluster ${cluster}`,
  'network.detached': ({ network, cluster }) => `Network ${network} was detached from cluster ${cluster}`,
  'network.deployed': (params) => `${onHost(params)} is deployed`,
  'network.many_deployed': ({ host, count, some }) =>
    `${counted(count, 'network')} are deployed on ${host}: ${some.join(', ')}${count > some.length ? ` and ${count - some.length} more` : ''}`,
  'network.deploy_failed': ({ error, ...params }) => `${onHost(params)} could not be deployed: ${error}`,
  'network.still_differs': (params) =>
    `${onHost(params)} could not be deployed: it still differs after the change, and Atoll retries automatically`,
  'network.in_sync': (params) => `${onHost(params)} is in sync`,
  'network.out_of_sync': (params) => `${onHost(params)} is out of sync with its setup`,
  'network.checked': ({ verdict, failed = 0, ...params }) =>
    `${onHost(params)} is ${verdict === 'unknown' ? 'not verified as isolated' : spaced(verdict)}` +
    (verdict === 'isolated' && failed > 0 ? `, but ${counted(failed, 'point')} of the check failed` : ''),
  'name.alike': (params) => capital(alikeText(params)),
  'network.noted': ({ note, ...params }) => `Note on ${params.network} on ${params.host}: ${note}`,
  'network.note_removed': ({ network, host }) => `The note on ${network} on ${host} was removed`,
  'network.apart': ({ vm, host, network, others }) =>
    `VM ${vm} on ${host} can't reach ${others.map((each) => `${someNames(each.vms)} on ${each.host}`).join(', ')}: they are all on "${network}", but each host has its own island`,
  'promise.added': ({ promise }) => `Promise "${promise}" was added`,
  'promise.updated': ({ promise }) => `Promise "${promise}" was changed`,
  'promise.removed': ({ promise }) => `Promise "${promise}" was removed`,
  'promise.broken': ({ promise, reason }) => `Promise "${promise}" is broken: ${render(PROMISE_REASONS, reason)}`,
  'promise.unknown': ({ promise, reason }) =>
    `Promise "${promise}" may not be kept: ${render(PROMISE_REASONS, reason)}`,
  'promise.no_subject': ({ promise, reason }) =>
    `Promise "${promise}" has no subject: ${render(PROMISE_REASONS, reason)}`,
  'promise.kept': ({ promise, seconds }) => `Promise "${promise}" is kept again, after ${durationText(seconds)}`,
  'promise.overridden': ({ promises }) =>
    `Promises were broken deliberately: ${promises.map((each) => `"${each}"`).join(', ')}`,
  'promise.group_set': ({ group, members }) => `The group ${group} was set to ${someNames(members)}`,
  'promise.group_removed': ({ group }) => `The group ${group} was removed`,
  'bridge.removed': ({ bridge, host }) => `Bridge ${bridge} was removed from ${host}`,
  'bridge.released': ({ bridge, host }) => `Bridge ${bridge} on ${host} was released to its owner`,
  'bridge.import_failed': ({ bridge }) =>
    `Bridge ${bridge} was not imported and is unchanged, because some VMs on it could not be imported`,
  'drift.detected': ({ drift, ...params }) =>
    `${onHost(params)} was changed outside Atoll: ${drift.map(driftText).join('; ')}`,
  'drift.repaired': (params) => `${onHost(params)} was repaired`,
  'drift.repair_failed': ({ error, ...params }) => `${onHost(params)} could not be repaired: ${error}`,
  'drift.still_differs': (params) =>
    `${onHost(params)} could not be repaired: it still differs after the change, and Atoll retries automatically`,
  'vm.added': ({ vm }) => `VM ${vm} was created`,
  'vm.brought_back': ({ vm }) => `VM ${vm} was restored`,
  'vm.bring_back_failed': ({ vm, error }) => `VM ${vm} could not be restored: ${error}`,
  'vm.updated': ({ vm, changes }) => `VM ${vm} was updated: ${changes.map(vmChangeText).join(', ')}`,
  'vm.placed': ({ vm, host }) => `VM ${vm} was assigned to ${host}`,
  'vm.removed': ({ vm }) => `VM ${vm} was removed`,
  'vm.removed_keeping_disks': ({ vm, files }) => `VM ${vm} was removed and its disks were kept: ${files.join(', ')}`,
  'vm.removed_to_trash': ({ vm, files }) =>
    `VM ${vm} was removed and its disks were moved to the trash: ${files.join(', ')}`,
  'vm.removed_with_host': ({ vm }) => `VM ${vm} was removed with its host`,
  'vm.forgotten_with_host': ({ vm }) => `VM ${vm} was forgotten with its host and stays there`,
  'vm.copy_removed': ({ vm, error }) => `VM ${vm} was removed because its disk could not be copied: ${error}`,
  'vm.state': ({ vm, state }) => `VM ${vm} is ${spaced(state)}`,
  'vm.starting': ({ vm }) => `VM ${vm} is starting`,
  'vm.restoring': ({ vm }) => `VM ${vm} is resuming from its saved state`,
  'vm.many_starting': ({ count }) => `${counted(count, 'VM')} are starting`,
  'vm.shut_down': ({ vm }) => `VM ${vm} has shut down`,
  'vm.stopped_for_maintenance': ({ vm }) => `VM ${vm} was stopped for maintenance`,
  'vm.unknown': ({ vm, host }) => `The state of VM ${vm} is unknown because its host ${host} does not respond`,
  'vm.ended': ({ vm, why, detail }) =>
    `VM ${vm} ended: ${ENDED[why]}${why === 'other' && detail !== null ? ` (${detail})` : ''}`,
  'vm.start_failed': ({ vm, error }) => `VM ${vm} could not be started: ${error}`,
  'vm.moved': ({ vm, from, to }) => `VM ${vm} was moved from ${from} to ${to}`,
  'vm.move_failed': ({ vm, host, error }) => `VM ${vm} could not be moved to ${host}: ${error}`,
  'vm.imported': ({ vm, state }) => `VM ${vm} was imported and is ${spaced(state)}`,
  'vm.import_failed': ({ vm, error }) => `VM ${vm} is unchanged because it could not be imported: ${error}`,
  'vm.forgotten': ({ vm }) => `VM ${vm} is no longer managed by Atoll and stays unchanged on its host`,
  'cdrom.added': ({ drive, vm, medium }) =>
    `CD drive ${drive} was added to ${vm}${medium === null ? '' : ` with ${medium}`}`,
  'cdrom.changed': ({ drive, vm, medium }) =>
    medium === null
      ? `The CD in ${drive} of ${vm} was ejected`
      : `The CD ${medium} was inserted into ${drive} of ${vm}`,
  'cdrom.removed': ({ drive, vm }) => `CD drive ${drive} was removed from ${vm}`,
  'vnic.added': ({ vnic, vm }) => `vNIC ${vnic} was added to ${vm}`,
  'vnic.removed': ({ vnic, vm }) => `vNIC ${vnic} was removed from ${vm}`,
  'vnic.plugged': ({ vnic, vm }) => `vNIC ${vnic} of ${vm} was plugged in`,
  'vnic.unplugged': ({ vnic, vm }) => `vNIC ${vnic} of ${vm} was unplugged`,
  'vnic.linked': ({ vnic, vm }) => `The link of vNIC ${vnic} of ${vm} was set up`,
  'vnic.unlinked': ({ vnic, vm }) => `The link of vNIC ${vnic} of ${vm} was set down`,
  'vnic.moved': ({ vnic, vm, network }) => `vNIC ${vnic} of ${vm} was moved to ${network ?? 'no network'}`,
  'disk.added': ({ disk, vm, bytes }) => `Disk ${disk} of ${diskSize(bytes)} was added to ${vm}`,
  'vm.exported': ({ vm, path }) => `VM ${vm} was exported to ${path}`,
  'vm.read_in': ({ vm, path, leftOut }) =>
    `VM ${vm} was imported from ${path}${leftOut.length === 0 ? '' : `; left out: ${leftOut.join(', ')}`}`,
  'disk.exported': ({ disk, vm, path }) => `Disk ${disk} of ${vm} was exported to ${path}`,
  'disk.resized': ({ disk, vm, bytes }) => `Disk ${disk} of ${vm} was resized to ${diskSize(bytes)}`,
  'disk.moved': ({ disk, from, to }) => `Disk ${disk} was moved from ${from} to ${to}`,
  'disk.removed': ({ disk, vm }) => `Disk ${disk} was removed from ${vm}`,
  'disk.brought_back': ({ disk, vm }) => `Disk ${disk} of ${vm} was restored`,
  'image.added': ({ image }) => `Image ${image} was added`,
  'image.renamed': ({ image, was }) => `Image ${was} was renamed to ${image}`,
  'image.removed': ({ image }) => `Image ${image} was removed`,
  'snapshot.added': ({ snapshot, vms, isStart }) =>
    `Snapshot ${snapshot} of ${counted(vms, 'VM')} was taken${isStart ? ' as the start snapshot' : ''}`,
  'snapshot.reverted': ({ snapshot, vms }) => `${counted(vms, 'VM')} reverted to snapshot ${snapshot}`,
  'snapshot.removed': ({ snapshot }) => `Snapshot ${snapshot} was deleted`,
  'snapshot.failed': ({ snapshot, error }) => `Snapshot ${snapshot} was not taken: ${error}`,
  'lab.reset': ({ count }) => `${counted(count, 'VM')} reset to the initial state`,
  'outside.enabled': ({ host }) => `The uplink of ${host} was enabled`,
  'outside.disabled': ({ host }) => `The uplink of ${host} was disabled`,
  'forward.added': (forward) => `${forwardSubject(forward)} was added`,
  'forward.removed': (forward) => `${forwardSubject(forward)} was removed`,
  'forward.opened': (forward) => `${forwardSubject(forward)} is open`,
  'forward.failed': ({ error, ...forward }) => `${forwardSubject(forward)} could not be opened: ${error}`,
  'job.queued': ({ title }) => `${render(JOB_TITLES, title)}: queued`,
  'job.interrupted': ({ title }) => `${render(JOB_TITLES, title)}: interrupted when the engine ended, and queued again`,
  'job.started': ({ title }) => `${render(JOB_TITLES, title)}: started`,
  'job.step': ({ title, state, result }) =>
    `${render({ ...JOB_TITLES, ...STEP_TITLES }, title)}: ${state}${result === null ? '' : ` (${render(STEP_RESULTS, result)})`}`,
  'job.finished': ({ title, state, error }) =>
    `${render(JOB_TITLES, title)}: ${state}${error === null ? '' : `: ${error}`}`,
  'engine.started': ({ version }) => `Atoll ${version} has started`,
  'engine.stopped': () => 'Atoll has stopped; hosts and VMs keep running',
  'session.opened': ({ browser }) => `A browser signed in: ${browser}`,
  'session.signed_out': ({ browser }) => `The session of ${browser} was signed out`,
  'session.ended': ({ browser, why }) => `The session of ${browser} has ended: ${SESSION_ENDED[why]}`,
  'session.link_reused': ({ browser, ended }) =>
    `A sign-in link was used twice, perhaps by someone else on this computer, the second time by ${browser}; ${
      ended === null ? 'the session it had opened had already ended' : `the session it had opened (${ended}) was ended`
    }`,
  'store.backed_up': ({ path }) => `The database was backed up to ${path}`,
  'store.backup_failed': ({ error }) => `The automatic backup failed: ${error}`,
  'store.backups_pruned': ({ backups }) => `Old backups were deleted: ${backups.join(', ')}`,
  'store.backup_removed': ({ backup }) => `The backup ${backup} was deleted`,
  'store.backup_rule': ({ automatic, everyHours, keep }) =>
    automatic
      ? `Automatic backups are on: every ${counted(everyHours, 'hour')}, keeping ${keep}`
      : 'Automatic backups are off',
  'store.restored': ({ from, kept, connect }) =>
    `The database was restored from ${from}; ${connect ? 'its hosts are connected' : 'its hosts stay in maintenance until they are activated'}${
      kept === null ? '' : `; the previous database is kept as ${kept}`
    }`,
  'folder.allowed': ({ folder }) => `The app may now use files in ${folder}`,
  'folder.removed': ({ folder }) => `The app may no longer use files in ${folder}`,
  'api.enabled': ({ url }) => `The oVirt API was enabled at ${url}`,
  'api.disabled': () => 'The oVirt API was disabled',
  'api.password': () => 'The password of the oVirt API was changed',
};
