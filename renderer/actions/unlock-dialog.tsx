import { useState } from 'react';
import type { Host } from '../../contract';
import { client } from '../api/client';
import { useCommand } from '../api/use-command';
import { TextField } from '../ui/fields';
import { text } from './text';
import { CommandDialog } from './command-dialog';

/** Asks for a secret that the engine lost when it stopped: the password or passphrase of a host. */
export function UnlockDialog({ host, onClose }: { host: Host; onClose: () => void }) {
  const [password, setPassword] = useState('');
  const [passphrase, setPassphrase] = useState('');
  const [sudoPassword, setSudoPassword] = useState('');
  const isLocal = host.kind === 'local';
  const secrets = {
    ...(password === '' ? {} : { password }),
    ...(passphrase === '' ? {} : { passphrase }),
    ...(sudoPassword === '' ? {} : { sudoPassword }),
  };
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
      {isLocal ? null : (
        <>
          <TextField
            label={text.password}
            type="password"
            help={text.passwordMeans}
            value={password}
            onChange={setPassword}
            autoFocus
          />
          <TextField label={text.passphrase} type="password" value={passphrase} onChange={setPassphrase} />
        </>
      )}
      <TextField
        label={text.sudoPassword}
        type="password"
        help={text.sudoMeans}
        value={sudoPassword}
        onChange={setSudoPassword}
        autoFocus={isLocal}
      />
    </CommandDialog>
  );
}
