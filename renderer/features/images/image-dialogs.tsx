import { useState } from 'react';
import type { Image } from '../../../contract';
import { CommandDialog } from '../../actions/command-dialog';
import { PathField } from '../../actions/path-field';
import { client } from '../../api/client';
import { useCommand } from '../../api/use-command';
import { TextField } from '../../ui/fields';
import { text } from './text';

/** The name that a file suggests: its own, without folder and ending. */
const nameOf = (path: string): string => (path.split('/').at(-1) ?? '').replace(/\.[a-z0-9]{2,5}$/i, '');

/** Adds an image from a file; the job's progress is on the page. */
export function AddImage({ onClose }: { readonly onClose: () => void }) {
  const [path, setPath] = useState('');
  const [name, setName] = useState<string | null>(null);
  const [sha256, setSha256] = useState('');
  const shown = name ?? nameOf(path);
  const sum = sha256.trim();
  const command = useCommand(() => client.images.add({ name: shown, path, ...(sum === '' ? {} : { sha256: sum }) }));
  const errorOf = (field: string): string | null => (command.problem?.field === field ? command.problem.message : null);
  return (
    <CommandDialog
      title={text.addTitle}
      description={text.addMeans}
      submit={text.add}
      command={command}
      why={path === '' ? text.pathNeeded : shown === '' ? text.nameNeeded : null}
      size="small"
      onClose={onClose}
    >
      <PathField
        label={text.path}
        required
        autoFocus
        request={{ use: 'image' }}
        value={path}
        onChange={setPath}
        error={errorOf('path')}
      />
      <TextField label={text.name} required value={shown} onChange={setName} error={errorOf('name')} />
      <TextField
        label={text.sha256}
        value={sha256}
        onChange={setSha256}
        error={errorOf('sha256')}
        help={text.sha256Means}
      />
    </CommandDialog>
  );
}

export function RenameImage({ image, onClose }: { readonly image: Image; readonly onClose: () => void }) {
  const [name, setName] = useState(image.name);
  const command = useCommand(() => client.images.rename({ image: image.id, name }));
  return (
    <CommandDialog
      title={text.renameOf(image.name)}
      submit={text.rename}
      command={command}
      why={name === '' ? text.nameNeeded : null}
      size="small"
      onClose={onClose}
    >
      <TextField
        label={text.name}
        required
        autoFocus
        value={name}
        onChange={setName}
        error={command.problem?.field === 'name' ? command.problem.message : null}
      />
    </CommandDialog>
  );
}
