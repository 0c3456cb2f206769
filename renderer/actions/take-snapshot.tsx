import { Checkbox } from '@patternfly/react-core/dist/dynamic/components/Checkbox';
import { z } from 'zod';
import { Comment, Name } from '../../contract';
import { client } from '../api/client';
import { useCommand } from '../api/use-command';
import { Dialog } from '../ui/dialog';
import { TextField } from '../ui/fields';
import { useFormState } from '../ui/form-state';
import { Trouble } from '../ui/trouble';
import { text } from './labcare-text';

const Draft = z.object({ name: Name, comment: Comment });

/** Of whom a snapshot is taken: all VMs of a host, or one VM. */
export type SnapshotOf =
  { readonly hostId: string; readonly name: string } | { readonly vmId: string; readonly name: string };

export function TakeSnapshot({ of, onClose }: { of: SnapshotOf; onClose: () => void }) {
  const form = useFormState({ name: '', comment: '', isStart: false }, Draft);
  const { name, comment, isStart } = form.draft;
  const group = 'hostId' in of ? { host: of.hostId } : { vms: [of.vmId] };
  const command = useCommand(() => client.snapshots.add({ ...group, name, comment, isStart }));
  const send = async (): Promise<void> => {
    if (form.check() && (await command.run(undefined)) !== null) onClose();
  };
  return (
    <Dialog
      title={text.takeTitle(of.name)}
      description={text.takeMeans}
      submit={text.take}
      size="small"
      busy={command.busy}
      onSubmit={() => void send()}
      onClose={onClose}
    >
      <TextField label="Name" required autoFocus {...form.field('name', command.problem)} />
      <TextField label="Comment" {...form.field('comment', command.problem)} />
      <Checkbox
        id="snapshot-start"
        label={text.start}
        isChecked={isStart}
        onChange={(_, on) => form.set('isStart', on)}
      />
      <Trouble problem={command.problem} />
    </Dialog>
  );
}
