import { z } from 'zod';
import { type MessageOf, OLD_TEXT, messageOf } from './message';
import * as p from './params';

const failed = z.object({ error: p.error, remedy: p.Remedy.nullable() });

/** Why a host is in its state. */
export const HOST_REASONS = {
  'reason.host.error': failed,
  /** `more`: how many others. */
  'reason.host.lacks_networks': z.object({ networks: p.names, more: p.count }),
  'reason.host.restored': z.object({ remedy: p.Remedy.nullable() }),
} as const;

const hostReasons = { ...OLD_TEXT, ...HOST_REASONS };
export type HostReason = MessageOf<typeof hostReasons>;
export const HostReason: z.ZodType<HostReason, HostReason> = messageOf(hostReasons);

/** Why a VM is in its state. */
export const VM_REASONS = {
  /** `detail`: libvirt's word for it. */
  'reason.vm.ended': z.object({
    why: z.enum(['host_restarted', 'undefined', 'destroyed', 'crashed', 'unknown', 'other']),
    detail: p.name.nullable(),
  }),
  'reason.vm.host_silent': p.ofHost,
  'reason.vm.host_not_connected': p.ofHost,
  'reason.vm.maintenance': p.none,
  'reason.vm.reading_file': p.none,
  'reason.vm.restoring': p.none,
  'reason.vm.moving': p.ofHost,
  'reason.vm.move_failed': failed.extend({ host: p.name }),
  'reason.vm.removing': p.none,
  'reason.vm.remove_failed': p.none,
  'reason.vm.start_failed': failed,
  'reason.vm.not_shut_down': p.none,
  'reason.vm.cloning': p.none,
  'reason.vm.importing': p.none,
  'reason.vm.job_unreadable': p.none,
  'reason.vm.resetting': p.none,
  'reason.vm.reverting': p.ofSnapshot,
  'reason.vm.snapshot': p.ofSnapshot,
} as const;

const vmReasons = { ...OLD_TEXT, ...VM_REASONS };
export type VmReason = MessageOf<typeof vmReasons>;
export const VmReason: z.ZodType<VmReason, VmReason> = messageOf(vmReasons);

/** Why one VM does not reach another. */
export const REACH_REASONS = {
  'reach.same': p.none,
  'reach.unplugged': p.ofVnic.extend({ network: p.name }),
  'reach.link_down': p.ofVnic.extend({ network: p.name }),
  'reach.state': p.ofVm.extend({ state: p.VmState }),
  'reach.other_host': z.object({ network: p.name, from: p.ofVmAndHost, to: p.ofVmAndHost }),
  /** Both hosts have the stretched network, but no frame passes between them. */
  'reach.tunnel_down': z.object({ network: p.name, from: p.ofVmAndHost, to: p.ofVmAndHost }),
  'reach.no_network': p.ofVm,
  'reach.unrelated': z.object({ vms: p.names }),
} as const;

export type ReachReason = MessageOf<typeof REACH_REASONS>;
export const ReachReason: z.ZodType<ReachReason, ReachReason> = messageOf(REACH_REASONS);

/** Why two hosts exchange a stretched network this way, or do not. */
export const STRETCH_REASONS = {
  /** A user chose the way. */
  'stretch.chosen': z.object({ way: z.enum(['direct', 'relay']) }),
  /** Both hosts answered each other at these addresses. */
  'stretch.direct': z.object({ endpoints: p.names }),
  /** A lab has no address that others could reach. */
  'stretch.lab': p.ofHost,
  /** Neither address let the other host's packets in. */
  'stretch.no_answer': z.object({ endpoints: p.names }),
  /** Simulated hosts have no network. */
  'stretch.simulated': p.none,
  'stretch.host_silent': p.ofHost,
  /** The host has no key yet. */
  'stretch.no_key': p.ofHost,
  /** The host has neither perl nor python3. */
  'stretch.no_relay': p.ofHost,
  /** Nothing was received for a while. */
  'stretch.silent': p.none,
  'stretch.failed': z.object({ error: p.error }),
} as const;
const stretchReasons = { ...OLD_TEXT, ...STRETCH_REASONS };
export type StretchReason = MessageOf<typeof stretchReasons>;
export const StretchReason: z.ZodType<StretchReason, StretchReason> = messageOf(stretchReasons);

/** Why a promise is not kept. */
export const PROMISE_REASONS = {
  'promise.reaches': z.object({ from: p.name, to: p.name, through: p.names }),
  /** Through a bridge that is not isolated. */
  'promise.leaks': z.object({ from: p.name, to: p.name, network: p.name, host: p.name }),
  'promise.external': p.ofVm.extend({ network: p.name, host: p.name.nullable(), nic: p.name, through: p.names }),
  'promise.external_leak': p.ofVm.extend({ network: p.name, host: p.name, through: p.names }),
  /** An imported VM has NICs that Atoll does not manage. */
  'promise.external_others': p.ofVm.extend({ through: p.names }),
  'promise.not_direct': z.object({ from: p.name, to: p.name }),
  'promise.bypasses': z.object({ from: p.name, to: p.name, without: p.names, through: p.names }),
  'promise.is_on': p.ofVm.extend({ network: p.name }),
  /** `host` null: it is no isolated network. */
  'promise.not_isolated': p.ofNetwork.extend({ host: p.name.nullable() }),
  /** `at`: of the last verification; null: never. */
  'promise.not_verified': p.ofNetworkAndHost.extend({ at: p.name.nullable(), minutes: p.count.nullable() }),
  'promise.split': p.ofNetwork.extend({ islands: z.array(p.VmsOnHost) }),
  'promise.unplaced': p.ofVm,
  'promise.tunnel_connecting': p.ofNetwork.extend({ hosts: p.names }),
  'promise.host_silent': p.ofHost.extend({ state: p.HostState }),
  'promise.network_uncertain': p.ofNetworkAndHost.extend({ state: p.name }),
  'promise.gone': z.object({ kind: p.name, name: p.name }),
  'promise.empty': z.object({ kind: p.name, name: p.name }),
  /** Live verification measured something else than the model predicts. */
  'promise.measured': z.object({
    from: p.name,
    to: p.name,
    what: p.name,
    predicted: z.boolean(),
    measured: z.boolean(),
    detail: p.name,
  }),
  'promise.not_measured': z.object({ from: p.name, to: p.name, what: p.name, detail: p.name }),
} as const;
export type PromiseReason = MessageOf<typeof PROMISE_REASONS>;
export const PromiseReason: z.ZodType<PromiseReason, PromiseReason> = messageOf(PROMISE_REASONS);

/** How the VMs of one isolated network are spread over islands. */
export const APART = {
  'apart.islands': z.object({ network: p.name, islands: z.array(p.VmsOnHost) }),
} as const;
export type ApartMessage = MessageOf<typeof APART>;
export const ApartMessage: z.ZodType<ApartMessage, ApartMessage> = messageOf(APART);

/** Why the last isolation check of a host no longer says what is. */
export const DOUBTS = {
  'doubt.not_checked': p.none,
  'doubt.maintenance': p.none,
  'doubt.host_silent': z.object({ reason: HostReason.nullable() }),
  'doubt.bridge': z.object({ state: p.name, message: p.error.nullable() }),
} as const;
export type Doubt = MessageOf<typeof DOUBTS>;
export const Doubt: z.ZodType<Doubt, Doubt> = messageOf(DOUBTS);

/** Why a host is, or is not, where a VM starts or is moved to; why a VM stays where it is. */
export const PLACEMENT_REASONS = {
  /** `reason`: as the host's own. */
  'placement.host_state': z.object({ state: p.HostState, reason: HostReason.nullable() }),
  'placement.label': z.object({ label: p.name, network: p.name }),
  'placement.out_of_sync': z.object({ networks: p.names }),
  'placement.lacks_networks': z.object({ networks: p.names }),
  'placement.memory_unknown': p.none,
  'placement.memory_left': z.object({
    asked: p.count,
    left: p.count,
    total: p.count,
    used: p.count,
    reserved: p.count,
  }),
  'placement.memory_total': z.object({ asked: p.count, total: p.count, reserved: p.count }),
  'placement.cpus': z.object({ asked: p.count, total: p.count }),
  'placement.mates': z.object({ count: p.count, running: z.boolean() }),
  'placement.fewer_mates': z.object({ here: p.count, there: p.count, host: p.name, running: z.boolean() }),
  'placement.less_memory': z.object({ here: p.count, there: p.count, host: p.name }),
  'placement.disks_there': z.object({ move: z.boolean() }),
  'placement.disks_on': p.ofHost,
  'placement.runs_on': z.object({ host: p.name.nullable() }),
  'placement.vm_state': z.object({ state: p.VmState }),
  'placement.refused': z.object({ error: p.error }),
} as const;

export type PlacementReason = MessageOf<typeof PLACEMENT_REASONS>;
export const PlacementReason: z.ZodType<PlacementReason, PlacementReason> = messageOf(PLACEMENT_REASONS);
