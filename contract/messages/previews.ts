import { z } from 'zod';
import { CHANGE_LINES, PREVIEW_PROBLEMS } from './changes';
import { type MessageOf, messageOf } from './message';
import * as p from './params';
import { PlacementReason, PromiseReason } from './reasons';

const ofLabel = z.object({ label: p.name });
const ofBridge = z.object({ bridge: p.name });
const ofPart = p.ofVm.extend({ what: p.name, part: p.name });
const ofMac = p.ofVm.extend({ mac: p.name });

/** What a dry run says a command would do, one line each. */
export const PREVIEW_LINES = {
  'preview.nothing': p.none,
  'preview.job.retry': p.none,
  'preview.job.cancel': p.none,

  'preview.data_center.add': p.ofDataCenter,
  'preview.data_center.update': p.ofDataCenter,
  'preview.data_center.comment': p.ofDataCenter,
  'preview.data_center.remove': p.ofDataCenter,
  'preview.cluster.add': p.ofCluster,
  'preview.cluster.update': p.ofCluster,
  'preview.cluster.comment': p.ofCluster,
  'preview.cluster.remove': p.ofCluster,
  'preview.cluster.sync': p.ofCluster.extend({ hosts: p.count }),

  'preview.host.add': p.ofHost.extend({ kind: p.HostKind, cluster: p.name }),
  'preview.host.activate': p.ofHost,
  'preview.host.maintenance': p.ofHost,
  'preview.host.sync': p.ofHost,
  'preview.host.update': p.ofHost,
  'preview.host.comment': p.ofHost,
  'preview.host.key': z.object({ fingerprint: p.name }),
  'preview.host.label': ofLabel.extend({ host: p.name }),
  'preview.host.unlabel': ofLabel.extend({ host: p.name }),
  'preview.host.setup': z.object({ change: p.SetupChange }),
  'preview.host.unlock': p.ofHost.extend({ connects: z.boolean() }),
  'preview.host.remove': p.ofHost.extend({ keep: z.boolean() }),
  'preview.host.left': p.ofHost.extend({ left: p.LeftOnHost }),
  'preview.lab.stop': z.object({ lab: p.name }),
  'preview.lab.remove': z.object({ lab: p.name, running: p.count }),
  'preview.lab.remove_folder': z.object({ path: p.name }),

  'preview.network.add': p.ofNetwork.extend({ isIsolated: z.boolean(), bridge: p.name.nullable() }),
  'preview.network.rename': z.object({ was: p.name, now: p.name }),
  'preview.network.comment': p.ofNetwork,
  'preview.network.mtu': p.ofNetwork.extend({ was: p.count, now: p.count }),
  'preview.network.vlan': p.ofNetwork.extend({ was: z.int().nullable(), now: z.int().nullable() }),
  'preview.network.label': ofLabel.extend({ network: p.name }),
  'preview.network.unlabel': ofLabel.extend({ network: p.name }),
  'preview.network.services': p.ofNetwork.extend({
    on: z.boolean(),
    subnet: p.name.nullable(),
    domain: p.name.nullable(),
  }),
  'preview.network.reserve': p.ofVnic.extend({ address: p.name }),
  'preview.network.same_subnet': p.ofNetwork.extend({ vm: p.name, other: p.name }),
  'preview.network.gateway': p.ofNetwork.extend({ vm: p.name.nullable() }),
  'preview.network.attach': p.ofNetworkAndCluster.extend({ required: z.boolean(), isIsolated: z.boolean() }),
  'preview.network.detach': p.ofNetworkAndCluster,
  'preview.network.remove': p.ofNetwork,
  'preview.network.bridge_stays': p.ofHost.extend({ bridge: p.name }),
  'preview.network.sync': p.ofNetwork.extend({ host: p.name.nullable() }),
  'preview.network.restore': p.ofNetwork.extend({ bridge: p.name }),
  'preview.network.note': p.ofNetworkAndHost,
  'preview.network.remove_note': p.ofNetworkAndHost,
  /** A VM would be on another island than others of its network. */
  'preview.apart': z.object({ vm: p.name, host: p.name, network: p.name, others: z.array(p.VmsOnHost) }),
  'preview.together.already': p.ofNetworkAndHost,
  /** `from`: null: its disks are on no host yet. */
  'preview.together.gather': p.ofVmAndHost.extend({ from: p.name.nullable(), stop: z.boolean() }),
  'preview.together.left': p.ofVm.extend({ why: PlacementReason }),

  'preview.vm.add': p.ofVm.extend({ memoryMiB: p.count, vnics: p.count }),
  'preview.vm.start': p.ofVm.extend({ host: p.name.nullable() }),
  'preview.vm.start_many': p.ofCount.extend({ again: z.boolean() }),
  'preview.vm.stop': p.ofVm,
  'preview.vm.stop_many': p.ofCount,
  'preview.vm.then_stop': p.ofVm.extend({ seconds: p.count }),
  'preview.vm.act': p.ofVm.extend({ verb: p.VmVerb }),
  'preview.vm.update': p.ofVm.extend({ change: p.VmChange }),
  'preview.vm.remove': p.ofVm.extend({ disks: z.enum(['keep', 'trash', 'delete']) }),
  'preview.vm.forget': p.ofVm.extend({ host: p.name.nullable() }),
  'preview.vm.cut_off': p.ofNetwork,
  'preview.vm.restore': p.ofVm.extend({ withDisks: z.boolean() }),
  'preview.vm.assign': p.ofVmAndHost,
  'preview.vm.already_on': p.ofVmAndHost,
  'preview.vm.move': p.ofVm.extend({ from: p.name, to: p.name }),
  /** `bytes`: what its disks take now; null: it has none yet. */
  'preview.vm.clone': p.ofCopy.extend({ host: p.name.nullable(), bytes: p.bytes.nullable() }),
  'preview.vm.export': p.ofVm.extend({ path: p.name, format: p.name, disks: p.count }),
  'preview.vm.import': p.ofVm.extend({ path: p.name, host: p.name, disks: p.count, vnics: p.count }),
  'preview.vm.left_out': z.object({ what: p.name }),
  'preview.vm.clone_addresses': p.ofVm,
  'preview.vm.carry': z.object({ parts: p.names }),
  'preview.vm.leave': z.object({ parts: p.names }),
  'preview.part.carry': ofPart,
  'preview.part.leave': ofPart,
  /** `alone`: it is decided on when the VM is moved on its own. */
  'preview.part.undecided': ofPart.extend({ canCarry: z.boolean(), alone: z.boolean() }),
  'preview.part.unreadable': p.ofVm.extend({ error: p.error }),
  'preview.placement.chosen': p.ofHost.extend({ why: PlacementReason }),
  'preview.placement.other': p.ofHost.extend({ why: PlacementReason.nullable() }),

  'preview.cdrom.add': p.ofDrive.extend({ medium: p.name.nullable() }),
  'preview.cdrom.change': p.ofDrive.extend({ medium: p.name.nullable() }),
  'preview.cdrom.remove': p.ofDrive,

  'preview.vnic.add': p.ofVnic.extend({ network: p.name.nullable() }),
  'preview.vnic.restore': p.ofVnic,
  'preview.vnic.plug': p.ofVnic,
  'preview.vnic.unplug': p.ofVnic,
  'preview.vnic.move': p.ofVnic.extend({ network: p.name.nullable(), already: z.boolean() }),
  'preview.vnic.link': p.ofVnic.extend({ up: z.boolean(), already: z.boolean() }),
  'preview.vnic.remove': p.ofVnic,
  'preview.vnic.cut': z.object({ vm: p.name, network: p.name, others: p.names }),

  'preview.disk.add': p.ofDisk.extend({ bytes: p.bytes, format: p.name, bus: p.name, atStart: z.boolean() }),
  'preview.disk.import': p.ofDisk.extend({ path: p.name, format: p.name, bus: p.name }),
  'preview.disk.export': p.ofDisk.extend({ path: p.name, format: p.name }),
  'preview.disk.resize': p.ofDisk.extend({ was: p.bytes, now: p.bytes }),
  'preview.disk.remove': p.ofDisk,
  'preview.disk.move': p.ofMovedDisk,
  'preview.disk.restore': p.ofDisk,
  'preview.image.add': p.ofImage.extend({ path: p.name }),
  'preview.image.from_vm': p.ofImage.extend({ disk: p.name, vm: p.name }),
  'preview.image.rename': p.ofImage.extend({ name: p.name }),
  'preview.image.remove': p.ofImage,
  'preview.outside.enable': p.ofHost.extend({ nic: p.name, network: p.name }),
  'preview.outside.disable': p.ofHost.extend({ nic: p.name }),
  'preview.forward.add': p.ofForward,
  'preview.forward.remove': p.ofForward,

  'preview.snapshot.add': z.object({ vms: p.names }),
  'preview.snapshot.freeze': p.ofCount,
  'preview.snapshot.stop': z.object({ vms: p.names }),
  'preview.snapshot.revert': p.ofSnapshot.extend({ vms: p.count, running: p.count }),
  'preview.snapshot.left': p.ofSnapshot.extend({ vm: p.name }),
  'preview.snapshot.remove': p.ofSnapshot,
  'preview.lab.reset': z.object({ vms: p.names }),
  'preview.lab.disk_kept': p.ofVm,
  'preview.lab.clone': z.object({ vms: p.names, copies: p.count, made: p.names }),
  'preview.lab.clone_networks': z.object({ networks: p.names }),
  'preview.lab.clone_freeze': p.none,

  'preview.import.regular': z.object({
    bridge: p.name,
    network: p.name,
    nic: p.name,
    vlan: z.int().nullable(),
    addresses: p.names,
  }),
  'preview.import.unchanged': ofBridge.extend({ host: p.name }),
  'preview.import.isolated': ofBridge.extend({ network: p.name, cluster: p.name }),
  'preview.import.seal': ofBridge,
  'preview.import.addresses': ofBridge.extend({ addresses: p.names }),
  'preview.import.alias': z.object({ alias: p.name }),
  'preview.import.routes': ofBridge.extend({ count: p.count }),
  'preview.import.mtu': z.object({ mtu: p.count }),
  'preview.import.other_hosts': ofBridge,
  'preview.import.at_boot': ofBridge.extend({ host: p.name }),
  'preview.import.vm': p.ofVm.extend({ memoryMiB: p.count, cpus: p.count, state: p.VmState }),
  'preview.import.renamed': p.ofVm.extend({ was: p.name }),
  'preview.import.skipped': z.object({ why: p.name }),
  'preview.import.nic': ofMac.extend({ vnic: p.name, network: p.name }),
  'preview.import.other_nic': ofMac.extend({ on: p.name }),
  'preview.vnic.takes_over': ofMac.extend({ on: p.name }),
  'preview.release.bridge': ofBridge.extend({ network: p.name }),
  'preview.release.vm': p.ofVm,
  'preview.take_over.store': z.object({ store: p.name, host: p.name }),
  'preview.take_over.bridge': ofBridge.extend({ network: p.name, isIsolated: z.boolean() }),
  'preview.take_over.vm': p.ofVm,
  'preview.take_over.rest': z.object({ store: p.name }),

  'preview.labfile.nothing': p.none,
  /** `host`: null: whichever it starts on. */
  'preview.labfile.disk': p.ofVm.extend({ path: p.name, host: p.name.nullable() }),
  'preview.labfile.file': p.ofVm.extend({
    path: p.name,
    use: z.enum(['cd', 'kernel', 'initrd']),
    copied: z.object({ host: p.name.nullable() }).nullable(),
  }),
  'preview.demo.host': p.ofHost.extend({ kind: p.HostKind }),
  'preview.demo.networks': z.object({ networks: p.names }),
  'preview.demo.page': p.ofVm.extend({ page: p.name }),
  'preview.demo.vms': z.object({ vms: p.names }),
  'preview.demo.none': p.none,
  'preview.demo.remove': z.object({ thing: p.name }),
  'preview.scenario.place': p.ofDataCenter.extend({ hosts: p.count }),
  'preview.scenario.networks': p.ofCount,
  'preview.scenario.vms': p.ofCount,
  'preview.scenario.none': p.none,
  'preview.scenario.remove': p.ofDataCenter,
  'preview.scenario.clear': p.ofDataCenter,

  'preview.promise.add': p.ofPromise,
  'preview.promise.update': p.ofPromise,
  'preview.promise.remove': p.ofPromise,
  'preview.promise.state': p.ofPromise.extend({ state: p.name, reason: PromiseReason.nullable() }),
  'preview.promise.contradicts': p.ofPromise.extend({ other: p.name, from: p.name, to: p.name, through: p.names }),
  'preview.promise.group': z.object({ group: p.name, members: p.names }),
  'preview.promise.remove_group': z.object({ group: p.name }),

  'preview.backup.make': z.object({ path: p.name }),
  'preview.backup.remove': z.object({ path: p.name }),
  'preview.backup.all_kept': p.none,
  'preview.backup.rule': z.object({ automatic: z.boolean(), everyHours: p.count, keep: p.count }),
  'preview.restore.content': z.object({ path: p.name, hosts: p.count, networks: p.count, vms: p.count }),
  'preview.restore.keep': p.none,
  'preview.restore.jobs': p.none,
  'preview.restore.start': p.none,
  'preview.restore.other_store': p.none,
  /** `at`: the address of a host over SSH; `key`: what is known of its host key. */
  'preview.restore.host': p.ofHost.extend({
    kind: p.HostKind,
    at: p.name.nullable(),
    jump: p.name.nullable(),
    key: z.enum(['known', 'changed', 'unknown']).nullable(),
    connect: z.boolean(),
  }),
  'preview.restore.broken': z.object({ path: p.name }),
  'preview.restore.hold': p.none,
  'preview.trash.delete': p.ofVm,
  'preview.trash.nothing': p.none,
  'preview.session.end': z.object({ browser: p.name, windows: p.count }),
  'preview.session.none': p.none,
  'preview.folder.allow': z.object({ folder: p.name }),
  'preview.folder.remove': z.object({ folder: p.name }),
  'preview.folder.not_allowed': p.none,
  /** `port` 0: any free one. */
  'preview.api.enable': z.object({ port: p.count, insecureHttp: z.boolean(), makesPassword: z.boolean() }),
  'preview.api.password': z.object({ makes: z.boolean() }),
  'preview.api.disable': p.none,
  'preview.preferences.keep': z.object({ preferences: p.names, user: p.name }),
  /** `what`: what Doctor calls it. */
  'preview.remedy.run': z.object({ what: p.name, argv: p.names }),
} as const;

export type PreviewLine = MessageOf<typeof PREVIEW_LINES>;
export const PreviewLine: z.ZodType<PreviewLine, PreviewLine> = messageOf(PREVIEW_LINES);

export type ChangeLine = MessageOf<typeof CHANGE_LINES>;
export const ChangeLine: z.ZodType<ChangeLine, ChangeLine> = messageOf(CHANGE_LINES);

export type PreviewProblem = MessageOf<typeof PREVIEW_PROBLEMS>;
export const PreviewProblem: z.ZodType<PreviewProblem, PreviewProblem> = messageOf(PREVIEW_PROBLEMS);

export { CHANGE_LINES, PREVIEW_PROBLEMS };
