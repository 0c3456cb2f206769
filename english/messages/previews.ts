import { diskSize } from '../../contract/disk-size';
import { shellCommand } from '../../contract/shell-word';
import type { Params, PreviewLine } from '../../contract/messages';
import { someNames } from '../../contract/state/apart';
import { spaced } from '../../contract/state/spaced';
import { VM_VERB_WORDS } from '../vm-verbs';
import { counted } from '../wording';
import { alikeText } from './alike';
import { setupChangeText, vmChangeText } from './events';
import { forwardText, leftText } from './jobs';
import { PLACEMENT_REASONS, PROMISE_REASONS, PROMISE_STATES } from './reasons';
import { render } from './render';
import type { Texts } from './texts';

const onNetwork = (network: string | null): string => (network === null ? '' : ` on "${network}"`);
const DISKS: Record<Params<'preview.vm.remove'>['disks'], string> = {
  keep: ' and keep its disks',
  trash: ' and move its disks to the trash',
  delete: ' and its disks',
};
const FILES: Record<Params<'preview.labfile.file'>['use'], string> = {
  cd: 'CD image',
  kernel: 'kernel',
  initrd: 'initrd',
};
const KEYS: Record<NonNullable<Params<'preview.restore.host'>['key']>, string> = {
  known: ', host key known',
  changed: ', HOST KEY CHANGED: the one in the backup differs from known_hosts',
  unknown: ', host key unknown: it must be confirmed',
};

function hostPlace({ kind, at, jump }: Params<'preview.restore.host'>): string {
  switch (kind) {
    case 'ssh':
      return `${at ?? 'an address'} over SSH${jump === null ? '' : ` via ${jump}`}`;
    case 'local':
      return 'this computer';
    case 'lab':
      return 'a lab on this computer';
    case 'simulated':
      return 'simulated';
  }
}

/** What a command would do: a command each, without a full stop. */
export const PREVIEW_LINES: Texts<PreviewLine['type']> = {
  'preview.nothing': () => 'change nothing',
  'preview.job.retry': () => 'run the job again',
  'preview.job.cancel': () => 'cancel the job',

  'preview.data_center.add': ({ dataCenter }) => `create the data center "${dataCenter}"`,
  'preview.data_center.update': ({ dataCenter }) => `update the data center "${dataCenter}"`,
  'preview.data_center.comment': ({ dataCenter }) => `change the comment of the data center "${dataCenter}"`,
  'preview.data_center.remove': ({ dataCenter }) => `remove the data center "${dataCenter}"`,
  'preview.cluster.add': ({ cluster }) => `create the cluster "${cluster}"`,
  'preview.cluster.update': ({ cluster }) => `update the cluster "${cluster}"`,
  'preview.cluster.comment': ({ cluster }) => `change the comment of the cluster "${cluster}"`,
  'preview.cluster.remove': ({ cluster }) => `remove the cluster "${cluster}"`,
  'preview.cluster.sync': ({ cluster, hosts }) => `sync the networks of ${counted(hosts, 'host')} of "${cluster}"`,

  'preview.host.add': ({ host, kind, cluster }) =>
    `add the ${kind} host "${host}" to the cluster "${cluster}", connect it and deploy the cluster's isolated networks`,
  'preview.host.activate': ({ host }) =>
    `activate the host "${host}": connect it, and create what is missing before it is up`,
  'preview.host.maintenance': ({ host }) => `put the host "${host}" into maintenance`,
  'preview.host.sync': ({ host }) => `sync the networks of "${host}"`,
  'preview.host.update': ({ host }) => `update the host "${host}"`,
  'preview.host.comment': ({ host }) => `change the comment of the host "${host}"`,
  'preview.host.key': ({ fingerprint }) => `accept ${fingerprint} as its host key if the host presents it`,
  'preview.host.label': ({ host, label }) => `add the label ${label} to "${host}"`,
  'preview.host.unlabel': ({ host, label }) => `remove the label ${label} from "${host}"`,
  'preview.host.setup': ({ change }) => setupChangeText(change),
  'preview.host.unlock': ({ host, connects }) =>
    `give the engine the secrets of "${host}"${connects ? ', and connect it' : ''}`,
  'preview.host.remove': ({ host, keep }) =>
    `remove the host "${host}" and ${keep ? 'leave what Atoll created on it' : 'what Atoll created on it'}`,
  'preview.host.left': ({ host, left }) => leftText(left, host),
  'preview.lab.stop': ({ lab }) => `stop the processes of the lab "${lab}"`,
  'preview.lab.remove': ({ lab, running }) =>
    `remove the lab "${lab}" and its host${running === 0 ? '' : `, stopping ${counted(running, 'running VM')}`}`,
  'preview.lab.remove_folder': ({ path }) => `remove the folder ${path}, which no host uses`,

  'preview.network.add': ({ network, isIsolated, bridge }) =>
    `create the ${isIsolated ? 'isolated ' : ''}network "${network}"${bridge === null ? '' : ` (bridge ${bridge})`}`,
  'preview.name.alike': alikeText,
  'preview.network.rename': ({ was, now }) => `rename the network "${was}" to "${now}" (its bridge keeps its name)`,
  'preview.profile.add': ({ profile, network }) => `create the vNIC profile "${profile}" of "${network}"`,
  'preview.profile.rename': ({ profile, was, network }) =>
    `rename the vNIC profile "${was}" of "${network}" to "${profile}"`,
  'preview.profile.remove': ({ profile, network }) => `remove the vNIC profile "${profile}" of "${network}"`,
  'preview.profile.restore': ({ network }) => `restore the vNIC profiles of "${network}"`,
  'preview.network.comment': ({ network }) => `change the comment of "${network}"`,
  'preview.network.mtu': ({ network, was, now }) => `change the MTU of "${network}" from ${was} to ${now}`,
  'preview.network.vlan': ({ network, was, now }) =>
    `change the VLAN of "${network}" from ${was ?? 'none'} to ${now ?? 'none'}`,
  'preview.network.label': ({ network, label }) =>
    `add the label ${label} to "${network}": it is only on hosts with that label`,
  'preview.network.services': ({ network, on, subnet, domain }) =>
    on
      ? `addresses and names in "${network}": subnet ${subnet ?? 'none'}, domain ${domain ?? 'none'}`
      : `switch addresses and names in "${network}" off; its guests keep their addresses until their leases end`,
  'preview.network.stretch': ({ network, hosts }) =>
    `stretch "${network}" over ${someNames(hosts)}: its VMs reach each other through encrypted tunnels`,
  'preview.network.unstretch': ({ network, hosts, stays }) =>
    `separate "${network}" on ${someNames(hosts)}${stays.length === 0 ? '' : `; it stays stretched over ${someNames(stays)}`}`,
  'preview.network.try_direct': ({ network }) => `try direct tunnels between the hosts of "${network}"`,
  'preview.network.ways': ({ hosts, way }) =>
    `${someNames(hosts)} reach each other ${way === 'auto' ? 'directly if they can, otherwise through this computer' : way === 'direct' ? 'directly only' : 'through this computer only'}`,
  'preview.network.mtu_split': ({ network, mtu, fits }) =>
    `warning: "${network}" has an MTU of ${mtu}; frames over ${fits} bytes are split inside the tunnel, which costs throughput`,
  'preview.host.rotate_key': ({ host, peers }) =>
    `replace the tunnel key of "${host}"${peers.length === 0 ? '' : `, known to ${someNames(peers)}`}`,
  'preview.network.reserve': ({ vnic, vm, address }) => `reserve ${address} for ${vnic} of "${vm}"`,
  'preview.network.same_subnet': ({ network, vm, other }) =>
    `warning: "${vm}" is on "${network}" and on "${other}", whose subnets overlap: its guest can reach only one of them`,
  'preview.network.gateway': ({ network, vm }) =>
    vm === null ? `no VM is the gateway of "${network}"` : `"${vm}" is the gateway of "${network}"`,
  'preview.network.unlabel': ({ network, label }) =>
    `remove the label ${label} from "${network}": it is on all hosts of its clusters`,
  'preview.network.attach': ({ network, cluster, required, isIsolated }) =>
    `attach "${network}" to the cluster "${cluster}", ${required ? 'required' : 'optional'} there${isIsolated ? '' : '; on each host it is set up on a NIC'}`,
  'preview.network.detach': ({ network, cluster }) => `detach "${network}" from the cluster "${cluster}"`,
  'preview.network.remove': ({ network }) => `remove the network "${network}"`,
  'preview.network.bridge_stays': ({ bridge, host }) =>
    `the bridge ${bridge}, which existed before, stays on "${host}" with everything on it`,
  'preview.network.sync': ({ network, host }) => `sync "${network}"${onNetwork(host)}`,
  'preview.network.restore': ({ network, bridge }) => `restore the network "${network}" (bridge ${bridge})`,
  'preview.network.note': ({ network, host }) => `write the note on ${network} on ${host}`,
  'preview.network.remove_note': ({ network, host }) => `remove the note on ${network} on ${host}`,
  'preview.apart': ({ vm, host, network, others }) =>
    `warning: ${vm} on ${host} can't reach ${others.map((each) => `${someNames(each.vms)} on ${each.host}`).join(', ')}: they are all on "${network}", but each host has its own island`,
  'preview.together.already': ({ network, host }) => `the VMs of "${network}" are together on "${host}" already`,
  'preview.together.gather': ({ vm, host, from, stop }) => {
    const does = from === null ? `put the VM "${vm}" on "${host}"` : `move the VM "${vm}" from "${from}" to "${host}"`;
    return stop ? `shut down the VM "${vm}", ${does}, and start it there` : does;
  },
  'preview.together.left': ({ vm, why }) => `"${vm}" stays apart: ${render(PLACEMENT_REASONS, why)}`,

  'preview.vm.add': ({ vm, memoryMiB, vnics }) => `create the VM "${vm}" (${memoryMiB} MiB, ${counted(vnics, 'vNIC')})`,
  'preview.vm.full_copy': ({ vm, bytes }) =>
    `copy the image completely for "${vm}" when it first starts: up to ${diskSize(bytes)}`,
  'preview.vm.start': ({ vm, host }) => `start the VM "${vm}"${host === null ? '' : ` on the host "${host}"`}`,
  'preview.vm.start_many': ({ count, again }) => `start ${counted(count, 'VM')}${again ? ' again' : ''}`,
  'preview.vm.stop': ({ vm }) => `stop the VM "${vm}"`,
  'preview.vm.stop_many': ({ count }) => `stop ${counted(count, 'running VM')}`,
  'preview.vm.then_stop': ({ vm, seconds }) =>
    `stop "${vm}" as if its power were cut, unless its guest has powered off within ${seconds} s`,
  'preview.vm.act': ({ vm, verb }) => `${VM_VERB_WORDS[verb]} the VM "${vm}"`,
  'preview.vm.update': ({ vm, change }) => `change the VM "${vm}": ${vmChangeText(change)}`,
  'preview.vm.remove': ({ vm, disks }) => `remove the VM "${vm}"${DISKS[disks]}`,
  'preview.vm.remove_snapshots': ({ snapshots }) =>
    `delete its part of ${snapshots.length === 1 ? 'the snapshot' : 'the snapshots'} ${snapshots.join(', ')}: undo restores the VM without it`,
  'preview.vm.forget': ({ vm, host }) =>
    `forget the VM "${vm}": it stays unchanged on ${host === null ? 'its host' : `"${host}"`} with its disks, without Atoll's mark`,
  'preview.vm.cut_off': ({ network }) =>
    `its NIC on "${network}" is cut off, because only VMs that Atoll knows may be on an isolated network (to keep the NIC on an imported bridge, remove that network first: the bridge stays)`,
  'preview.vm.restore': ({ vm, withDisks }) => `restore the VM "${vm}"${withDisks ? ' with its disks' : ''}`,
  'preview.vm.assign': ({ vm, host }) => `put the VM "${vm}" on "${host}"`,
  'preview.vm.already_on': ({ vm, host }) => `the VM "${vm}" is on "${host}" already`,
  'preview.vm.move': ({ vm, from, to }) =>
    `move the VM "${vm}" from "${from}" to "${to}": its disks are copied and verified there, then removed from "${from}"`,
  'preview.vm.clone': ({ from, to, host, bytes }) =>
    `copy the VM "${from}" as "${to}"${host === null ? '' : ` on the host "${host}"`}${bytes === null ? '' : `, with its disks (${diskSize(bytes)})`}`,
  'preview.vm.export': ({ vm, path, format, disks }) =>
    `write "${vm}" with ${counted(disks, 'disk')} to ${path} (${format})`,
  'preview.vm.import': ({ vm, path, host, disks, vnics }) =>
    `create VM "${vm}" on ${host} from ${path}, with ${counted(disks, 'disk')} and ${counted(vnics, 'vNIC')}`,
  'preview.vm.left_out': ({ what }) => `leave out: ${what}`,
  'preview.vm.clone_addresses': ({ vm }) =>
    `give "${vm}" free addresses: those of the original, and its gateways, are not taken over`,
  'preview.vm.carry': ({ parts }) => `keep these parts of its definition: ${parts.join(', ')}`,
  'preview.vm.leave': ({ parts }) => `leave out these parts of its definition: ${parts.join(', ')}`,
  'preview.part.carry': ({ vm, what, part }) => `keep ${what} (${part}) of "${vm}"`,
  'preview.part.leave': ({ vm, what, part }) => `leave out ${what} (${part}) of "${vm}"`,
  'preview.part.undecided': ({ vm, what, part, canCarry, alone }) => {
    const options = canCarry ? 'keep it or leave it out' : 'it can only be left out';
    return alone
      ? `"${vm}" stays apart: move it on its own and decide on ${what} (${part}): ${options}`
      : `decide first on ${what} (${part}) of "${vm}": ${options}`;
  },
  'preview.part.unreadable': ({ vm, error }) =>
    `the definition of "${vm}" can't be read now: ${error.replace(/\.$/, '')}`,
  'preview.placement.chosen': ({ host, why }) => `"${host}": ${render(PLACEMENT_REASONS, why)}`,
  'preview.placement.other': ({ host, why }) =>
    `why not "${host}": ${why === null ? 'another host was asked for' : render(PLACEMENT_REASONS, why)}`,

  'preview.cdrom.add': ({ drive, vm, medium }) =>
    `add the CD drive ${drive} to "${vm}"${medium === null ? '' : ` with ${medium}`}`,
  'preview.cdrom.change': ({ drive, vm, medium }) =>
    medium === null ? `eject the CD in ${drive} of "${vm}"` : `insert ${medium} into ${drive} of "${vm}"`,
  'preview.cdrom.remove': ({ drive, vm }) => `remove the CD drive ${drive} from "${vm}"`,

  'preview.vnic.add': ({ vnic, vm, network }) => `add ${vnic} to "${vm}"${onNetwork(network)}`,
  'preview.vnic.restore': ({ vnic, vm }) => `restore ${vnic} of "${vm}"`,
  'preview.vnic.plug': ({ vnic, vm }) => `plug ${vnic} into "${vm}"`,
  'preview.vnic.unplug': ({ vnic, vm }) => `unplug ${vnic} from "${vm}"`,
  'preview.vnic.move': ({ vnic, vm, network, already }) =>
    `move ${vnic} of "${vm}" to ${network === null ? 'no network' : `"${network}"`}${already ? ' (it is there already)' : ''}`,
  'preview.vnic.link': ({ vnic, vm, up, already }) =>
    `set the link of ${vnic} of "${vm}" ${up ? 'up' : 'down'}${already ? ' (it is already)' : ''}`,
  'preview.vnic.remove': ({ vnic, vm }) => `remove ${vnic} from "${vm}"`,
  'preview.vnic.cut': ({ vm, network, others }) =>
    `"${vm}" is running and loses its connection to ${someNames(others)} on "${network}"`,

  'preview.disk.add': ({ disk, vm, bytes, format, bus, atStart }) =>
    `create the disk ${disk} of "${vm}" (${diskSize(bytes)}, ${format}, ${bus})${atStart ? ', on the host where it first starts' : ''}`,
  'preview.disk.import': ({ disk, vm, path, format, bus }) =>
    `copy ${path} to the disk ${disk} of "${vm}" (${format}, ${bus})`,
  'preview.disk.export': ({ disk, vm, path, format }) => `copy the disk ${disk} of "${vm}" to ${path} (${format})`,
  'preview.disk.resize': ({ disk, vm, was, now }) =>
    `resize the disk ${disk} of "${vm}" from ${diskSize(was)} to ${diskSize(now)}`,
  'preview.disk.move': ({ disk, from, to }) => `move the disk ${disk} with its content from "${from}" to "${to}"`,
  'preview.disk.remove': ({ disk, vm }) => `remove the disk ${disk} of "${vm}"; its file goes to the trash`,
  'preview.disk.restore': ({ disk, vm }) => `restore the disk ${disk} of "${vm}"`,
  'preview.image.add': ({ image, path }) => `copy ${path} into the home as the image "${image}"`,
  'preview.image.from_vm': ({ image, disk, vm }) =>
    `copy the disk ${disk} of "${vm}" into the home as the image "${image}"`,
  'preview.image.rename': ({ image, name }) => `rename the image "${image}" to "${name}"`,
  'preview.image.remove': ({ image }) => `remove the image "${image}"`,
  'preview.outside.enable': ({ host, nic, network }) =>
    `add the NIC ${nic} to the lab "${host}" and, through it, the network "${network}"`,
  'preview.outside.disable': ({ host, nic }) => `remove the NIC ${nic} from the lab "${host}"`,
  'preview.forward.add': (forward) => `add ${forwardText(forward)}`,
  'preview.forward.remove': (forward) => `remove ${forwardText(forward)}`,

  'preview.snapshot.add': ({ vms }) =>
    `save ${counted(vms.length, 'VM')} as ${vms.length === 1 ? 'it is' : 'they are'}: ${vms.join(', ')}`,
  'preview.snapshot.freeze': ({ count }) => `pause ${counted(count, 'running VM')} while memory is saved`,
  'preview.snapshot.stop': ({ vms }) => `stop ${vms.join(', ')}; changes since the snapshot are lost`,
  'preview.snapshot.revert': ({ snapshot, vms, running }) =>
    `revert ${counted(vms, 'VM')} to "${snapshot}"${running === 0 ? '' : `, ${running} of them running`}`,
  'preview.snapshot.left': ({ snapshot, vm }) => `leave ${vm} unchanged: it is not in "${snapshot}"`,
  'preview.snapshot.remove': ({ snapshot }) => `delete the snapshot "${snapshot}"; its VMs stay unchanged`,
  'preview.lab.reset': ({ vms }) =>
    `reset ${vms.join(', ')} to ${vms.length === 1 ? 'its' : 'their'} initial state; changes on disk are lost`,
  'preview.lab.disk_kept': ({ vm }) => `leave the disk of ${vm} unchanged: Atoll did not create it`,
  'preview.lab.clone': ({ vms, copies, made }) =>
    `copy ${vms.join(', ')} ${copies === 1 ? 'once' : `${copies} times`}: ${made.join(', ')}`,
  'preview.lab.clone_networks': ({ networks }) =>
    `create the isolated ${networks.length === 1 ? 'network' : 'networks'} ${networks.join(', ')}`,
  'preview.lab.clone_freeze': () => 'pause running VMs while their disks are copied',

  'preview.import.regular': ({ bridge, network, nic, vlan, addresses }) =>
    `import the bridge ${bridge} as the regular network "${network}" on ${nic}${vlan === null ? '' : `, VLAN ${vlan}`}${addresses.length === 0 ? '' : `, address ${addresses.join(' and ')}`}`,
  'preview.import.unchanged': ({ bridge, host }) =>
    `nothing of ${bridge} changes on "${host}"; later differences are shown, and changed only when you sync it`,
  'preview.import.isolated': ({ bridge, network, cluster }) =>
    `import the bridge ${bridge} as the isolated network "${network}" of the cluster "${cluster}"; its name stays ${bridge}`,
  'preview.import.seal': ({ bridge }) =>
    `seal ${bridge}: its VMs reach each other and nothing else, and the host's IPv6 is disabled on it`,
  'preview.import.addresses': ({ bridge, addresses }) =>
    `remove the host's ${addresses.length === 1 ? 'address' : 'addresses'} ${addresses.join(', ')} from ${bridge}: VMs no longer reach what listens there (DHCP, DNS, NAT)`,
  'preview.import.alias': ({ alias }) => `replace its alias ${JSON.stringify(alias)} with Atoll's mark`,
  'preview.import.routes': ({ bridge, count }) => `remove ${counted(count, 'route')} of the host over ${bridge}`,
  'preview.import.mtu': ({ mtu }) => `its MTU stays ${mtu}`,
  'preview.import.other_hosts': ({ bridge }) =>
    `each other host of the cluster gets a bridge ${bridge} too, with its own island`,
  'preview.import.at_boot': ({ bridge, host }) =>
    `whatever creates ${bridge} when "${host}" boots will create it again, and Atoll will take it over again; it is better to remove it from that configuration`,
  'preview.import.vm': ({ vm, memoryMiB, cpus, state }) =>
    `import the VM "${vm}" (${memoryMiB} MiB, ${counted(cpus, 'CPU')}, ${state}${state === 'down' ? '' : ', keeps running'}): its definition gets Atoll's mark and stays otherwise unchanged`,
  'preview.import.renamed': ({ vm, was }) =>
    `its name in Atoll is "${vm}": ${JSON.stringify(was)} is taken or can't be a name`,
  'preview.import.skipped': ({ why }) => `leave out: ${why}`,
  'preview.vnic.takes_over': ({ vm, mac, on }) =>
    `the NIC ${mac} of "${vm}" leaves ${on}: it becomes a vNIC of Atoll's at the next start`,
  'preview.import.nic': ({ vm, mac, vnic, network }) =>
    `the NIC ${mac} of "${vm}" is ${vnic} on the network "${network}"`,
  'preview.import.other_nic': ({ vm, mac, on }) =>
    `the NIC ${mac} of "${vm}" on ${on} is not managed by Atoll and stays unchanged`,
  'preview.release.bridge': ({ bridge, network }) =>
    `release the bridge ${bridge} and forget the network "${network}": no seal, no mark, the VMs stay on it`,
  'preview.release.vm': ({ vm }) => `forget the VM "${vm}": it stays unchanged, without Atoll's mark`,
  'preview.take_over.store': ({ store, host }) =>
    `take over from the database ${store} on "${host}"; that database can't manage anything there afterwards`,
  'preview.take_over.bridge': ({ bridge, network, isIsolated }) =>
    `the bridge ${bridge} becomes the ${isIsolated ? 'isolated' : 'regular'} network "${network}"; ${isIsolated ? 'it stays sealed throughout' : 'only its mark changes'}`,
  'preview.take_over.vm': ({ vm }) =>
    `the VM "${vm}" becomes this database's; it keeps its state, its definition and its disks, which Atoll does not delete`,
  'preview.take_over.rest': ({ store }) =>
    `remove the seals and the boot file of the database ${store} once nothing has its mark`,

  'preview.labfile.nothing': () => 'nothing: everything matches the file already',
  'preview.labfile.disk': ({ vm, path, host }) =>
    `use ${path}${host === null ? '' : ` on the host "${host}"`} in place as the disk of "${vm}": its guest reads and writes it`,
  'preview.labfile.file': ({ vm, path, use, copied }) =>
    `use ${path} as the ${FILES[use]} of "${vm}": its guest reads it${
      copied === null
        ? ''
        : `, copied to ${copied.host === null ? 'a host over SSH that it starts on' : `the host "${copied.host}"`} unless that host has such a file`
    }`,
  'preview.demo.host': ({ host, kind }) => `create the ${kind} host "${host}" if it does not exist`,
  'preview.demo.networks': ({ networks }) => `create the isolated networks ${someNames(networks)} on it`,
  'preview.demo.page': ({ vm, page }) => `attach ${vm} to the network outside and serve its page on ${page}`,
  'preview.demo.vms': ({ vms }) => `create the VMs ${vms.join(', ')} and start them`,
  'preview.demo.none': () => 'there is no demo',
  'preview.demo.remove': ({ thing }) => `remove "${thing}"`,
  'preview.scenario.place': ({ dataCenter, hosts }) =>
    `create the data center "${dataCenter}" with ${counted(hosts, 'simulated host')}`,
  'preview.scenario.networks': ({ count }) =>
    `create ${counted(count, 'isolated network')} on the hosts of their clusters`,
  'preview.scenario.vms': ({ count }) => `create ${counted(count, 'VM')} and start ${count === 1 ? 'it' : 'them'}`,
  'preview.scenario.none': () => 'there is no such demo',
  'preview.scenario.remove': ({ dataCenter }) => `remove the data center "${dataCenter}" and everything in it`,
  'preview.scenario.clear': ({ dataCenter }) => `remove everything in the data center "${dataCenter}"`,

  'preview.promise.add': ({ promise }) => `add the promise "${promise}"`,
  'preview.promise.update': ({ promise }) => `change the promise "${promise}"`,
  'preview.promise.remove': ({ promise }) => `remove the promise "${promise}"`,
  'preview.promise.state': ({ promise, state, reason }) =>
    `"${promise}" is ${PROMISE_STATES[state] ?? spaced(state)}${reason === null ? '' : `: ${render(PROMISE_REASONS, reason)}`}`,
  'preview.promise.contradicts': ({ promise, other, from, to, through }) =>
    `"${promise}" contradicts "${other}": both can't be kept for ${from} and ${to}${through.length === 0 ? '' : `, which reach each other through ${someNames(through)}`}`,
  'preview.promise.group': ({ group, members }) => `set the group ${group} to ${someNames(members)}`,
  'preview.promise.remove_group': ({ group }) => `remove the group ${group}`,

  'preview.backup.make': ({ path }) => `write a verified copy of the database to ${path}`,
  'preview.backup.remove': ({ path }) => `delete ${path} permanently`,
  'preview.backup.all_kept': () => 'nothing: the schedule keeps all existing backups',
  'preview.backup.rule': ({ automatic, everyHours, keep }) =>
    automatic
      ? `back up automatically every ${counted(everyHours, 'hour')}, keeping ${keep}`
      : 'turn automatic backups off',
  'preview.restore.content': ({ path, hosts, networks, vms }) =>
    `replace the database with ${path}, which has ${counted(hosts, 'host')}, ${counted(networks, 'network')} and ${counted(vms, 'VM')}`,
  'preview.restore.keep': () => 'keep the current database, so that this can be undone',
  'preview.restore.jobs': () => 'cancel the unfinished jobs of the backup',
  'preview.restore.start': () => 'start the engine on it; running VMs keep running',
  'preview.restore.other_store': () =>
    'this is a backup of another database: afterwards, Atoll no longer manages what the current database created',
  'preview.restore.host': (params) => {
    const { host, key, connect } = params;
    const place = `"${host}": ${hostPlace(params)}${key === null ? '' : KEYS[key]}`;
    return connect ? `connect the host ${place}` : `leave in maintenance until it is activated, the host ${place}`;
  },
  'preview.restore.broken': ({ path }) => `replace the database, which can't be opened, with ${path}, and keep it`,
  'preview.restore.hold': () => 'leave its hosts in maintenance until they are activated',
  'preview.trash.delete': ({ vm }) => `delete the disks of the removed VM "${vm}" permanently`,
  'preview.trash.nothing': () => 'nothing in the trash is that old',
  'preview.session.end': ({ browser, windows }) => `sign out ${browser} (${counted(windows, 'window')})`,
  'preview.session.none': () => 'no browser is signed in',
  'preview.folder.allow': ({ folder }) => `allow the app to use files in ${folder}`,
  'preview.folder.remove': ({ folder }) => `no longer allow the app to use files in ${folder}`,
  'preview.folder.not_allowed': () => 'nothing: it is not allowed',
  'preview.api.enable': ({ port, insecureHttp, makesPassword }) =>
    `enable the oVirt API on ${port === 0 ? 'a free port' : `port ${port}`} of 127.0.0.1, ${insecureHttp ? 'without TLS' : 'with TLS'}${makesPassword ? ', and generate a password' : ''}`,
  'preview.api.password': ({ makes }) =>
    `${makes ? 'make a new password for' : 'replace the password of'} the oVirt API, and sign its clients out`,
  'preview.api.disable': () => 'disable the oVirt API, and sign its clients out',
  'preview.preferences.keep': ({ preferences, user }) => `save ${preferences.join(', ') || 'nothing'} for ${user}`,
  'preview.remedy.run': ({ what, argv }) => `${what}: run ${shellCommand([...argv])}`,
};
