import { z } from 'zod';
import { Comment, Name, Ref } from '../model/common';
import { Snapshot } from '../model/snapshot';
import { Vm } from '../model/vm';
import { command, query } from './base';

const SomeVms = z.array(Ref).min(1, 'name at least one VM').max(1000);

export const snapshots = {
  list: query.input(z.strictObject({ host: Ref.optional(), vm: Ref.optional() })).output(z.array(Snapshot)),
  show: query.input(z.strictObject({ snapshot: Ref })).output(Snapshot),
  /**
   * Keeps these VMs, or all of a host, as they are at one moment. VMs that run are frozen together, saved, and go on; that
   * takes as long as writing their memory. `isStart`: what `labs.reset` leads back to, in the place of an earlier start.
   */
  add: command(
    {
      name: Name,
      comment: Comment.default(''),
      host: Ref.optional(),
      vms: SomeVms.optional(),
      isStart: z.boolean().default(false),
    },
    { snapshot: Snapshot },
  ),
  /** Ends its VMs and brings all of them back together: disks, memory, settings, vNICs. What they were since is lost. */
  revert: command({ snapshot: Ref }, { snapshot: Snapshot }),
  remove: command({ snapshot: Ref }, {}),
};

/** More that is done to a lab, or to the VMs of any host, as a whole. */
export const labCopies = {
  /** Copies a group of VMs with isolated networks of their own, so that each copy is an island: the same addresses, new MACs. */
  clone: command(
    {
      lab: Ref,
      vms: SomeVms.optional(),
      copies: z.int('must be a whole number').min(1, 'must be 1 to 50').max(50, 'must be 1 to 50').default(1),
      start: z.boolean().default(false),
    },
    { vms: z.array(Vm), networks: z.array(z.string()) },
  ),
  /** Back to the lab's start: its start snapshot, or, where it has none, each VM as on its first day. */
  reset: command({ lab: Ref, vms: SomeVms.optional() }, { vms: z.array(Vm), snapshot: Snapshot.nullable() }),
};
