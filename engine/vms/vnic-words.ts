import type { Change, Undoable, Vnic } from '../../contract';
import type { Repositories, VmRow, VnicRow } from '../ports/store';

type Kind = Extract<Change['kind'], `vnic.${string}`>;

/** What was done to a vNIC, as one would ask for it: with the network's name, since that is what people mean. */
export function vnicUndo(
  tx: Pick<Repositories, 'networks'>,
  vm: Pick<VmRow, 'name'>,
  vnic: Pick<Vnic, 'name' | 'networkId'>,
  change: Extract<Change, { kind: Kind }>,
): Undoable {
  const network = vnic.networkId === null ? undefined : tx.networks.get(vnic.networkId)?.name;
  const place = network === undefined ? '' : ` on ${network}`;
  const nameOf = (id: string | null): string => (id === null ? 'no network' : (tx.networks.get(id)?.name ?? id));
  switch (change.kind) {
    case 'vnic.added':
      return { words: `add ${vnic.name} to ${vm.name}${place}`, change };
    case 'vnic.removed':
      return { words: `remove ${vnic.name} from ${vm.name}${place}`, change };
    case 'vnic.plugged':
      return {
        words: `plug ${network === undefined ? `${vnic.name} into ${vm.name}` : `${vm.name} into ${network}`}`,
        change,
      };
    case 'vnic.unplugged':
      return {
        words: `unplug ${network === undefined ? `${vnic.name} from ${vm.name}` : `${vm.name} from ${network}`}`,
        change,
      };
    case 'vnic.linked':
      return { words: `set the link of ${vnic.name} of ${vm.name}${place} ${change.up ? 'up' : 'down'}`, change };
    case 'vnic.moved':
      return { words: `move ${vm.name} from ${nameOf(change.was)} to ${nameOf(change.now)}`, change };
  }
}

/** The ids by which a change names a vNIC. */
export const ofVnic = ({ id, vmId }: Pick<VnicRow, 'id' | 'vmId'>) => ({ vmId, vnicId: id });
