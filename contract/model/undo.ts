import { z } from 'zod';
import { UndoItem } from '../messages/undo';
import { Id, Instant } from './common';
import { Disk } from './disk';
import { Cdrom, Hardware } from './hardware';
import { Forward } from './forward';
import { Network, VnicProfile } from './network';
import { NetworkServices } from './services';
import { NetworkStretch } from './stretch';
import { IsolationPromise, PromiseGroup } from './promise';
import { Vm, Vnic } from './vm';

/** An event from before hardware or autostart could be changed has none. */
const VmFields = Vm.pick({ name: true, comment: true, memoryMiB: true, cpus: true }).extend({
  hardware: Hardware.optional(),
  autostart: z.boolean().optional(),
});
/** An event from before labels existed says nothing about one. */
const NetworkFields = Network.pick({ name: true, comment: true, mtu: true, vlan: true, label: true }).partial({
  label: true,
});
/** A promise as written, without what it came to. */
const KeptPromise = IsolationPromise.omit({ sentence: true, state: true, since: true, findings: true });
const PromiseFields = IsolationPromise.pick({ severity: true, note: true });
const ofVnic = { vmId: Id, vnicId: Id };
const ofAttachment = { networkId: Id, clusterId: Id };

/** What an event changed, with the previous values: enough to compute the inverse command. */
export const Change = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('vnic.added'), ...ofVnic }),
  z.object({ kind: z.literal('vnic.plugged'), ...ofVnic }),
  z.object({ kind: z.literal('vnic.unplugged'), ...ofVnic }),
  z.object({ kind: z.literal('vnic.linked'), ...ofVnic, up: z.boolean() }),
  z.object({ kind: z.literal('vnic.moved'), ...ofVnic, was: Id.nullable(), now: Id.nullable() }),
  z.object({ kind: z.literal('vnic.removed'), vnic: Vnic, position: z.int() }),
  z.object({ kind: z.literal('disk.added'), vmId: Id, diskId: Id }),
  /** `name`: its former name. */
  z.object({ kind: z.literal('disk.moved'), diskId: Id, was: Id, now: Id, name: z.string() }),
  /** `trashed`: its file was moved to its host's trash; false if it had none. */
  z.object({ kind: z.literal('disk.removed'), disk: Disk, position: z.int(), trashed: z.boolean() }),
  z.object({ kind: z.literal('vm.added'), vmId: Id }),
  z.object({ kind: z.literal('vm.updated'), vmId: Id, was: VmFields, now: VmFields }),
  z.object({ kind: z.literal('vm.cdroms'), vmId: Id, was: z.array(Cdrom), now: z.array(Cdrom) }),
  z.object({ kind: z.literal('vm.moved'), vmId: Id, was: Id, now: Id }),
  /** `trashed`: its disks were moved to its host's trash; false if it had none. */
  z.object({
    kind: z.literal('vm.removed'),
    vm: Vm.omit({ guest: true }),
    forwards: z.array(Forward),
    trashed: z.boolean(),
  }),
  z.object({ kind: z.literal('network.added'), networkId: Id }),
  z.object({ kind: z.literal('imported'), hostId: Id, vmIds: z.array(Id), networkIds: z.array(Id) }),
  z.object({ kind: z.literal('network.updated'), networkId: Id, was: NetworkFields, now: NetworkFields }),
  z.object({
    kind: z.literal('network.services'),
    networkId: Id,
    was: NetworkServices.nullable(),
    now: NetworkServices.nullable(),
    reservations: z.array(z.object({ vnicId: Id, was: z.string().nullable(), now: z.string().nullable() })),
  }),
  z.object({
    kind: z.literal('network.stretched'),
    networkId: Id,
    was: NetworkStretch.nullable(),
    now: NetworkStretch.nullable(),
    /** Its MTU before and after. */
    mtu: z.object({ was: z.int(), now: z.int() }),
  }),
  z.object({
    kind: z.literal('network.profiles'),
    networkId: Id,
    was: z.array(VnicProfile),
    now: z.array(VnicProfile),
  }),
  z.object({ kind: z.literal('network.removed'), network: Network, profiles: z.array(VnicProfile) }),
  z.object({ kind: z.literal('network.attached'), ...ofAttachment }),
  z.object({ kind: z.literal('network.detached'), ...ofAttachment }),
  z.object({ kind: z.literal('promise.added'), promiseId: Id }),
  z.object({ kind: z.literal('promise.updated'), promiseId: Id, was: PromiseFields, now: PromiseFields }),
  z.object({ kind: z.literal('promise.removed'), promise: KeptPromise }),
  /** `was` null: the group is new. */
  z.object({ kind: z.literal('promise.group_set'), was: PromiseGroup.nullable(), now: PromiseGroup }),
  z.object({ kind: z.literal('promise.group_removed'), group: PromiseGroup }),
  z.object({ kind: z.literal('network.noted'), networkId: Id, hostId: Id, was: z.string(), now: z.string() }),
]);
export type Change = z.infer<typeof Change>;
export type ChangeOf<K extends Change['kind']> = Extract<Change, { kind: K }>;

/** `words`: what was done. */
export const Undoable = z.object({ words: UndoItem, change: Change });
export type Undoable = z.infer<typeof Undoable>;

/** A change that can be undone. */
export const UndoOffer = z.object({
  /** The number of its event. */
  event: z.int(),
  at: Instant,
  by: z.string(),
  words: UndoItem,
  /** Undoing it removes something, so ask for confirmation first. */
  removes: z.boolean(),
  /** Why it can't be undone now: later changes conflict. Null: it can. */
  refused: z.string().nullable(),
});
export type UndoOffer = z.infer<typeof UndoOffer>;

/** Days for which the disks of removed VMs are kept. */
export const TRASH_DAYS = 7;

/**
 * How long each removed VM's disks have been in the trash, in milliseconds by VM id, counting only time in which the engine ran,
 * until `at`.
 */
export const TrashAges = z.object({ at: z.number(), ms: z.record(z.string(), z.number()) });
export type TrashAges = z.infer<typeof TrashAges>;

/** A removed VM whose disks are kept for a while, so that its removal can be undone; they are deleted at `goesAt` at the earliest. */
export const TrashedVm = z.object({
  vmId: Id,
  hostId: Id,
  name: z.string(),
  /** The base image of its disk. */
  imageId: Id.nullable(),
  removedAt: Instant,
  goesAt: Instant,
});
export type TrashedVm = z.infer<typeof TrashedVm>;
