import { z } from 'zod';
import { Comment, Label, Mtu, type Network, NetworkName } from '../../../contract';
import { client } from '../../api/client';
import { useCommand } from '../../api/use-command';
import { Dialog } from '../../ui/dialog';
import { TextField } from '../../ui/fields';
import { useFormState } from '../../ui/form-state';
import { Trouble } from '../../ui/trouble';
import { text } from './text';

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
  const command = useCommand(() => client.networks.update({ network: network.id, ...toInput(draft) }));
  const send = async (): Promise<void> => {
    if (form.check() && (await command.run(undefined)) !== null) onClose();
  };
  return (
    <Dialog
      title={`Edit ${network.name}`}
      description="The bridge keeps its name on the hosts."
      submit="Save"
      size="small"
      busy={command.busy}
      onSubmit={() => void send()}
      onClose={onClose}
    >
      <TextField label="Name" required {...form.field('name', command.problem)} />
      <TextField label="MTU" type="number" {...form.field('mtu', command.problem)} />
      <TextField label="Label" {...form.field('label', command.problem)} help={text.labelMeans} />
      <TextField label="Comment" {...form.field('comment', command.problem)} />
      <Trouble problem={command.problem} />
    </Dialog>
  );
}
