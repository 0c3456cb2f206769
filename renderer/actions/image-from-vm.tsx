import { z } from 'zod';
import { imageDiskOf, Name, type Vm } from '../../contract';
import { client } from '../api/client';
import { useCommand } from '../api/use-command';
import { TextField } from '../ui/fields';
import { useFormState } from '../ui/form-state';
import { CommandDialog } from './command-dialog';
import { text } from './text';

const Draft = z.object({ name: Name });

/** Why no image can be made of a VM that is in the right state; null: one can. */
export function whyNoImage(vm: Vm): string | null {
  if (imageDiskOf(vm) === null) return text.noDiskForImage;
  return vm.hostId === null ? text.noDiskYet : null;
}

/** Makes an image of a stopped VM; the job's progress is on the Images page. */
export function ImageFromVm({ vm, onClose }: { vm: Vm; onClose: () => void }) {
  const form = useFormState({ name: vm.name }, Draft);
  const command = useCommand(() => client.images.addFromVm({ vm: vm.id, name: form.draft.name }));
  return (
    <CommandDialog
      title={text.makeImageTitle(vm.name)}
      description={text.makeImageMeans}
      submit={text.makeImage}
      size="small"
      command={command}
      form={form}
      onClose={onClose}
    >
      <TextField label={text.imageName} required autoFocus {...form.field('name', command.problem)} />
    </CommandDialog>
  );
}
