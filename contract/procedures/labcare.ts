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
   * Takes a snapshot of these VMs, or of all VMs of a host, at one moment. Running VMs are paused together, saved, and resumed;
   * that takes as long as writing their memory. `isStart`: the state that `labs.reset` reverts to, replacing an earlier one.
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
  /** Stops its VMs and reverts all of them together: disks, memory, settings, vNICs. Later changes are lost. */
  revert: command({ snapshot: Ref }, { snapshot: Snapshot }),
  remove: command({ snapshot: Ref }, {}),
};

/** Further operations on a lab, or on all VMs of any host. */
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
  /** Reverts to the lab's start snapshot, or, without one, each VM to its initial state. */
  reset: command({ lab: Ref, vms: SomeVms.optional() }, { vms: z.array(Vm), snapshot: Snapshot.nullable() }),
};
