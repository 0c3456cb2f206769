import { z } from 'zod';
import {
  Id,
  type EventType,
  type Undoable,
  type VmState,
  isRunning,
  type EventMessage,
  type JobTitle,
  type Written,
  say,
} from '../../contract';
import type { Core } from '../context';
import { failOnFailures } from '../reconcile/converge-job';
import type { JobDraft } from '../core/scope';
import type { RunningJob } from '../core/jobs/job-kinds';
import type { NetworkRow, Repositories, VmRow, VnicRow } from '../ports/store';
import { presentVnic } from './present';
import { profileOf } from './vnic-rows';
import { ofVnic, vnicUndo } from './vnic-undo';
import { assertVmStateAllows } from './rules';
import { warnIfSplit } from './warn-if-split';
import { networkOf, vnicSpec } from './vm-spec';
import { type VmTurn, inTurn } from './vm-turn';

/** A change of one vNIC. On a running VM the host applies it first, and only then the row is written. */
const VnicChange = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('plug') }),
  z.strictObject({ kind: z.literal('unplug') }),
  z.strictObject({ kind: z.literal('link'), up: z.boolean() }),
  z.strictObject({ kind: z.literal('move'), networkId: Id.nullable(), profileId: Id.nullable().optional() }),
  z.strictObject({ kind: z.literal('remove') }),
]);
export type VnicChange = z.infer<typeof VnicChange>;

export const VnicPayload = z.strictObject({ vmId: Id, vnicId: Id, change: VnicChange });
export type VnicPayload = z.infer<typeof VnicPayload>;

/** Whether a change of the VM's vNICs has to go through its host. */
export const isLive = (state: VmState): boolean => isRunning(state);

export function vnicJob(kind: string, vm: VmRow, vnic: VnicRow, change: VnicChange, title: JobTitle): JobDraft {
  const payload: VnicPayload = { vmId: vm.id, vnicId: vnic.id, change };
  const subjects = { vmId: vm.id, vnicId: vnic.id, ...(vm.hostId === null ? {} : { hostId: vm.hostId }) };
  return { kind, title, payload, subjects, steps: [{ title, hostId: vm.hostId }] };
}

/** Runs a change of a vNIC in its VM's turn. If the VM has ended in the meantime, only the row changes. */
export async function runVnicJob(core: Core, job: RunningJob<VnicPayload>): Promise<void> {
  const { vmId, vnicId, change } = job.payload;
  if (!core.store.vnics.get(vnicId)) return job.skip(1, say('result.vnic_removed', {}));
  await inTurn(core, job, vmId, (turn) =>
    job.step(1, async (signal) => {
      const vnic = core.store.vnics.get(vnicId);
      if (!vnic) return say('result.vnic_removed', {});
      assertVmStateAllows(turn.vm, 'editVnics');
      if (isLive(turn.vm.state)) await changeOnHost(core, turn, vnic, change, signal);
      turn.write((tx, emit) => {
        const { type, message, undo } = applyChange(tx, turn.vm, vnic, change);
        // The undo removes the new vNIC, not just its plug.
        emit(type, 'normal', message, job.row.kind === 'vnics.add' ? null : undo);
        warnIfSplit(
          tx,
          (kind, severity, words, also) => emit(kind, severity, words, null, also),
          turn.vm,
          joined(tx, vnic, change),
        );
      });
      return null;
    }),
  );
}

async function changeOnHost(
  core: Core,
  turn: VmTurn,
  vnic: VnicRow,
  change: VnicChange,
  signal: AbortSignal,
): Promise<void> {
  const { store } = core;
  const vmId = vnic.vmId;
  const network = networkOf(store, vnic);
  switch (change.kind) {
    case 'plug':
      await needNetwork(turn, network, signal);
      return turn.driver.plug(vmId, vnicSpec(turn.vm, vnic, network), signal);
    case 'unplug':
    case 'remove':
      return vnic.plugged ? turn.driver.unplug(vmId, vnicSpec(turn.vm, vnic, network), signal) : undefined;
    case 'link':
      return vnic.plugged
        ? turn.driver.update(vmId, vnicSpec(turn.vm, { ...vnic, linked: change.up }, network), signal)
        : undefined;
    case 'move': {
      const target = change.networkId === null ? null : (store.networks.get(change.networkId) ?? null);
      if (!vnic.plugged) return;
      await needNetwork(turn, target, signal);
      return turn.driver.update(vmId, vnicSpec(turn.vm, vnic, target), signal);
    }
  }
}

/** A vNIC is plugged into a sealed bridge or not at all (rule S8). */
async function needNetwork(turn: VmTurn, network: NetworkRow | null, signal: AbortSignal): Promise<void> {
  if (network) failOnFailures(await turn.actor.converge(signal, 'assured'), new Set([network.id]));
}

/** The network that a change adds the VM to; none if it removes or keeps one. */
export function joined(tx: Pick<Repositories, 'networks'>, vnic: VnicRow, change: VnicChange): NetworkRow[] {
  const id = change.kind === 'plug' ? vnic.networkId : change.kind === 'move' && vnic.plugged ? change.networkId : null;
  const network = id === null ? undefined : tx.networks.get(id);
  return network ? [network] : [];
}

interface ChangeEvent {
  readonly type: EventType;
  readonly message: Written<EventMessage>;
  readonly undo: Undoable;
}

/** Writes a change into the database; returns the event that reports it. */
export function applyChange(tx: Repositories, vm: VmRow, vnic: VnicRow, change: VnicChange): ChangeEvent {
  const what = { vnic: vnic.name, vm: vm.name };
  const ids = ofVnic(vnic);
  const undo = (made: Parameters<typeof vnicUndo>[3]): Undoable => vnicUndo(tx, vm, vnic, made);
  switch (change.kind) {
    case 'plug':
      tx.vnics.update(vnic.id, { plugged: true });
      return { type: 'vnic.plugged', message: say('vnic.plugged', what), undo: undo({ kind: 'vnic.plugged', ...ids }) };
    case 'unplug':
      tx.vnics.update(vnic.id, { plugged: false });
      return {
        type: 'vnic.unplugged',
        message: say('vnic.unplugged', what),
        undo: undo({ kind: 'vnic.unplugged', ...ids }),
      };
    case 'link': {
      const { up } = change;
      tx.vnics.update(vnic.id, { linked: up });
      const type = up ? 'vnic.linked' : 'vnic.unlinked';
      return { type, message: say(type, what), undo: undo({ kind: 'vnic.linked', ...ids, up }) };
    }
    case 'move': {
      const { networkId: now } = change;
      const network = now === null ? null : tx.networks.get(now);
      tx.vnics.update(vnic.id, { profileId: profileOf(tx, now, change.profileId) });
      const message = say('vnic.moved', { ...what, network: network?.name ?? null });
      return { type: 'vnic.moved', message, undo: undo({ kind: 'vnic.moved', ...ids, was: vnic.networkId, now }) };
    }
    case 'remove':
      tx.vnics.remove(vnic.id);
      return {
        type: 'vnic.removed',
        message: say('vnic.removed', what),
        undo: undo({ kind: 'vnic.removed', vnic: presentVnic(vnic), position: vnic.position }),
      };
  }
}
