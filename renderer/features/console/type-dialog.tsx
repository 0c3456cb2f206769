import { FormGroup } from '@patternfly/react-core/dist/dynamic/components/Form';
import { TextArea } from '@patternfly/react-core/dist/dynamic/components/TextArea';
import { useState } from 'react';
import { Dialog } from '../../ui/dialog';
import { type Key, keysOf } from './keys';
import { text } from './text';

/** Asks for text to type. Pasting into a text box needs no clipboard permission from the browser. */
export function TypeDialog({ onType, onClose }: { onType: (keys: readonly Key[]) => void; onClose: () => void }) {
  const [words, setWords] = useState('');
  const { keys, missing } = keysOf(words);
  const why = missing.length > 0 ? text.noKey(missing) : keys.length === 0 ? text.textLabel : null;
  return (
    <Dialog
      title={text.typeTitle}
      description={text.typeMeans}
      submit={text.typeSubmit}
      why={why}
      onSubmit={() => onType(keys)}
      onClose={onClose}
    >
      <FormGroup label={text.textLabel} fieldId="paste-text">
        <TextArea
          id="paste-text"
          value={words}
          onChange={(_, typed) => setWords(typed)}
          rows={5}
          autoFocus
          spellCheck={false}
          aria-describedby="paste-missing"
          validated={missing.length > 0 ? 'error' : 'default'}
        />
        <p id="paste-missing" role="status" className="soft">
          {missing.length > 0 ? text.noKey(missing) : ''}
        </p>
      </FormGroup>
    </Dialog>
  );
}
