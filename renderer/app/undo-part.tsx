import { useQuery } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import type { UndoOffer } from '../../contract';
import { textOf } from '../../english';
import { Confirm } from '../actions/confirm';
import { client } from '../api/client';
import { queries } from '../api/queries';
import { useCommand } from '../api/use-command';
import { ActionButton } from '../ui/action-button';
import { isTyping } from '../ui/is-typing';
import { text } from './text';

/** Shows the next undo and runs it, also with Ctrl+Z. A destructive undo asks for confirmation. */
export function UndoPart() {
  const offer = useQuery(queries.undo()).data?.[0];
  const [asking, setAsking] = useState<UndoOffer | null>(null);
  const [said, setSaid] = useState('');
  const { run, busy, problem } = useCommand((event: number) => client.undo.run({ event }));
  const undo = async (): Promise<void> => {
    if (offer === undefined || busy) return;
    if (offer.refused !== null) return setSaid(offer.refused);
    if (offer.removes) return setAsking(offer);
    if ((await run(offer.event)) !== null) setSaid(text.undone(textOf(offer.words)));
  };
  useUndoKey(() => void undo());
  return (
    <span className="foot-undo">
      <span className="pf-v6-screen-reader" role="status">
        {problem?.message ?? said}
      </span>
      {offer === undefined ? null : (
        <ActionButton
          variant="link"
          isInline
          why={offer.refused}
          isLoading={busy}
          title={problem === null ? text.undoKey(textOf(offer.words)) : problem.message}
          onClick={() => void undo()}
        >
          {text.undoWhat(textOf(offer.words))}
        </ActionButton>
      )}
      {asking === null ? null : (
        <Confirm
          title={text.undoTitle(textOf(asking.words))}
          words={text.undoMeans}
          submit={text.undo}
          danger
          call={(dryRun) => client.undo.run({ event: asking.event, dryRun })}
          onDone={() => setSaid(text.undone(textOf(asking.words)))}
          onClose={() => setAsking(null)}
        />
      )}
    </span>
  );
}

/** Ctrl+Z (or Cmd+Z) outside text fields. */
function useUndoKey(undo: () => void): void {
  useEffect(() => {
    const onKey = (event: KeyboardEvent): void => {
      if (event.key.toLowerCase() !== 'z' || !(event.ctrlKey || event.metaKey) || event.shiftKey || event.altKey)
        return;
      if (isTyping(event.target) || document.querySelector('[aria-modal="true"]') !== null) return;
      event.preventDefault();
      undo();
    };
    window.addEventListener('keydown', onKey);
    return () => window.removeEventListener('keydown', onKey);
  });
}
