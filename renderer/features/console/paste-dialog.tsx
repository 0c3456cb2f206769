import { FormGroup } from '@patternfly/react-core/dist/dynamic/components/Form';
import { TextArea } from '@patternfly/react-core/dist/dynamic/components/TextArea';
import { useState } from 'react';
import { Dialog } from '../../ui/dialog';
import { hasControlCharacters, linesOf, withoutControlCharacters } from './pasting';
import { text } from './text';

/** Shows text before it goes to a shell, so that the user can review and edit it. Pasting into a text box needs no clipboard permission. */
export function PasteDialog({
  start,
  onPaste,
  onClose,
}: {
  start: string;
  onPaste: (words: string) => void;
  onClose: () => void;
}) {
  const [words, setWords] = useState(start);
  const seen = withoutControlCharacters(words);
  const lines = linesOf(seen);
  return (
    <Dialog
      title={text.pasteTitle}
      description={lines > 1 ? text.pasteAsk(lines) : text.pasteHow}
      submit={text.pasteSubmit(lines)}
      why={seen === '' ? text.pasteEmpty : null}
      onSubmit={() => onPaste(seen)}
      onClose={onClose}
    >
      <FormGroup label={text.textLabel} fieldId="paste-text">
        <TextArea
          id="paste-text"
          className="mono"
          value={words}
          onChange={(_, typed) => setWords(typed)}
          rows={8}
          autoFocus
          spellCheck={false}
          aria-describedby="paste-unseen"
        />
        <p id="paste-unseen" role="status" className="soft">
          {hasControlCharacters(words) ? text.controlCharacters : ''}
        </p>
      </FormGroup>
    </Dialog>
  );
}
