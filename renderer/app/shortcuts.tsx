import { Modal, ModalBody, ModalHeader, ModalVariant } from '@patternfly/react-core/dist/dynamic/components/Modal';
import { useNavigate } from '@tanstack/react-router';
import { useEffect, useRef, useState } from 'react';
import { isTyping } from './is-typing';
import { text } from './text';
import { CloseModal } from '../ui/close-modal';

/** Keys that lead to a screen, pressed after `g`. */
const PLACES = {
  m: { words: text.places.map, to: '/' },
  n: { words: text.places.networks, to: '/networks' },
  h: { words: text.places.hosts, to: '/hosts' },
  v: { words: text.places.vms, to: '/vms' },
  a: { words: text.places.activity, to: '/activity' },
  d: { words: text.places.doctor, to: '/doctor' },
  b: { words: text.places.backups, to: '/backups' },
} as const;
const isPlace = (key: string): key is keyof typeof PLACES => Object.hasOwn(PLACES, key);

const says = text.shortcutsList;
const LIST: ReadonlyArray<readonly [keys: readonly string[], words: string]> = [
  [text.keys.palette, says.palette],
  [text.keys.undo, says.undo],
  [text.keys.list, says.list],
  ...Object.entries(PLACES).map(([key, { words }]) => [['g', key], says.goTo(words)] as const),
  [text.keys.copy, says.copy],
  [text.keys.paste, says.paste],
];

/** How long `g` waits for its second key. Milliseconds. */
const WAIT_MS = 1_500;

/** The keys that work on every screen, and the list of all of them. */
export function Shortcuts() {
  const navigate = useNavigate();
  const [open, setOpen] = useState(false);
  const began = useRef(0);
  useEffect(() => {
    const onKey = (event: KeyboardEvent): void => {
      if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return;
      const second = Date.now() - began.current < WAIT_MS;
      began.current = event.key === 'g' ? Date.now() : 0;
      if (event.key === '?') setOpen(true);
      if (second && isPlace(event.key)) void navigate({ to: PLACES[event.key].to });
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
