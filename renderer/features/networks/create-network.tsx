import { Alert } from '@patternfly/react-core/dist/dynamic/components/Alert';
import { Checkbox } from '@patternfly/react-core/dist/dynamic/components/Checkbox';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import {
  type Cluster,
  type DataCenter,
  DEFAULT_MTU,
  DEFAULT_PLACE,
  STRETCHED_MTU,
  NetworkDraft,
  type Preview,
} from '../../../contract';
import { PreviewList } from '../../actions/confirm';
import { text as shared } from '../../actions/text';
import { useHosts, useNetworks } from '../../actions/use-names';
import { ActionButton } from '../../ui/action-button';
import { client } from '../../api/client';
import { queries } from '../../api/queries';
import { useCommand } from '../../api/use-command';
import { Dialog } from '../../ui/dialog';
import { ChoiceField, TextField } from '../../ui/fields';
import { useFormState } from '../../ui/form-state';
import { ErrorAlert } from '../../ui/error-alert';
import { lookAlike } from '../../ui/look-alike';
import { text } from './text';
import { text as widgets } from '../../ui/text';

interface Draft {
  readonly name: string;
  readonly isIsolated: boolean;
  readonly services: boolean;
  readonly stretch: boolean;
  readonly dataCenter: string;
  readonly clusters: readonly string[];
  readonly mtu: string;
  readonly vlan: string;
  readonly label: string;
  readonly comment: string;
}

/** Fields that an isolated network can't have are hidden and not sent (rule S3). */
const toInput = (draft: Draft) => ({
  name: draft.name,
  isIsolated: draft.isIsolated,
  services: draft.isIsolated && draft.services ? {} : null,
  stretch: draft.isIsolated && draft.stretch ? {} : null,
  dataCenter: draft.dataCenter,
  clusters: [...draft.clusters],
  mtu: Number(draft.mtu),
  comment: draft.comment,
  label: draft.label === '' ? null : draft.label,
  vlan: draft.isIsolated || draft.vlan === '' ? null : Number(draft.vlan),
});

/** The MTU of a new network, stretched or not, unless a person has chosen another. */
function proposedMtu(mtu: string, isStretched: boolean): string {
  const [wide, narrow] = [String(DEFAULT_MTU), String(STRETCHED_MTU)];
  if (isStretched) return mtu === wide ? narrow : mtu;
  return mtu === narrow ? wide : mtu;
}

interface Props {
  readonly onClose: () => void;
  readonly onCreated: (id: string) => void;
}

/** The form of a new network. It opens once its choices are loaded: a URL can link to it directly. */
export function CreateNetwork(props: Props) {
  const dataCenters = useQuery(queries.dataCenters()).data;
  const clusters = useQuery(queries.clusters()).data;
  return dataCenters === undefined || clusters === undefined ? null : (
    <NetworkForm {...props} dataCenters={dataCenters} allClusters={clusters} />
  );
}

/** Validated by the contract's own schema. */
function NetworkForm({
  onClose,
  onCreated,
  dataCenters,
  allClusters,
}: Props & { dataCenters: readonly DataCenter[]; allClusters: readonly Cluster[] }) {
  const [preview, setPreview] = useState<Preview | null>(null);
  const hosts = useHosts();
  const networks = useNetworks();
  // The first cluster with eligible hosts, else the first one.
  const used = new Set([...hosts.values()].map((host) => host.clusterId));
  const first =
    dataCenters.find((dc) => allClusters.some((c) => c.dataCenterId === dc.id && used.has(c.id))) ?? dataCenters[0];
  const clustersOf = (dataCenter: string | undefined): string[] =>
    allClusters.filter(({ dataCenterId }) => dataCenterId === dataCenter).map(({ id }) => id);
  const form = useFormState<Draft>(
    {
      name: '',
      isIsolated: true,
      services: false,
      stretch: false,
      dataCenter: first?.id ?? DEFAULT_PLACE,
      clusters: clustersOf(first?.id),
      mtu: String(DEFAULT_MTU),
      vlan: '',
      label: '',
      comment: '',
    },
    NetworkDraft,
    toInput,
  );
  const { draft, set } = form;
  const command = useCommand((dryRun: boolean) => client.networks.add({ ...toInput(draft), dryRun }));
  const errorOf = (field: string) => form.errorOf(field, command.problem);
  const send = async (dryRun: boolean): Promise<void> => {
    if (!form.check()) return;
    const answer = await command.run(dryRun);
    if (dryRun) setPreview(answer?.preview ?? null);
    else if (answer !== null) onCreated(answer.network.id);
  };
  const clusters = allClusters.filter((cluster) => cluster.dataCenterId === draft.dataCenter);
  const problem = form.standing(command.problem);
  const isBelowField = problem?.field != null && problem.field in draft;
  return (
    <Dialog
      title={text.create}
      submit={text.createIt}
      busy={command.busy}
      onSubmit={() => void send(false)}
      onClose={onClose}
      extra={
        <ActionButton variant="secondary" isDisabled={command.busy} onClick={() => void send(true)}>
          {shared.preview}
        </ActionButton>
      }
    >
      <TextField
        label={text.name}
        required
        autoFocus
        {...form.field('name', command.problem)}
        help={lookAlike(draft.name, networks.values()) ?? text.nameMeans}
      />
      <Checkbox
        id="isolated"
        label={text.isolated}
        description={text.isolatedMeans}
        isChecked={draft.isIsolated}
        onChange={(_, v) => form.change({ isIsolated: v, mtu: proposedMtu(draft.mtu, v && draft.stretch) })}
      />
      {draft.isIsolated ? (
        <>
          <Checkbox
            id="services"
            label={text.services.switch}
            description={text.services.means}
            isChecked={draft.services}
            onChange={(_, v) => set('services', v)}
          />
          <Checkbox
            id="stretch"
            label={text.stretchIt}
            description={text.stretchMeans}
            isChecked={draft.stretch}
            onChange={(_, v) => form.change({ stretch: v, mtu: proposedMtu(draft.mtu, v) })}
          />
        </>
      ) : (
        <>
          <Alert variant="info" variantLabel={widgets.alerts.info} isInline isPlain title={text.regularNote} />
          <TextField
            label={text.vlanTag}
            type="number"
            {...form.field('vlan', command.problem)}
            help={text.vlanMeans}
          />
        </>
      )}
      <div className="field-row">
        {dataCenters.length < 2 ? null : (
          <ChoiceField
            label={text.dataCenter}
            value={draft.dataCenter}
            onChange={(v) => form.change({ dataCenter: v, clusters: clustersOf(v) })}
            choices={dataCenters.map((dc) => ({ value: dc.id, label: dc.name }))}
            error={errorOf('dataCenter')}
          />
        )}
        <fieldset className="checks">
          <legend>{text.attachToClusters}</legend>
          {clusters.map((cluster) => (
            <Checkbox
              key={cluster.id}
              id={`cluster-${cluster.id}`}
              label={cluster.name}
              isChecked={draft.clusters.includes(cluster.id)}
              onChange={(_, on) =>
                set('clusters', on ? [...draft.clusters, cluster.id] : draft.clusters.filter((id) => id !== cluster.id))
              }
            />
          ))}
          {errorOf('clusters') === null ? null : <p className="bad">{errorOf('clusters')}</p>}
        </fieldset>
      </div>
      <div className="field-row">
        <TextField
          label={text.mtu}
          type="number"
          {...form.field('mtu', command.problem)}
          {...(draft.isIsolated && draft.stretch ? { help: text.stretchMtuMeans } : {})}
        />
        <TextField label={text.label} {...form.field('label', command.problem)} help={text.labelMeans} />
      </div>
      <TextField label={text.comment} {...form.field('comment', command.problem)} />
      {preview === null ? null : <PreviewList preview={preview} />}
      <ErrorAlert problem={isBelowField && problem.remedy === null ? null : problem} />
    </Dialog>
  );
}
