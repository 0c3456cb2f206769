import { useState } from 'react';
import type { Vm, Vnic } from '../../../contract';
import { useNetworks } from '../../actions/use-names';
import { client } from '../../api/client';
import { useCommand } from '../../api/use-command';
import { ChoiceField } from '../../ui/fields';
import { text } from './text';
import { CommandDialog } from '../../actions/command-dialog';

/** Moves a vNIC to another network, running or not, like moving a cable to another switch. */
export function MoveVnic({ vm, vnic, onClose }: { vm: Vm; vnic: Vnic; onClose: () => void }) {
  const networks = [...useNetworks().values()].filter((network) => network.dataCenterId === vm.dataCenterId);
  const [network, setNetwork] = useState(vnic.networkId ?? '');
  const command = useCommand(() =>
    client.vnics.move({ vm: vm.id, vnic: vnic.id, network: network === '' ? null : network }),
  );
  return (
    <CommandDialog
      title={text.moveVnicTitle(vnic.name, vm.name)}
      submit={text.move}
      size="small"
      command={command}
      onClose={onClose}
    >
      <ChoiceField
        label={text.network}
        value={network}
        onChange={setNetwork}
        choices={[...networks.map((n) => ({ value: n.id, label: n.name })), { value: '', label: text.noNetwork }]}
      />
    </CommandDialog>
  );
}
