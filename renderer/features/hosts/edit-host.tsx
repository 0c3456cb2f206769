import { z } from 'zod';
import { Fingerprint, type Host, HOST_TEXT_KEYS, HOST_TEXTS, type HostTexts, KeyPlace, Name } from '../../../contract';
import { hostKeyIn } from '../../../contract/model/ssh';
import { CommandDialog } from '../../actions/command-dialog';
import { client } from '../../api/client';
import { useCommand } from '../../api/use-command';
import { TextField } from '../../ui/fields';
import { useFormState } from '../../ui/form-state';
import { text } from './text';

const Draft = z.object({
  name: Name,
  ...HOST_TEXTS.shape,
  fingerprint: Fingerprint.optional(),
  place: KeyPlace.optional(),
});

interface Fields extends HostTexts {
  readonly name: string;
  /** The new host key as typed; empty: the key stays. */
  readonly fingerprint: string;
}

/** Text without a fingerprint goes to the schema as one, which says what it must look like. */
function toInput({ fingerprint: typed, ...texts }: Fields): z.input<typeof Draft> {
  const key = typed.trim();
  return key === '' ? texts : { ...texts, ...(hostKeyIn(key) ?? { fingerprint: key }) };
}

/** Edits a host's name and texts. A host over SSH can also have a new host key to accept. */
export function EditHost({ host, onClose }: { host: Host; onClose: () => void }) {
  const form = useFormState<Fields>(
    { ...HOST_TEXTS.empty, ...HOST_TEXTS.given(host), name: host.name, fingerprint: '' },
    Draft,
    toInput,
  );
  const command = useCommand(() => client.hosts.update({ host: host.id, ...toInput(form.draft) }));
  const keyField = form.field('fingerprint', command.problem);
  return (
    <CommandDialog
      title={text.editTitle(host.name)}
      submit={text.save}
      size="small"
      command={command}
      form={form}
      onClose={onClose}
    >
      <TextField label={text.name} required {...form.field('name', command.problem)} />
      {HOST_TEXT_KEYS.map((key) => (
        <TextField key={key} label={text.texts[key]} {...form.field(key, command.problem)} />
      ))}
      {host.kind === 'ssh' ? (
        <TextField
          label={text.newKey}
          help={text.newKeyMeans}
          {...keyField}
          error={keyField.error ?? form.errorOf('place', command.problem)}
        />
      ) : null}
    </CommandDialog>
  );
}
