import { Checkbox } from '@patternfly/react-core/dist/dynamic/components/Checkbox';
import { BackupRule } from '../../../contract';
import { client } from '../../api/client';
import { useCommand } from '../../api/use-command';
import { Dialog } from '../../ui/dialog';
import { TextField } from '../../ui/fields';
import { useFormState } from '../../ui/form-state';
import { Trouble } from '../../ui/trouble';
import { text } from './text';

/** Changes when backups are made by themselves, and how many stay. */
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
  const submit = async (): Promise<void> => {
    if (form.check() && (await command.run(undefined)) !== null) onClose();
  };
  return (
    <Dialog
      title={text.ruleTitle}
      description={text.ruleMeans}
      submit="Save"
      busy={command.busy}
      size="small"
      onSubmit={() => void submit()}
      onClose={onClose}
    >
      <Checkbox
        id="backups-automatic"
        label="Make backups by itself"
        isChecked={draft.automatic}
        onChange={(_, automatic) => form.set('automatic', automatic)}
      />
      <TextField label="Every so many hours" type="number" {...form.field('everyHours', command.problem)} />
      <TextField label="Keep the newest" type="number" {...form.field('keep', command.problem)} />
      <Trouble problem={command.problem} />
    </Dialog>
  );
}

const numberOf = (words: string): number => (words.trim() === '' ? Number.NaN : Number(words));
