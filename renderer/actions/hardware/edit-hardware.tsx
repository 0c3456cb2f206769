import { z } from 'zod';
import { bootDevicesOf, Hardware, hasBootDisk, type Vm } from '../../../contract';
import { client } from '../../api/client';
import { useCommand } from '../../api/use-command';
import { TextField } from '../../ui/fields';
import { useFormState } from '../../ui/form-state';
import { CommandDialog } from '../command-dialog';
import { BootOrderField } from './boot-order-field';
import { HardwareFields } from './hardware-fields';
import { SizeInputs } from './sizes';
import { text } from './text';

const Draft = z.object({ ...SizeInputs, hardware: Hardware });

/** Changes the hardware of a VM that is down. */
export function EditHardware({ vm, onClose }: { vm: Vm; onClose: () => void }) {
  const form = useFormState(
    { hardware: vm.hardware, memoryMiB: String(vm.memoryMiB), cpus: String(vm.cpus) },
    Draft,
    ({ hardware, memoryMiB, cpus }) => ({ hardware, memoryMiB: Number(memoryMiB), cpus: Number(cpus) }),
  );
  const { hardware, memoryMiB, cpus } = form.draft;
  const command = useCommand(() =>
    client.vms.update({ vm: vm.id, hardware, memoryMiB: Number(memoryMiB), cpus: Number(cpus) }),
  );
  return (
    <CommandDialog title={text.title(vm.name)} submit={text.save} command={command} form={form} onClose={onClose}>
      <div className="field-row">
        <TextField label={text.memoryMib} type="number" {...form.field('memoryMiB', command.problem)} />
        <TextField label={text.cpus} type="number" {...form.field('cpus', command.problem)} />
      </div>
      <HardwareFields
        hardware={hardware}
        hasBootDisk={hasBootDisk(vm.boot)}
        onChange={(changed) => form.set('hardware', changed)}
        errorOf={(field) => form.errorOf(field, command.problem)}
      />
      {vm.boot.kind === 'kernel' ? null : (
        <BootOrderField
          devices={bootDevicesOf(vm)}
          order={hardware.bootOrder}
          onChange={(bootOrder) => form.set('hardware', { ...hardware, bootOrder })}
          error={form.errorOf('hardware.bootOrder', command.problem)}
        />
      )}
    </CommandDialog>
  );
}
