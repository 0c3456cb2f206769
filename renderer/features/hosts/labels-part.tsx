import { useState } from 'react';
import { type Host, Label } from '../../../contract';
import { client } from '../../api/client';
import { useCommand } from '../../api/use-command';
import { ActionButton } from '../../ui/action-button';
import { TextField } from '../../ui/fields';
import { Section } from '../../ui/page';
import { Tag } from '../../ui/tags';
import { ErrorAlert } from '../../ui/error-alert';
import { text } from './text';

/** The labels of a host, each with a remove button, and a field to add one. */
export function LabelsPart({ host }: { host: Host }) {
  const [draft, setDraft] = useState('');
  const command = useCommand((change: { add?: string[]; remove?: string[] }) =>
    client.hosts.label({ host: host.id, ...change }),
  );
  const parsed = Label.safeParse(draft);
  const error = draft === '' || parsed.success ? null : (parsed.error.issues[0]?.message ?? null);
  const add = async (): Promise<void> => {
    if ((await command.run({ add: [draft] })) !== null) setDraft('');
  };
  return (
    <Section title={text.labels}>
      {host.labels.length === 0 ? null : (
        <p className="tag-row">
          {host.labels.map((label) => (
            <Tag key={label} onRemove={() => void command.run({ remove: [label] })}>
              {label}
            </Tag>
          ))}
        </p>
      )}
      <form
        className="with-act"
        onSubmit={(event) => {
          event.preventDefault();
          if (parsed.success) void add();
        }}
      >
        <TextField label={text.newLabel} value={draft} onChange={setDraft} error={error} help={text.labelsMean} />
        <ActionButton variant="secondary" type="submit" isDisabled={!parsed.success} isLoading={command.busy}>
          {text.addLabel}
        </ActionButton>
      </form>
      <ErrorAlert problem={command.problem} />
    </Section>
  );
}
