import { Radio } from '@patternfly/react-core/dist/dynamic/components/Radio';
import { useQuery } from '@tanstack/react-query';
import { z } from 'zod';
import {
  type Cluster,
  type ConfirmedKey,
  DEFAULT_PLACE,
  type LocalHow,
  Name,
  SshHow,
  HOST_TEXT_KEYS,
  HOST_TEXTS,
  type HostTexts,
} from '../../../contract';
import { client } from '../../api/client';
import type { Problem } from '../../api/problem';
import { queries } from '../../api/queries';
import { useCommand } from '../../api/use-command';
import { ActionButton } from '../../ui/action-button';
import { Dialog } from '../../ui/dialog';
import { ChoiceField, TextField } from '../../ui/fields';
import { type FormState, useFormState } from '../../ui/form-state';
import { ErrorAlert } from '../../ui/error-alert';
import { Fold } from '../../ui/fold';
import { type LocalDraft, LocalFields, NO_LOCAL } from './local-fields';
import { NO_SSH, type SshDraft, sshHow, sshSecrets } from './ssh-draft';
import { JumpField, SshFields } from './ssh-fields';
import { ConnectionAlert, HostChecksPart, HostKeyPart, ReachStepsPart } from './ssh-step-parts';
import { text } from './text';
import { type HostStep, type HostWay, useHostSteps } from './use-host-steps';

const KINDS = ['lab', 'local', 'ssh', 'simulated'] as const;
type Kind = (typeof KINDS)[number];

const Input = z.object({ name: Name, cluster: z.string(), ...HOST_TEXTS.shape, ssh: SshHow.nullable() });

interface HostDraft extends HostTexts {
  readonly name: string;
  readonly cluster: string;
  readonly kind: Kind;
  readonly ssh: SshDraft;
  readonly local: LocalDraft;
}

/** The kinds of host that are inspected before they are added. */
const isInspected = (kind: Kind): kind is 'local' | 'ssh' => kind === 'local' || kind === 'ssh';

function wayOf({ kind, ssh, local }: HostDraft): HostWay {
  if (kind === 'ssh') return { how: (confirmed) => sshHow(ssh, confirmed), secrets: sshSecrets(ssh) };
  return {
    how: (): LocalHow => ({ kind: 'local', via: local.via }),
    secrets: local.via === 'sudo' && local.password !== '' ? { sudoPassword: local.password } : undefined,
  };
}

/** What the schema validates; the connection applies only to a host over SSH. */
const toInput = ({ kind, ssh, local: _, ...rest }: HostDraft): z.input<typeof Input> => ({
  ...rest,
  ssh: kind === 'ssh' ? sshHow(ssh, []) : null,
});

interface Props {
  readonly onClose: () => void;
  readonly onAdded: (id: string) => void;
}

/** The form of a new host. It opens once the clusters are loaded. */
export function AddHost(props: Props) {
  const clusters = useQuery(queries.clusters()).data;
  return clusters === undefined ? null : <HostForm {...props} clusters={clusters} />;
}

/** A real host is added in steps: connection, host key, inspection. Other kinds are added at once. */
function HostForm({ onClose, onAdded, clusters }: Props & { clusters: readonly Cluster[] }) {
  const form = useFormState<HostDraft>(
    {
      ...HOST_TEXTS.empty,
      name: '',
      cluster: clusters[0]?.id ?? DEFAULT_PLACE,
      kind: 'lab',
      ssh: NO_SSH,
      local: NO_LOCAL,
    },
    Input,
    toInput,
  );
  const { draft } = form;
  const steps = useHostSteps(wayOf(draft));
  const step: HostStep = isInspected(draft.kind) ? steps.step : { kind: 'form' };
  const command = useCommand(() => client.hosts.add(addInput(draft, steps.fingerprints)));
  const problem = form.standing(inDraft(draft, command.problem ?? steps.problem));
  const isOfConnection = step.kind === 'form' && problem !== null && isConnection(problem);
  const send = async (): Promise<void> => {
    if (!form.check()) return;
    if (isInspected(draft.kind) && step.kind !== 'checked') {
      command.reset();
      return steps.next();
    }
    const answer = await command.run(undefined);
    if (answer !== null) onAdded(answer.host.id);
    // Errors from the engine are corrected in the form, next to their fields.
    else steps.back();
  };
  const back = (
    <ActionButton variant="secondary" onClick={steps.back}>
      {text.back}
    </ActionButton>
  );
  return (
    <Dialog
      title={text.create}
      submit={submitWords(draft.kind, step)}
      size="small"
      busy={command.busy || steps.busy}
      why={step.kind === 'key' && step.ask.changed ? text.keyMustGo : null}
      extra={step.kind === 'form' ? null : back}
      onSubmit={() => void send()}
      onClose={onClose}
    >
      {draft.kind === 'ssh' && step.kind !== 'form' ? <ReachStepsPart step={step} problem={problem} /> : null}
      {step.kind === 'form' ? <FormFields form={form} problem={problem} clusters={clusters} /> : null}
      {step.kind === 'key' ? <HostKeyPart ask={step.ask} /> : null}
      {step.kind === 'checked' ? <HostChecksPart checks={step.checks} /> : null}
      {isOfConnection ? null : <ErrorAlert problem={problem} />}
    </Dialog>
  );
}

const isConnection = ({ field }: Problem): boolean => field?.startsWith('ssh.') === true;

/** The engine names a part of the connection alone; in the form it is below `ssh`. */
const inDraft = ({ ssh }: HostDraft, problem: Problem | null): Problem | null =>
  problem?.field != null && problem.field in { ...ssh, ...sshHow(ssh, []) }
    ? { ...problem, field: `ssh.${problem.field}` }
    : problem;

function submitWords(kind: Kind, step: HostStep): string {
  if (!isInspected(kind) || step.kind === 'checked') return text.addIt;
  return step.kind === 'key' ? text.sameKey : text.next;
}

function addInput(draft: HostDraft, fingerprints: readonly ConfirmedKey[]) {
  const { kind, ssh: _ssh, local: _local, ...rest } = draft;
  if (!isInspected(kind)) return { ...rest, how: { kind } };
  const { how, secrets } = wayOf(draft);
  return { ...rest, how: how(fingerprints), ...(secrets === undefined ? {} : { secrets }) };
}

interface FieldsProps {
  readonly form: FormState<HostDraft>;
  readonly problem: Problem | null;
  readonly clusters: readonly Cluster[];
}

function FormFields({ form, problem, clusters }: FieldsProps) {
  const { draft, set } = form;
  const connection = problem !== null && isConnection(problem) ? problem : null;
  const ssh = {
    draft: draft.ssh,
    set: (patch: Partial<SshDraft>) => set('ssh', { ...draft.ssh, ...patch }),
    // What went wrong in detail stands below the address.
    errorOf: (field: string) =>
      connection?.field === `ssh.${field}` ? connection.title : form.errorOf(`ssh.${field}`, problem),
  };
  const rest = (
    <>
      <ChoiceField
        label={text.cluster}
        {...form.field('cluster', problem)}
        choices={clusters.map((c) => ({ value: c.id, label: c.name }))}
      />
      {HOST_TEXT_KEYS.map((key) => (
        <TextField key={key} label={text.texts[key]} {...form.field(key, problem)} />
      ))}
    </>
  );
  const restIsWrong = ['ssh.jump', 'cluster', ...HOST_TEXT_KEYS].some((key) => form.errorOf(key, problem) !== null);
  return (
    <>
      <KindChoice kind={draft.kind} onSelect={(kind) => set('kind', kind)} />
      <TextField label={text.name} required {...form.field('name', problem)} />
      {draft.kind === 'ssh' ? (
        <SshFields
          {...ssh}
          connection={connection === null ? null : <ConnectionAlert problem={connection} draft={draft.ssh} />}
        />
      ) : null}
      {draft.kind === 'local' ? (
        <LocalFields draft={draft.local} set={(patch) => set('local', { ...draft.local, ...patch })} />
      ) : null}
      {draft.kind === 'ssh' ? (
        // The address and its error stay in sight.
        <Fold label={text.more} mustShow={restIsWrong}>
          <JumpField {...ssh} />
          {rest}
        </Fold>
      ) : (
        rest
      )}
    </>
  );
}

function KindChoice({ kind: chosen, onSelect }: { kind: Kind; onSelect: (kind: Kind) => void }) {
  const doctor = useQuery(queries.doctor()).data;
  const noLab = doctor !== undefined && !doctor.canRunLab;
  const noLinux = doctor?.checks.some(({ id, state }) => id === 'platform' && state === 'missing') ?? false;
  const cannot: Record<Kind, boolean> = { lab: noLab, local: noLinux, ssh: false, simulated: false };
  const means: Record<Kind, string> = {
    lab: noLab ? `${text.labMeans} ${text.noLabYet}` : text.labMeans,
    local: noLinux ? `${text.localMeans} ${text.notLinux}` : text.localMeans,
    ssh: text.sshMeans,
    simulated: text.simulatedMeans,
  };
  return (
    <div role="radiogroup" aria-label={text.kindOfHost} className="radios">
      {KINDS.map((kind) => (
        <Radio
          key={kind}
          id={`kind-${kind}`}
          name="kind"
          label={text.kinds[kind]}
          description={means[kind]}
          isDisabled={cannot[kind]}
          isChecked={chosen === kind}
          onChange={() => onSelect(kind)}
        />
      ))}
    </div>
  );
}
