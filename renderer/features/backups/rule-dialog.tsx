import { Checkbox } from '@patternfly/react-core/dist/dynamic/components/Checkbox';
import { BackupRule } from '../../../contract';
import { client } from '../../api/client';
import { useCommand } from '../../api/use-command';
import { TextField } from '../../ui/fields';
import { useFormState } from '../../ui/form-state';
import { text } from './text';
import { CommandDialog } from '../../actions/command-dialog';

/** Edits when backups are created automatically, and how many are kept. */
export function RuleDialog({ rule, onClose }: { rule: BackupRule; onClose: () => void }) {
  const form = useFormState(
    { automatic: rule.automatic, everyHours: String(rule.everyHours), keep: String(rule.keep) },
    BackupRule,
    (draft) => ({ ...draft, everyHours: numberOf(draft.everyHours), keep: numberOf(draft.keep) }),
  );
  const { draft } = form;
  const command = useCommand(() =>
    client.backups.setRule({
      automatic: draft.automatic,
      everyHours: numberOf(draft.everyHours),
      keep: numberOf(draft.keep),
    }),
  );
  return (
    <CommandDialog
      title={text.ruleTitle}
      description={text.ruleMeans}
      submit={text.save}
      command={command}
      form={form}
      size="small"
      onClose={onClose}
    >
      <Checkbox
        id="backups-automatic"
        label={text.automatic}
        isChecked={draft.automatic}
        onChange={(_, automatic) => form.set('automatic', automatic)}
      />
      <TextField label={text.everyHours} type="number" {...form.field('everyHours', command.problem)} />
      <TextField label={text.keepNewest} type="number" {...form.field('keep', command.problem)} />
    </CommandDialog>
  );
}

const numberOf = (words: string): number => (words.trim() === '' ? Number.NaN : Number(words));
