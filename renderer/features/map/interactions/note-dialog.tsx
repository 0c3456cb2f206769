import { FormGroup } from '@patternfly/react-core/dist/dynamic/components/Form';
import { TextArea } from '@patternfly/react-core/dist/dynamic/components/TextArea';
import { useState } from 'react';
import { IslandNote } from '../../../../contract';
import { client } from '../../../api/client';
import { useCommand } from '../../../api/use-command';
import { Dialog } from '../../../ui/dialog';
import { ErrorAlert } from '../../../ui/error-alert';
import type { Model } from '../model';
import { text } from '../text';

interface NoteProps {
  readonly model: Model;
  readonly islandId: string;
  readonly onClose: () => void;
}

/** Edits or removes the note of an island. */
export function NoteDialog({ model, islandId, onClose }: NoteProps) {
  const island = model.islands.get(islandId);
  const [note, setNote] = useState(island?.note ?? '');
  const { networkId = '', hostId = null } = island ?? {};
  const command = useCommand(() => client.map.note({ network: networkId, host: hostId ?? '', note }));
  const save = async (): Promise<void> => {
    if ((await command.run(undefined)) !== null) onClose();
  };
  const checked = IslandNote.safeParse(note);
  const why = checked.success ? null : (checked.error.issues[0]?.message ?? '');
  if (island === undefined || hostId === null) return null;
  const title = text.noteOn(model.networks.get(networkId)?.name ?? '', model.hosts.get(hostId)?.name ?? '');
  return (
    <Dialog
      title={title}
      description={text.noteMeans}
      submit={text.noteSave}
      size="small"
      busy={command.busy}
      why={why}
      onSubmit={() => void save()}
      onClose={onClose}
    >
      <FormGroup label={text.note} fieldId="note">
        <TextArea
          id="note"
          value={note}
          onChange={(_, words) => setNote(words)}
          rows={4}
          dir="auto"
          autoFocus
          resizeOrientation="vertical"
          validated={why === null ? 'default' : 'error'}
          // Ctrl+Enter submits, as in every multi-line field.
          onKeyDown={(event) => {
            if (event.key === 'Enter' && (event.ctrlKey || event.metaKey) && why === null) void save();
          }}
        />
      </FormGroup>
      {why === null ? null : <p className="bad">{why}</p>}
      <ErrorAlert problem={command.problem} />
    </Dialog>
  );
}
