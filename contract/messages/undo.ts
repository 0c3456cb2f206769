import { z } from 'zod';
import { type MessageOf, OLD_TEXT, messageOf } from './message';
import * as p from './params';

const ofVnicOn = p.ofVnic.extend({ network: p.name.nullable() });

/** What was done and can be undone. */
export const UNDO_ITEMS = {
  'undo.vnic.added': ofVnicOn,
  'undo.vnic.removed': ofVnicOn,
  'undo.vnic.plugged': ofVnicOn,
  'undo.vnic.unplugged': ofVnicOn,
  'undo.vnic.linked': ofVnicOn.extend({ up: z.boolean() }),
  'undo.vnic.moved': p.ofVm.extend({ from: p.name.nullable(), to: p.name.nullable() }),
  'undo.disk.added': p.ofDisk,
  'undo.disk.restored': p.ofDisk,
  'undo.disk.removed': p.ofDisk,
  'undo.disk.moved': p.ofMovedDisk,
  'undo.cdrom.added': p.ofDrive,
  'undo.cdrom.changed': p.ofDrive.extend({ from: p.name.nullable(), to: p.name.nullable() }),
  'undo.cdrom.removed': p.ofDrive,
  'undo.vm.added': p.ofVm,
  'undo.vm.restored': p.ofVm,
  'undo.vm.updated': p.ofVm,
  'undo.vm.renamed': z.object({ was: p.name, now: p.name }),
  'undo.vm.moved': p.ofVm.extend({ from: p.name, to: p.name }),
  'undo.vm.removed': p.ofVm,
  'undo.network.added': p.ofNetwork,
  'undo.network.restored': p.ofNetwork,
  'undo.network.updated': p.ofNetwork,
  'undo.network.profiles': p.ofNetwork,
  'undo.network.renamed': z.object({ was: p.name, now: p.name }),
  'undo.network.services': p.ofNetwork.extend({ on: z.boolean(), wasOn: z.boolean() }),
  /** `hosts`, `was`: over which it is, and was, stretched. */
  'undo.network.stretched': p.ofNetwork.extend({ hosts: p.names, was: p.names }),
  'undo.network.removed': p.ofNetwork,
  'undo.network.attached': p.ofNetworkAndCluster,
  'undo.network.detached': p.ofNetworkAndCluster,
  'undo.note.written': p.ofNetworkAndHost,
  'undo.note.removed': p.ofNetworkAndHost,
  'undo.promise.added': p.ofPromise,
  'undo.promise.updated': p.ofPromise,
  'undo.promise.removed': p.ofPromise,
  'undo.promise.group_set': z.object({ group: p.name }),
  'undo.promise.group_removed': z.object({ group: p.name }),
  'undo.imported': z.object({ host: p.name, vms: p.names, networks: p.names }),
} as const;

const items = { ...OLD_TEXT, ...UNDO_ITEMS };
export type UndoItem = MessageOf<typeof items>;
export const UndoItem: z.ZodType<UndoItem, UndoItem> = messageOf(items);
