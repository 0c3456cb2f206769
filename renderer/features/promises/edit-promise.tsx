import { useState } from 'react';
import type { IsolationPromise } from '../../../contract';
import { CommandDialog } from '../../actions/command-dialog';
import { client } from '../../api/client';
import { useCommand } from '../../api/use-command';
import { TextField } from '../../ui/fields';
import { SeverityField } from './severity-field';
import { text } from './text';

/** What of a promise can be changed: what happens if a change would break it, and its note. Another sentence is another promise. */
export function EditPromise({ promise, onClose }: { promise: IsolationPromise; onClose: () => void }) {
  const [severity, setSeverity] = useState(promise.severity);
  const [note, setNote] = useState(promise.note);
  const command = useCommand(() => client.promises.update({ promise: promise.id, severity, note }));
  const isSame = severity === promise.severity && note === promise.note;
  return (
    <CommandDialog
      title={text.editTitle}
      description={promise.sentence}
      submit={text.saveIt}
      command={command}
      why={isSame ? text.nothingChanged : null}
      onClose={onClose}
    >
      <SeverityField value={severity} onChange={setSeverity} />
      <TextField label={text.note} help={text.noteHelp} value={note} onChange={setNote} />
    </CommandDialog>
  );
}
