import { z } from 'zod';
import { Comment, Mtu, type Network, NetworkName } from '../../../contract';
import { client } from '../../api/client';
import { useCommand } from '../../api/use-command';
import { Dialog } from '../../ui/dialog';
import { TextField } from '../../ui/fields';
import { useFormState } from '../../ui/form-state';
import { Trouble } from '../../ui/trouble';

const Draft = z.object({ name: NetworkName, mtu: Mtu, comment: Comment });

export function EditNetwork({ network, onClose }: { network: Network; onClose: () => void }) {
  const form = useFormState({ name: network.name, mtu: String(network.mtu), comment: network.comment }, Draft, (d) => ({
    ...d,
    mtu: Number(d.mtu),
  }));
  const { draft } = form;
  const command = useCommand(() =>
    client.networks.update({ network: network.id, name: draft.name, mtu: Number(draft.mtu), comment: draft.comment }),
  );
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
      <TextField label="Comment" {...form.field('comment', command.problem)} />
      <Trouble problem={command.problem} />
    </Dialog>
  );
}
