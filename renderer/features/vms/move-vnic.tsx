import { useState } from 'react';
import type { Vm, Vnic } from '../../../contract';
import { useNetworks } from '../../actions/use-names';
import { client } from '../../api/client';
import { useCommand } from '../../api/use-command';
import { Dialog } from '../../ui/dialog';
import { ChoiceField } from '../../ui/fields';
import { Trouble } from '../../ui/trouble';
import { text } from './text';

/** To another island, running or not: like pulling a cable from one switch and putting it into another. */
export function MoveVnic({ vm, vnic, onClose }: { vm: Vm; vnic: Vnic; onClose: () => void }) {
  const networks = [...useNetworks().values()].filter((network) => network.dataCenterId === vm.dataCenterId);
  const [network, setNetwork] = useState(vnic.networkId ?? '');
  const command = useCommand(() =>
    client.vnics.move({ vm: vm.id, vnic: vnic.id, network: network === '' ? null : network }),
  );
  const send = async (): Promise<void> => {
    if ((await command.run(undefined)) !== null) onClose();
  };
  return (
    <Dialog
      title={`Move ${vnic.name} of ${vm.name}`}
      submit="Move"
      size="small"
      busy={command.busy}
      onSubmit={() => void send()}
      onClose={onClose}
    >
      <ChoiceField
        label="Network"
        value={network}
        onChange={setNetwork}
        choices={[...networks.map((n) => ({ value: n.id, label: n.name })), { value: '', label: text.noNetwork }]}
      />
      <Trouble problem={command.problem} />
    </Dialog>
  );
}
