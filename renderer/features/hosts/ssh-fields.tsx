import { Checkbox } from '@patternfly/react-core/dist/dynamic/components/Checkbox';
import { PathField } from '../../actions/path-field';
import { ChoiceField, TextField } from '../../ui/fields';
import type { SshDraft } from './ssh-draft';
import { text } from './text';

interface Props {
  readonly draft: SshDraft;
  readonly set: (patch: Partial<SshDraft>) => void;
  /** The complaint about a field of the way, by the contract's name for it. */
  readonly errorOf: (field: string) => string | null;
}

const WAYS: ReadonlyArray<{ value: SshDraft['auth']; label: string }> = [
  { value: 'default', label: 'As ssh does: agent, then key files' },
  { value: 'key', label: 'A key file' },
  { value: 'agent', label: 'The agent only' },
  { value: 'password', label: 'A password' },
];

/** Where the host is, and how to sign in to it. */
export function SshFields({ draft, set, errorOf }: Props) {
  return (
    <>
      <TextField
        label="Address"
        required
        help={text.addressMeans}
        value={draft.address}
        onChange={(address) => set({ address })}
        error={errorOf('address')}
      />
      <ChoiceField
        label="Sign in with"
        value={draft.auth}
        onChange={(auth) => set({ auth: WAYS.find((way) => way.value === auth)?.value ?? 'default' })}
        choices={WAYS}
      />
      {draft.auth === 'key' ? (
        <>
          <PathField
            wish={{ use: 'key' }}
            label="Private key"
            required
            help="Its absolute path on the computer on which Atoll runs."
            value={draft.key}
            onChange={(key) => set({ key })}
            error={errorOf('key')}
          />
          <TextField
            label="Passphrase of the key, if it has one"
            type="password"
            value={draft.passphrase}
            onChange={(passphrase) => set({ passphrase })}
          />
        </>
      ) : null}
      <Checkbox
        id="ssh-sudo"
        label="Become root by sudo"
        description="Not needed when root signs in."
        isChecked={draft.sudo}
        onChange={(_, sudo) => set({ sudo })}
      />
      {draft.auth === 'password' || draft.sudo ? (
        <TextField
          label={draft.auth === 'password' ? 'Password' : 'Password for sudo, if it asks'}
          type="password"
          help={text.secretMeans}
          value={draft.password}
          onChange={(password) => set({ password })}
        />
      ) : null}
      <TextField
        label="Jump host"
        help="[user@]host[:port]; several with commas. Left empty: what ~/.ssh/config says."
        value={draft.jump}
        onChange={(jump) => set({ jump })}
        error={errorOf('jump')}
      />
    </>
  );
}
