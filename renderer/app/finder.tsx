import { useNavigate } from '@tanstack/react-router';
import { useEffect, useId, useMemo, useRef, useState } from 'react';
import { useHosts, useNetworks, useVms } from '../actions/use-names';
import { find, type Finding } from './find';

/** Find or do anything: every host, network, VM and the actions that begin something, from the keyboard. */
export function Finder() {
  const navigate = useNavigate();
  const list = useId();
  const input = useRef<HTMLInputElement>(null);
  const [words, setWords] = useState('');
  const [at, setAt] = useState(0);
  const [open, setOpen] = useState(false);
  const hosts = useHosts();
  const networks = useNetworks();
  const vms = useVms();
  const found = useMemo(
    () =>
      open ? find(words, { hosts: [...hosts.values()], networks: [...networks.values()], vms: [...vms.values()] }) : [],
    [open, words, hosts, networks, vms],
  );
  useEffect(() => {
    const onKey = (event: KeyboardEvent): void => {
      if (event.key.toLowerCase() !== 'k' || !(event.ctrlKey || event.metaKey)) return;
      event.preventDefault();
      input.current?.focus();
    };
    window.addEventListener('keydown', onKey);
    return () => window.removeEventListener('keydown', onKey);
  }, []);
  const go = (finding: Finding | undefined): void => {
    if (finding === undefined) return;
    setOpen(false);
    setWords('');
    input.current?.blur();
    void navigate(finding.to);
  };
  const onKeyDown = (event: React.KeyboardEvent): void => {
    if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
      event.preventDefault();
      setAt((at + (event.key === 'ArrowDown' ? 1 : found.length - 1)) % Math.max(found.length, 1));
    }
    if (event.key === 'Enter') go(found[at]);
    if (event.key === 'Escape') input.current?.blur();
  };
  return (
    <div className="finder">
      <input
        ref={input}
        type="text"
        role="combobox"
        placeholder="Find or do anything"
        aria-label="Find or do anything"
        aria-expanded={open && found.length > 0}
        aria-controls={list}
        aria-activedescendant={open && found[at] !== undefined ? `${list}-${at}` : undefined}
        aria-autocomplete="list"
        autoComplete="off"
        spellCheck={false}
        value={words}
        onChange={(event) => {
          setWords(event.target.value);
          setAt(0);
        }}
        onFocus={() => setOpen(true)}
        onBlur={() => setOpen(false)}
        onKeyDown={onKeyDown}
      />
      <kbd aria-hidden="true">Ctrl K</kbd>
      <ul id={list} role="listbox" aria-label="Found" hidden={!open || found.length === 0}>
        {found.map((finding, index) => (
          <li
            key={finding.key}
            id={`${list}-${index}`}
            role="option"
            aria-selected={index === at}
            // mousedown, not click: the input's blur would close the list before a click arrives
            onMouseDown={(event) => {
              event.preventDefault();
              go(finding);
            }}
          >
            {finding.label}
            <small>{finding.kind}</small>
          </li>
        ))}
      </ul>
    </div>
  );
}
