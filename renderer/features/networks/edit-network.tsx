import { z } from 'zod';
import { Comment, Label, Mtu, type Network, NetworkName } from '../../../contract';
import { useNetworks } from '../../actions/use-names';
import { client } from '../../api/client';
import { useCommand } from '../../api/use-command';
import { TextField } from '../../ui/fields';
import { useFormState } from '../../ui/form-state';
import { lookAlike } from '../../ui/look-alike';
import { text } from './text';
import { CommandDialog } from '../../actions/command-dialog';

const Draft = z.object({ name: NetworkName, mtu: Mtu, label: Label.nullable(), comment: Comment });

interface Fields {
  readonly name: string;
  readonly mtu: string;
  readonly label: string;
  readonly comment: string;
}

const toInput = (draft: Fields): z.input<typeof Draft> => ({
  ...draft,
  mtu: Number(draft.mtu),
  label: draft.label === '' ? null : draft.label,
});

export function EditNetwork({ network, onClose }: { network: Network; onClose: () => void }) {
  const { name, mtu, label, comment } = network;
  const form = useFormState<Fields>({ name, mtu: String(mtu), label: label ?? '', comment }, Draft, toInput);
  const { draft } = form;
  const names = useNetworks();
  const command = useCommand(() => client.networks.update({ network: network.id, ...toInput(draft) }));
  return (
    <CommandDialog
      title={text.editTitle(network.name)}
      description={text.editMeans}
      submit={text.save}
      size="small"
      command={command}
      form={form}
      onClose={onClose}
    >
      <TextField
        label={text.name}
        required
        help={draft.name === network.name ? undefined : lookAlike(draft.name, names.values())}
        {...form.field('name', command.problem)}
      />
      <TextField label={text.mtu} type="number" {...form.field('mtu', command.problem)} />
      <TextField label={text.label} {...form.field('label', command.problem)} help={text.labelMeans} />
      <TextField label={text.comment} {...form.field('comment', command.problem)} />
    </CommandDialog>
  );
}
