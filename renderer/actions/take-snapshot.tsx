import { Checkbox } from '@patternfly/react-core/dist/dynamic/components/Checkbox';
import { z } from 'zod';
import { Comment, Name } from '../../contract';
import { client } from '../api/client';
import { useCommand } from '../api/use-command';
import { TextField } from '../ui/fields';
import { useFormState } from '../ui/form-state';
import { text as shared } from './text';
import { CommandDialog } from './command-dialog';

const text = shared.snapshots;
const Draft = z.object({ name: Name, comment: Comment });

/** The subject of a snapshot: all VMs of a host, or one VM. */
export type SnapshotOf =
  { readonly hostId: string; readonly name: string } | { readonly vmId: string; readonly name: string };

export function TakeSnapshot({ of, onClose }: { of: SnapshotOf; onClose: () => void }) {
  const form = useFormState({ name: '', comment: '', isStart: false }, Draft);
  const { name, comment, isStart } = form.draft;
  const group = 'hostId' in of ? { host: of.hostId } : { vms: [of.vmId] };
  const command = useCommand(() => client.snapshots.add({ ...group, name, comment, isStart }));
  return (
    <CommandDialog
      title={text.takeTitle(of.name)}
      description={text.takeMeans}
      submit={text.take}
      size="small"
      command={command}
      form={form}
      onClose={onClose}
    >
      <TextField label={shared.name} required autoFocus {...form.field('name', command.problem)} />
      <TextField label={shared.comment} {...form.field('comment', command.problem)} />
      <Checkbox
        id="snapshot-start"
        label={text.start}
        isChecked={isStart}
        onChange={(_, on) => form.set('isStart', on)}
      />
    </CommandDialog>
  );
}
