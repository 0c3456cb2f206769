import type { LocalHow } from '../../../contract';
import { ChoiceField, TextField } from '../../ui/fields';
import { text } from './text';

/** How Atoll becomes root on this computer. */
export interface LocalDraft {
  readonly via: LocalHow['via'];
  readonly password: string;
}

export const NO_LOCAL: LocalDraft = { via: 'sudo', password: '' };

const WAYS: ReadonlyArray<{ value: LocalHow['via']; label: string }> = [
  { value: 'sudo', label: text.sudo },
  { value: 'pkexec', label: text.pkexec },
];

/** Not used where Atoll already runs as root. */
export function LocalFields({ draft, set }: { draft: LocalDraft; set: (patch: Partial<LocalDraft>) => void }) {
  return (
    <>
      <ChoiceField
        label={text.localRoot}
        value={draft.via}
        onChange={(via) => set({ via: via === 'pkexec' ? 'pkexec' : 'sudo' })}
        choices={WAYS}
        help={draft.via === 'pkexec' ? text.pkexecMeans : text.localSudoMeans}
      />
      {draft.via === 'sudo' ? (
        <TextField
          label={text.sudoPassword}
          type="password"
          help={text.secretMeans}
          value={draft.password}
          onChange={(password) => set({ password })}
        />
      ) : null}
    </>
  );
}
