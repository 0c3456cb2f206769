import { useState } from 'react';
import { Confirm } from '../../actions/confirm';
import { PathField } from '../../actions/path-field';
import { client } from '../../api/client';
import { useCommand } from '../../api/use-command';
import { Dialog } from '../../ui/dialog';
import { Trouble } from '../../ui/trouble';
import { text } from './text';

const NAME = 'atoll-backup.db';

/** Writes a backup to a place of the person's choice. */
export function BackUpToFile({ onClose }: { onClose: () => void }) {
  const [path, setPath] = useState('');
  const command = useCommand(() => client.system.backup({ path }));
  const submit = async (): Promise<void> => {
    if ((await command.run(undefined)) !== null) onClose();
  };
  return (
    <Dialog
      title={text.toFileTitle}
      description={text.toFileMeans}
      submit="Back up"
      busy={command.busy}
      why={path === '' ? 'Say where to.' : null}
      size="small"
      onSubmit={() => void submit()}
      onClose={onClose}
    >
      <PathField
        label={text.path}
        required
        autoFocus
        help="A file that is there is never replaced."
        wish={{ use: 'backup', save: NAME }}
        value={path}
        onChange={setPath}
      />
      <Trouble problem={command.problem} />
    </Dialog>
  );
}

/** First the file, then what is in it and what restoring it does. */
export function RestoreFromFile({ onClose }: { onClose: () => void }) {
  const [path, setPath] = useState('');
  const [chosen, setChosen] = useState(false);
  if (chosen)
    return (
      <Confirm
        title={text.fromFileTitle}
        words={text.restoreMeans}
        submit="Restore"
        danger
        previewKey={path}
        call={(dryRun) => client.system.restore({ path, dryRun })}
        onClose={onClose}
      />
    );
  return (
    <Dialog
      title={text.fromFileTitle}
      submit="Look into it"
      why={path === '' ? 'Say which file.' : null}
      size="small"
      onSubmit={() => setChosen(true)}
      onClose={onClose}
    >
      <PathField label={text.path} required autoFocus wish={{ use: 'backup' }} value={path} onChange={setPath} />
    </Dialog>
  );
}
