import { z } from 'zod';
import { type Host, NetworkDraft } from '../../../contract';
import { useClusters } from '../../actions/use-names';
import { client } from '../../api/client';
import { useCommand } from '../../api/use-command';
import { ActionButton } from '../../ui/action-button';
import { ErrorAlert } from '../../ui/error-alert';
import { TextField } from '../../ui/fields';
import { useFormState } from '../../ui/form-state';
import { text } from './text';

const Draft = z.object({ name: NetworkDraft.shape.name, vlan: NetworkDraft.shape.vlan });

/** Creates a regular network for the hosts of this cluster where one is needed: it then waits for its NIC. */
export function NewVlanNetwork({ host }: { host: Host }) {
  const dataCenter = useClusters().get(host.clusterId)?.dataCenterId;
  const form = useFormState({ name: '', vlan: '' }, Draft, ({ name, vlan }) => ({
    name,
    vlan: vlan === '' ? null : Number(vlan),
  }));
  const { name, vlan } = form.draft;
  const command = useCommand(() =>
    client.networks.add({
      name,
      isIsolated: false,
      vlan: vlan === '' ? null : Number(vlan),
      dataCenter,
      clusters: [host.clusterId],
    }),
  );
  const add = async (): Promise<void> => {
    if (!form.check()) return;
    if ((await command.run(undefined)) !== null) form.change({ name: '', vlan: '' });
  };
  return (
    <details
      className="setup-new"
      onKeyDown={(event) => {
        // Enter in a field would set up the networks.
        if (event.key !== 'Enter' || !(event.target instanceof HTMLInputElement)) return;
        event.preventDefault();
        void add();
      }}
    >
      <summary>{text.newVlan}</summary>
      <div className="setup-fields">
        <TextField label={text.newVlanName} {...form.field('name', command.problem)} />
        <TextField label={text.newVlanTag} type="number" {...form.field('vlan', command.problem)} />
      </div>
      <ActionButton variant="secondary" size="sm" isLoading={command.busy} onClick={() => void add()}>
        {text.newVlanAdd}
      </ActionButton>
      <ErrorAlert problem={form.standing(command.problem)} />
    </details>
  );
}
