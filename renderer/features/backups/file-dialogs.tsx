import { useState } from 'react';
import { PathField } from '../../actions/path-field';
import { client } from '../../api/client';
import { useCommand } from '../../api/use-command';
import { Dialog } from '../../ui/dialog';
import { RestoreDialog } from './restore-dialog';
import { text } from './text';
import { CommandDialog } from '../../actions/command-dialog';

const NAME = 'atoll-backup.db';

/** Exports a backup to a path that the user chooses. */
export function BackUpToFile({ onClose }: { onClose: () => void }) {
  const [path, setPath] = useState('');
  const command = useCommand(() => client.system.backup({ path }));
  return (
    <CommandDialog
      title={text.toFileTitle}
      description={text.toFileMeans}
      submit={text.backUp}
      command={command}
      why={path === '' ? text.sayWhereTo : null}
      size="small"
      onClose={onClose}
    >
      <PathField
        label={text.path}
        required
        autoFocus
        help={text.neverReplaced}
        request={{ use: 'backup', save: NAME }}
        value={path}
        onChange={setPath}
      />
    </CommandDialog>
  );
}

/** Asks for the file first, then shows its content and what restoring it does. */
export function RestoreFromFile({ onClose }: { onClose: () => void }) {
  const [path, setPath] = useState('');
  const [chosen, setChosen] = useState(false);
  if (chosen) return <RestoreDialog path={path} title={text.fromFileTitle} submit={text.restoreIt} onClose={onClose} />;
  return (
    <Dialog
      title={text.fromFileTitle}
      submit={text.look}
      why={path === '' ? text.sayWhich : null}
      size="small"
      onSubmit={() => setChosen(true)}
      onClose={onClose}
    >
      <PathField label={text.path} required autoFocus request={{ use: 'backup' }} value={path} onChange={setPath} />
    </Dialog>
  );
}
