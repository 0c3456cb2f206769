import { FormGroup } from '@patternfly/react-core/dist/dynamic/components/Form';
import { TextInput } from '@patternfly/react-core/dist/dynamic/components/TextInput';
import { useState } from 'react';
import { Dialog } from '../../ui/dialog';
import { text } from './text';

/** Asks for the password of a VNC server that Atoll did not define. It is used for this connection and kept nowhere. */
export function PasswordDialog({ onGive, onClose }: { onGive: (password: string) => void; onClose: () => void }) {
  const [password, setPassword] = useState('');
  return (
    <Dialog
      title={text.passwordTitle}
      description={text.passwordMeans}
      submit={text.passwordSubmit}
      size="small"
      why={password === '' ? text.passwordLabel : null}
      onSubmit={() => onGive(password)}
      onClose={onClose}
    >
      <FormGroup label={text.passwordLabel} fieldId="screen-password">
        <TextInput
          id="screen-password"
          type="password"
          autoComplete="off"
          value={password}
          onChange={(_, typed) => setPassword(typed)}
          autoFocus
        />
      </FormGroup>
    </Dialog>
  );
}
