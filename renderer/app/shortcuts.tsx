import { Modal, ModalBody, ModalHeader, ModalVariant } from '@patternfly/react-core/dist/dynamic/components/Modal';
import { useNavigate } from '@tanstack/react-router';
import { useEffect, useRef, useState } from 'react';
import type { Action } from '../actions/registry/action';
import { ACTIONS } from '../actions/registry/actions';
import { APP_ACTIONS } from '../actions/registry/app-actions';
import { answer } from '../actions/requests';
import { isTyping } from '../ui/is-typing';
import { text } from './text';
import { CloseModal } from '../ui/close-modal';

/** Actions with a two-key sequence. */
const SEQUENCES = new Map(
  APP_ACTIONS.flatMap(({ shortcut, effect }) =>
    shortcut?.includes(' ') === true ? [[shortcut, effect] as const] : [],
  ),
);
const OBJECT_ACTIONS = Object.values(ACTIONS).flatMap((actions: readonly Pick<Action<never>, 'label' | 'shortcut'>[]) =>
  actions.flatMap(({ label, shortcut }) => (shortcut === null ? [] : [[shortcut, label(null)] as const])),
);

const says = text.shortcutsList;
const LIST: ReadonlyArray<readonly [keys: readonly string[], words: string]> = [
  [text.keys.palette, says.palette],
  [text.keys.list, says.list],
  ...APP_ACTIONS.flatMap(({ shortcut, label }) =>
    shortcut === null ? [] : [[keysOf(shortcut), shortcut.includes(' ') ? says.goTo(label) : label] as const],
  ),
  ...new Map(OBJECT_ACTIONS.map(([key, label]) => [key, [[key], says.onPage(label)] as const])).values(),
  [text.keys.find, says.find],
  [text.keys.table, says.table],
  [text.keys.copy, says.copy],
  [text.keys.paste, says.paste],
];

/** `mod+z` and `g m` as key labels. */
function keysOf(shortcut: string): readonly string[] {
  return shortcut
    .split(/[ +]/)
    .map((key) => (key === 'mod' ? text.keys.mod : shortcut.includes('+') ? key.toUpperCase() : key));
}

/** How long the first key waits for the second. Milliseconds. */
const WAIT_MS = 1_500;

/** The global shortcuts and the dialog that lists them. */
export function Shortcuts() {
  const navigate = useNavigate();
  const [open, setOpen] = useState(false);
  useEffect(() => answer('shortcuts', () => setOpen(true)), []);
  const first = useRef({ key: '', at: 0 });
  useEffect(() => {
    const onKey = (event: KeyboardEvent): void => {
      if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return;
      const { key, at } = first.current;
      first.current = { key: event.key, at: Date.now() };
      if (event.key === '?') setOpen(true);
      const effect = Date.now() - at < WAIT_MS ? SEQUENCES.get(`${key} ${event.key}`) : undefined;
      if (effect?.kind === 'go') void navigate(effect.to);
    };
    window.addEventListener('keydown', onKey);
    return () => window.removeEventListener('keydown', onKey);
  }, [navigate]);
  return (
    <Modal
      isOpen={open}
      variant={ModalVariant.small}
      onEscapePress={() => setOpen(false)}
      aria-labelledby="shortcuts-title"
    >
      <CloseModal onClose={() => setOpen(false)} />
      <ModalHeader title={text.shortcuts} labelId="shortcuts-title" />
      <ModalBody tabIndex={0} aria-label={text.shortcuts}>
        <dl className="shortcuts">
          {LIST.map(([keys, words]) => (
            <div key={words}>
              <dt>
                {keys.map((key) => (
                  <kbd key={key}>{key}</kbd>
                ))}
              </dt>
              <dd>{words}</dd>
            </div>
          ))}
        </dl>
      </ModalBody>
    </Modal>
  );
}
