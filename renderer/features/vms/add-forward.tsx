import { z } from 'zod';
import { GuestPort, Protocol, type Vm, WantedHostPort } from '../../../contract';
import { client } from '../../api/client';
import { useCommand } from '../../api/use-command';
import { Dialog } from '../../ui/dialog';
import { ChoiceField, TextField } from '../../ui/fields';
import { useFormState } from '../../ui/form-state';
import { Trouble } from '../../ui/trouble';
import { text } from './text';

const Wish = z.object({ guestPort: GuestPort, hostPort: WantedHostPort, protocol: Protocol });
const EMPTY = { guestPort: '80', hostPort: '', protocol: 'tcp' };

/** An empty port is 0: of the VM none at all, which is refused; of this computer any free one. */
const toWish = (draft: typeof EMPTY) => ({
  guestPort: Number(draft.guestPort),
  hostPort: Number(draft.hostPort),
  protocol: draft.protocol,
});

/** The form of a new forward to a VM. */
export function AddForward({ vm, onClose }: { vm: Vm; onClose: () => void }) {
  const form = useFormState(EMPTY, Wish, toWish);
  const command = useCommand(() => client.forwards.add({ vm: vm.id, ...Wish.parse(toWish(form.draft)) }));
  const send = async (): Promise<void> => {
    if (form.check() && (await command.run(undefined)) !== null) onClose();
  };
  return (
    <Dialog
      title={`Forward a port to ${vm.name}`}
      description={text.forwardMeans}
      submit="Forward"
      size="small"
      busy={command.busy}
      onSubmit={() => void send()}
      onClose={onClose}
    >
      <TextField label="Port of the VM" type="number" required {...form.field('guestPort', command.problem)} />
      <TextField
        label="Port of this computer"
        type="number"
        help={text.anyPort}
        {...form.field('hostPort', command.problem)}
      />
      <ChoiceField
        label="Protocol"
        choices={[
          { value: 'tcp', label: 'TCP' },
          { value: 'udp', label: 'UDP' },
        ]}
        {...form.field('protocol', command.problem)}
      />
      <Trouble problem={command.problem} />
    </Dialog>
  );
}
