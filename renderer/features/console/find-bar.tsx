import type { Terminal as Xterm } from '@xterm/xterm';
import { useEffect, useRef, useState } from 'react';
import { ActionButton } from '../../ui/action-button';
import { type Found, findInBuffer } from './find-matches';
import { text } from './text';

/** Searches all output, newest first, and highlights the matches. Enter goes to the next one, Escape closes. */
export function FindBar({ terminal, onClose }: { terminal: Xterm; onClose: () => void }) {
  const field = useRef<HTMLInputElement>(null);
  const [words, setWords] = useState('');
  const [{ found, at }, setFound] = useState<{ found: readonly Found[]; at: number }>({ found: [], at: 0 });
  useEffect(() => field.current?.focus(), []);
  const look = (wanted: string): void => {
    const next = findInBuffer(terminal.buffer.active, wanted);
    show(next, next.length - 1);
  };
  const show = (list: readonly Found[], index: number): void => {
    setFound({ found: list, at: index });
    const place = list[index];
    if (place === undefined) return terminal.clearSelection();
    terminal.select(place.column, place.row, place.length);
    terminal.scrollToLine(Math.max(0, place.row - Math.floor(terminal.rows / 2)));
  };
  const go = (by: 1 | -1): void => {
    // New output has shifted the rows: search again and keep the current match by its index.
    const next = findInBuffer(terminal.buffer.active, words);
    if (next.length > 0) show(next, (Math.min(at, next.length - 1) + by + next.length) % next.length);
  };
  return (
    <div className="find-bar" role="search">
      <input
        ref={field}
        type="text"
        aria-label={text.findLabel}
        placeholder={text.findLabel}
        value={words}
        spellCheck={false}
        onChange={(event) => {
          setWords(event.target.value);
          look(event.target.value);
        }}
        onKeyDown={(event) => {
          if (event.key === 'Enter') go(event.shiftKey ? 1 : -1);
          if (event.key === 'Escape') onClose();
        }}
      />
      <span className="soft" role="status">
        {words === '' ? '' : text.findAt(at + 1, found.length)}
      </span>
      <ActionButton size="sm" variant="secondary" onClick={() => go(-1)}>
        {text.findPrevious}
      </ActionButton>
      <ActionButton size="sm" variant="secondary" onClick={() => go(1)}>
        {text.findNext}
      </ActionButton>
      <ActionButton size="sm" variant="link" onClick={onClose}>
        {text.close}
      </ActionButton>
    </div>
  );
}
