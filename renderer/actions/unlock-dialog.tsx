import { useState } from 'react';
import type { Host } from '../../contract';
import { client } from '../api/client';
import { useCommand } from '../api/use-command';
import { Dialog } from '../ui/dialog';
import { TextField } from '../ui/fields';
import { Trouble } from '../ui/trouble';

/** Asks for what the engine has forgotten with its end: the password or passphrase that opens a host. */
export function UnlockDialog({ host, onClose }: { host: Host; onClose: () => void }) {
  const [password, setPassword] = useState('');
  const [passphrase, setPassphrase] = useState('');
  const secrets = { ...(password === '' ? {} : { password }), ...(passphrase === '' ? {} : { passphrase }) };
  const command = useCommand(() => client.hosts.unlock({ host: host.id, secrets }));
  const send = async (): Promise<void> => {
    if ((await command.run(undefined)) !== null) onClose();
  };
  return (
    <Dialog
      title={`Unlock ${host.name}`}
      description="Kept in memory only: after Atoll has ended it is asked for again."
      submit="Unlock"
      size="small"
      busy={command.busy}
      why={Object.keys(secrets).length === 0 ? 'Type what is to be given' : null}
      onSubmit={() => void send()}
      onClose={onClose}
    >
      <TextField
        label="Password"
        type="password"
        help={host.kind === 'local' ? 'sudo gets it when it asks.' : 'Of the login; sudo gets it too when it asks.'}
        value={password}
        onChange={setPassword}
        autoFocus
      />
      {host.kind === 'local' ? null : (
        <TextField label="Passphrase of the key file" type="password" value={passphrase} onChange={setPassphrase} />
      )}
      <Trouble problem={command.problem} />
    </Dialog>
  );
}
