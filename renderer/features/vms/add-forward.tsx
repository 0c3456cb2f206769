import { z } from 'zod';
import { GuestPort, Protocol, type Vm, WantedHostPort } from '../../../contract';
import { client } from '../../api/client';
import { useCommand } from '../../api/use-command';
import { ChoiceField, TextField } from '../../ui/fields';
import { useFormState } from '../../ui/form-state';
import { text } from './text';
import { CommandDialog } from '../../actions/command-dialog';

const ForwardInput = z.object({ guestPort: GuestPort, hostPort: WantedHostPort, protocol: Protocol });
const EMPTY = { guestPort: '80', hostPort: '', protocol: 'tcp' };

/** An empty port is 0: refused for the VM; any free port on this computer. */
const toInput = (draft: typeof EMPTY) => ({
  guestPort: Number(draft.guestPort),
  hostPort: Number(draft.hostPort),
  protocol: draft.protocol,
});

/** The form of a new port forward to a VM. */
export function AddForward({ vm, onClose }: { vm: Vm; onClose: () => void }) {
  const form = useFormState(EMPTY, ForwardInput, toInput);
  const command = useCommand(() => client.forwards.add({ vm: vm.id, ...ForwardInput.parse(toInput(form.draft)) }));
  return (
    <CommandDialog
      title={text.forwardTitle(vm.name)}
      description={text.forwardMeans}
      submit={text.forward}
      size="small"
      command={command}
      form={form}
      onClose={onClose}
    >
      <TextField label={text.vmPort} type="number" required {...form.field('guestPort', command.problem)} />
      <TextField
        label={text.computerPort}
        type="number"
        help={text.anyPort}
        {...form.field('hostPort', command.problem)}
      />
      <ChoiceField
        label={text.protocol}
        choices={[
          { value: 'tcp', label: text.tcp },
          { value: 'udp', label: text.udp },
        ]}
        {...form.field('protocol', command.problem)}
      />
    </CommandDialog>
  );
}
