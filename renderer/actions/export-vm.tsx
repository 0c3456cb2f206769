import { z } from 'zod';
import type { Vm } from '../../contract';
import { client } from '../api/client';
import { useCommand } from '../api/use-command';
import { useFormState } from '../ui/form-state';
import { CommandDialog } from './command-dialog';
import { PathField } from './path-field';
import { text } from './text';

const NOT_CHECKED = z.object({});

/** Why a VM has nothing to export; null: it has disks. */
export const whyNoExport = ({ boot, disks, hostId }: Vm): string | null => {
  if (boot.kind !== 'image' && boot.kind !== 'disk' && disks.length === 0) return text.exportNoDisk;
  return hostId === null ? text.exportNoDiskYet : null;
};

/** A file name that the name of a VM suggests. */
const fileNameOf = (name: string): string =>
  `${name.replace(/[^A-Za-z0-9._-]+/g, '-').replace(/^[.-]+/, '') || 'vm'}.ova`;

/** Writes a stopped VM to a new OVA file; the job's progress is in Activity. */
export function ExportVm({ vm, onClose }: { vm: Vm; onClose: () => void }) {
  const form = useFormState({ path: '' }, NOT_CHECKED);
  const { path } = form.draft;
  const command = useCommand(() => client.vms.export({ vm: vm.id, path }));
  return (
    <CommandDialog
      title={text.exportVmTitle(vm.name)}
      description={text.exportVmMeans}
      submit={text.exportVm}
      size="small"
      command={command}
      form={form}
      why={whyNoExport(vm) ?? (path === '' ? text.exportPathNeeded : null)}
      onClose={onClose}
    >
      <PathField
        label={text.exportPath}
        required
        autoFocus
        request={{ use: 'appliance', save: fileNameOf(vm.name) }}
        {...form.field('path', command.problem)}
      />
    </CommandDialog>
  );
}
