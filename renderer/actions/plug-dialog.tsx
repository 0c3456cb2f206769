import { z } from 'zod';
import type { Vm } from '../../contract';
import { client } from '../api/client';
import { useCommand } from '../api/use-command';
import { ChoiceField } from '../ui/fields';
import { useFormState } from '../ui/form-state';
import { text } from './text';
import { useNetworks } from './use-names';
import { CommandDialog } from './command-dialog';

/** Adds a vNIC on a network to a VM, running or not. */
export function PlugDialog({ vm, onClose }: { vm: Vm; onClose: () => void }) {
  const networks = [...useNetworks().values()].filter((network) => network.dataCenterId === vm.dataCenterId);
  const form = useFormState({ network: '' }, z.object({}));
  const { network } = form.draft;
  const command = useCommand(() => client.vnics.add({ vm: vm.id, network: network === '' ? null : network }));
  return (
    <CommandDialog
      title={text.plugTitle(vm.name)}
      description={text.plugMeans}
      submit={text.plugIn}
      size="small"
      command={command}
      form={form}
      onClose={onClose}
    >
      <ChoiceField
        label={text.network}
        {...form.field('network', command.problem)}
        choices={[{ value: '', label: text.noNetworkYet }, ...networks.map((n) => ({ value: n.id, label: n.name }))]}
      />
    </CommandDialog>
  );
}
