import { type Change, type Undoable, type Vnic, say } from '../../contract';
import type { Repositories, VmRow, VnicRow } from '../ports/store';

type Kind = Extract<Change['kind'], `vnic.${string}`>;

/** The change of a vNIC, for undo: with the network's name, because users know it by that. */
export function vnicUndo(
  tx: Pick<Repositories, 'networks'>,
  vm: Pick<VmRow, 'name'>,
  vnic: Pick<Vnic, 'name' | 'networkId'>,
  change: Extract<Change, { kind: Kind }>,
): Undoable {
  const nameOf = (id: string | null): string | null => (id === null ? null : (tx.networks.get(id)?.name ?? id));
  const network = vnic.networkId === null ? null : (tx.networks.get(vnic.networkId)?.name ?? null);
  const of = { vnic: vnic.name, vm: vm.name, network };
  switch (change.kind) {
    case 'vnic.added':
      return { words: say('undo.vnic.added', of), change };
    case 'vnic.removed':
      return { words: say('undo.vnic.removed', of), change };
    case 'vnic.plugged':
      return { words: say('undo.vnic.plugged', of), change };
    case 'vnic.unplugged':
      return { words: say('undo.vnic.unplugged', of), change };
    case 'vnic.linked':
      return { words: say('undo.vnic.linked', { ...of, up: change.up }), change };
    case 'vnic.moved':
      return {
        words: say('undo.vnic.moved', { vm: vm.name, from: nameOf(change.was), to: nameOf(change.now) }),
        change,
      };
  }
}

/** The ids by which a change refers to a vNIC. */
export const ofVnic = ({ id, vmId }: Pick<VnicRow, 'id' | 'vmId'>) => ({ vmId, vnicId: id });
