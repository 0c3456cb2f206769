import { z } from 'zod';
import { Name, type Vm } from '../../contract';
import { client } from '../api/client';
import { useCommand } from '../api/use-command';
import { TextField } from '../ui/fields';
import { useFormState } from '../ui/form-state';
import { CommandDialog } from './command-dialog';
import { text } from './text';

const Draft = z.object({ name: Name });

/** Copies a stopped VM under another name; the job's progress is in Activity. */
export function CloneVm({ vm, onClose }: { vm: Vm; onClose: () => void }) {
  const form = useFormState({ name: `${vm.name}-copy` }, Draft);
  const command = useCommand(() => client.vms.clone({ vm: vm.id, name: form.draft.name }));
  return (
    <CommandDialog
      title={text.cloneVmTitle(vm.name)}
      description={text.cloneVmMeans}
      submit={text.cloneVm}
      size="small"
      command={command}
      form={form}
      onClose={onClose}
    >
      <TextField label={text.name} required autoFocus {...form.field('name', command.problem)} />
    </CommandDialog>
  );
}
