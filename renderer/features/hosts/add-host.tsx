import { Radio } from '@patternfly/react-core/dist/dynamic/components/Radio';
import { useQuery } from '@tanstack/react-query';
import { z } from 'zod';
import { type Cluster, Comment, Name } from '../../../contract';
import { client } from '../../api/client';
import { queries } from '../../api/queries';
import { useCommand } from '../../api/use-command';
import { Dialog } from '../../ui/dialog';
import { ChoiceField, TextField } from '../../ui/fields';
import { useFormState } from '../../ui/form-state';
import { Trouble } from '../../ui/trouble';
import { text } from './text';

const Draft = z.object({ name: Name, cluster: z.string(), comment: Comment, kind: z.enum(['lab', 'simulated']) });

interface Props {
  readonly onClose: () => void;
  readonly onAdded: (id: string) => void;
}

/** The form of a new host. It opens when it knows the clusters. */
export function AddHost(props: Props) {
  const clusters = useQuery(queries.clusters()).data;
  return clusters === undefined ? null : <HostForm {...props} clusters={clusters} />;
}

function HostForm({ onClose, onAdded, clusters }: Props & { clusters: readonly Cluster[] }) {
  const doctor = useQuery(queries.doctor()).data;
  const noLab = doctor !== undefined && !doctor.canRunLab;
  const form = useFormState<z.infer<typeof Draft>>(
    { name: '', cluster: clusters[0]?.id ?? 'Default', comment: '', kind: 'lab' },
    Draft,
  );
  const { draft, set } = form;
  const command = useCommand(() =>
    client.hosts.add({ name: draft.name, cluster: draft.cluster, comment: draft.comment, how: { kind: draft.kind } }),
  );
  const send = async (): Promise<void> => {
    if (!form.check()) return;
    const answer = await command.run(undefined);
    if (answer !== null) onAdded(answer.host.id);
  };
  return (
    <Dialog
      title={text.add}
      submit="Add"
      size="small"
      busy={command.busy}
      onSubmit={() => void send()}
      onClose={onClose}
    >
      <div role="radiogroup" aria-label="Kind of host" className="radios">
        <Radio
          id="kind-lab"
          name="kind"
          label={text.kinds.lab}
          description={noLab ? `${text.labMeans} Not possible here yet: see Doctor.` : text.labMeans}
          isDisabled={noLab}
          isChecked={draft.kind === 'lab'}
          onChange={() => set('kind', 'lab')}
        />
        <Radio
          id="kind-simulated"
          name="kind"
          label={text.kinds.simulated}
          description={text.simulatedMeans}
          isChecked={draft.kind === 'simulated'}
          onChange={() => set('kind', 'simulated')}
        />
      </div>
      <TextField label="Name" required {...form.field('name', command.problem)} />
      <ChoiceField
        label="Cluster"
        {...form.field('cluster', command.problem)}
        choices={clusters.map((c) => ({ value: c.id, label: c.name }))}
      />
      <TextField label="Comment" {...form.field('comment', command.problem)} />
      <Trouble problem={command.problem} />
    </Dialog>
  );
}
