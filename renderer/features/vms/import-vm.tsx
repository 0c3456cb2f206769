import { useQuery } from '@tanstack/react-query';
import { z } from 'zod';
import { CommandDialog } from '../../actions/command-dialog';
import { PathField } from '../../actions/path-field';
import { client } from '../../api/client';
import { queries } from '../../api/queries';
import { useCommand } from '../../api/use-command';
import { ChoiceField, TextField } from '../../ui/fields';
import { useFormState } from '../../ui/form-state';
import { text } from './text';

/** The engine checks this form. */
const NOT_CHECKED = z.object({});
const SAME = 'same';
const NONE = 'none';

/** Creates a VM from an OVA or OVF file; shows what it describes first. The job's progress is in Activity. */
export function ImportVm({ onClose }: { readonly onClose: () => void }) {
  const form = useFormState({ path: '', name: '', sha256: '', network: SAME }, NOT_CHECKED);
  const { path, name, sha256, network } = form.draft;
  const networks = (useQuery(queries.networks()).data ?? []).filter(({ clusters }) => clusters.length > 0);
  const { data: appliance } = useQuery({ ...queries.appliance(path), enabled: /^\/.+\.ov[af]$/i.test(path) });
  const command = useCommand(() =>
    client.vms.import({
      path,
      ...(name.trim() === '' ? {} : { name }),
      ...(sha256.trim() === '' ? {} : { sha256: sha256.trim() }),
      ...(network === SAME ? {} : { network: network === NONE ? null : network }),
    }),
  );
  return (
    <CommandDialog
      title={text.importVm}
      description={text.importMeans}
      submit={text.importVm}
      command={command}
      form={form}
      why={path === '' ? text.importPathNeeded : null}
      size="small"
      onClose={onClose}
    >
      <PathField
        label={text.importFile}
        required
        autoFocus
        request={{ use: 'appliance' }}
        {...form.field('path', command.problem)}
      />
      {appliance === undefined ? null : (
        <div className="soft" role="status">
          <p>
            {text.importDescribes(
              appliance.name,
              appliance.memoryMiB,
              appliance.cpus,
              appliance.disks.length,
              appliance.nics.length,
            )}
          </p>
          {appliance.leftOut.length === 0 ? null : (
            <p>
              {text.importLeavesOut}: {appliance.leftOut.join(', ')}
            </p>
          )}
        </div>
      )}
      <TextField label={text.importName} {...form.field('name', command.problem)} help={text.importNameMeans} />
      <ChoiceField
        label={text.importNetwork}
        {...form.field('network', command.problem)}
        choices={[
          { value: SAME, label: text.importSameNetworks },
          { value: NONE, label: text.importNoNetwork },
          ...networks.map(({ id, name: label }) => ({ value: id, label })),
        ]}
      />
      <TextField label={text.importSha256} {...form.field('sha256', command.problem)} help={text.importSha256Means} />
    </CommandDialog>
  );
}
