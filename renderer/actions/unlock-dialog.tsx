import { useState } from 'react';
import type { Host } from '../../contract';
import { client } from '../api/client';
import { useCommand } from '../api/use-command';
import { TextField } from '../ui/fields';
import { text } from './text';
import { CommandDialog } from './command-dialog';

/** Asks for what the engine has forgotten with its end: the password or passphrase that opens a host. */
export function UnlockDialog({ host, onClose }: { host: Host; onClose: () => void }) {
  const [password, setPassword] = useState('');
  const [passphrase, setPassphrase] = useState('');
  const secrets = { ...(password === '' ? {} : { password }), ...(passphrase === '' ? {} : { passphrase }) };
  const command = useCommand(() => client.hosts.unlock({ host: host.id, secrets }));
  return (
    <CommandDialog
      title={text.unlockTitle(host.name)}
      description={text.unlockMeans}
      submit={text.unlock}
      size="small"
      command={command}
      why={Object.keys(secrets).length === 0 ? text.giveSecret : null}
      onClose={onClose}
    >
      <TextField
        label={text.password}
        type="password"
        help={host.kind === 'local' ? text.sudoMeans : text.passwordMeans}
        value={password}
        onChange={setPassword}
        autoFocus
      />
      {host.kind === 'local' ? null : (
        <TextField label={text.passphrase} type="password" value={passphrase} onChange={setPassphrase} />
      )}
    </CommandDialog>
  );
}
