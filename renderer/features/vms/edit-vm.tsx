import { Checkbox } from '@patternfly/react-core/dist/dynamic/components/Checkbox';
import { z } from 'zod';
import { Comment, Name, type Vm } from '../../../contract';
import { ActionTool } from '../../actions/registry/action-bar';
import { SizeInputs } from '../../actions/hardware/sizes';
import { useAsked } from '../../actions/use-asked';
import { useVms } from '../../actions/use-names';
import { client } from '../../api/client';
import { useCommand } from '../../api/use-command';
import { TextField } from '../../ui/fields';
import { useFormState } from '../../ui/form-state';
import { lookAlike } from '../../ui/look-alike';
import { text } from './text';
import { CommandDialog } from '../../actions/command-dialog';

const Draft = z.object({ ...SizeInputs, name: Name, comment: Comment, autostart: z.boolean() });

export function EditVm({ vm }: { vm: Vm }) {
  const [open, setOpen] = useAsked('edit');
  return (
    <>
      <ActionTool kind="vm" object={vm} id="update" isLink />
      {open ? <EditDialog vm={vm} onClose={() => setOpen(false)} /> : null}
    </>
  );
}

const pick = ({ name, comment, autostart }: Vm) => ({ name, comment, autostart });

function EditDialog({ vm, onClose }: { vm: Vm; onClose: () => void }) {
  const isOwners = vm.boot.kind === 'imported';
  const form = useFormState({ ...pick(vm), memoryMiB: String(vm.memoryMiB), cpus: String(vm.cpus) }, Draft, (d) => ({
    ...d,
    memoryMiB: Number(d.memoryMiB),
    cpus: Number(d.cpus),
  }));
  const { draft, set } = form;
  const names = useVms();
  const command = useCommand(() =>
    client.vms.update({
      vm: vm.id,
      name: draft.name,
      comment: draft.comment,
      autostart: draft.autostart,
      ...(isOwners ? {} : { memoryMiB: Number(draft.memoryMiB), cpus: Number(draft.cpus) }),
    }),
  );
  return (
    <CommandDialog
      title={text.editTitle(vm.name)}
      submit={text.save}
      size="small"
      command={command}
      form={form}
      onClose={onClose}
    >
      <TextField
        label={text.name}
        required
        help={draft.name === vm.name ? undefined : lookAlike(draft.name, names.values())}
        {...form.field('name', command.problem)}
      />
      {isOwners ? (
        <p className="soft">{text.ownersMemory}</p>
      ) : (
        <div className="field-row">
          <TextField label={text.memoryMib} type="number" {...form.field('memoryMiB', command.problem)} />
          <TextField label={text.cpus} type="number" {...form.field('cpus', command.problem)} />
        </div>
      )}
      <TextField label={text.comment} {...form.field('comment', command.problem)} />
      <Checkbox
        id="autostart"
        label={text.autostart}
        description={text.autostartMeans}
        isChecked={draft.autostart}
        onChange={(_, on) => set('autostart', on)}
      />
    </CommandDialog>
  );
}
