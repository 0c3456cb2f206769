import { Modal, ModalBody, ModalHeader, ModalVariant } from '@patternfly/react-core/dist/dynamic/components/Modal';
import { useNavigate } from '@tanstack/react-router';
import { useEffect, useRef, useState } from 'react';
import { isTyping } from './is-typing';

/** Keys that lead to a screen, pressed after `g`. */
const PLACES = {
  m: { words: 'Map', to: '/' },
  n: { words: 'Networks', to: '/networks' },
  h: { words: 'Hosts', to: '/hosts' },
  v: { words: 'Virtual machines', to: '/vms' },
  a: { words: 'Activity', to: '/activity' },
  d: { words: 'Doctor', to: '/doctor' },
  b: { words: 'Backups', to: '/backups' },
} as const;
const isPlace = (key: string): key is keyof typeof PLACES => Object.hasOwn(PLACES, key);

const LIST: ReadonlyArray<readonly [keys: string, words: string]> = [
  ['Ctrl K', 'Find or do anything'],
  ['Ctrl Z', 'Undo what the foot names'],
  ['?', 'This list'],
  ...Object.entries(PLACES).map(([key, { words }]) => [`g ${key}`, `Go to: ${words}`] as const),
  ['Ctrl Shift C', 'In a console: copy'],
  ['Ctrl Shift V', 'In a console: paste'],
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
    <Modal isOpen={open} variant={ModalVariant.small} onClose={() => setOpen(false)} aria-labelledby="shortcuts-title">
      <ModalHeader title="Keyboard shortcuts" labelId="shortcuts-title" />
      <ModalBody tabIndex={0} aria-label="Keyboard shortcuts">
        <dl className="shortcuts">
          {LIST.map(([keys, words]) => (
            <div key={keys}>
              <dt>
                {keys.split(' ').map((key) => (
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
