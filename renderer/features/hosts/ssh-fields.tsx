import { Checkbox } from '@patternfly/react-core/dist/dynamic/components/Checkbox';
import type { ReactNode } from 'react';
import { PathField } from '../../actions/path-field';
import { ChoiceField, TextField } from '../../ui/fields';
import type { SshDraft } from './ssh-draft';
import { text } from './text';

interface Props {
  readonly draft: SshDraft;
  readonly set: (patch: Partial<SshDraft>) => void;
  /** The error of a connection field, by its name in the contract. */
  readonly errorOf: (field: string) => string | null;
}

const WAYS: ReadonlyArray<{ value: SshDraft['auth']; label: string }> = [
  { value: 'default', label: text.sshAsSsh },
  { value: 'key', label: text.sshKey },
  { value: 'agent', label: text.sshAgent },
  { value: 'password', label: text.sshPassword },
];

/** The address of the host and how to sign in. `connection`: what came of the last attempt to connect. */
export function SshFields({ draft, set, errorOf, connection }: Props & { readonly connection: ReactNode }) {
  return (
    <>
      <TextField
        label={text.address}
        required
        help={text.addressMeans}
        value={draft.address}
        onChange={(address) => set({ address })}
        error={errorOf('address') ?? errorOf('user')}
      />
      {connection}
      <ChoiceField
        label={text.signInWith}
        value={draft.auth}
        onChange={(auth) => set({ auth: WAYS.find((way) => way.value === auth)?.value ?? 'default' })}
        choices={WAYS}
      />
      {draft.auth === 'key' ? (
        <>
          <PathField
            request={{ use: 'key' }}
            label={text.privateKey}
            required
            help={text.privateKeyMeans}
            value={draft.key}
            onChange={(key) => set({ key })}
            error={errorOf('key')}
          />
          <TextField
            label={text.passphrase}
            type="password"
            value={draft.passphrase}
            onChange={(passphrase) => set({ passphrase })}
            error={errorOf('passphrase')}
          />
        </>
      ) : null}
      {draft.auth === 'password' ? (
        <TextField
          label={text.password}
          type="password"
          help={text.secretMeans}
          value={draft.password}
          onChange={(password) => set({ password })}
          error={errorOf('password')}
        />
      ) : null}
      <Checkbox
        id="ssh-sudo"
        label={text.becomeRoot}
        description={text.becomeRootMeans}
        isChecked={draft.sudo}
        onChange={(_, sudo) => set({ sudo })}
      />
      {draft.sudo ? (
        <TextField
          label={text.sudoPassword}
          type="password"
          help={draft.auth === 'password' ? text.sudoPasswordMeans : text.secretMeans}
          value={draft.sudoPassword}
          onChange={(sudoPassword) => set({ sudoPassword })}
          error={errorOf('sudoPassword')}
        />
      ) : null}
    </>
  );
}

/** Another host on the way to it, which few need. */
export function JumpField({ draft, set, errorOf }: Props) {
  return (
    <TextField
      label={text.jump}
      help={text.jumpMeans}
      value={draft.jump}
      onChange={(jump) => set({ jump })}
      error={errorOf('jump')}
    />
  );
}
