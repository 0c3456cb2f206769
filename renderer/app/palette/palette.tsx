import { useNavigate } from '@tanstack/react-router';
import { useDeferredValue, useEffect, useId, useMemo, useRef, useState } from 'react';
import type { Vm } from '../../../contract';
import { Confirm } from '../../actions/confirm';
import { useClusters, useHosts, useNetworks, useVms } from '../../actions/use-names';
import { useCommand } from '../../api/use-command';
import type { BoundEffect } from '../../actions/registry/action';
import { type Finding, findings, nearFindings } from './findings';
import { indexOf } from './search';
import { text as shared } from '../../actions/text';
import { text } from './text';

/** Search and commands: every host, network, VM and action, by keyboard. */
export function Palette() {
  const list = useId();
  const input = useRef<HTMLInputElement>(null);
  const [words, setWords] = useState('');
  const [at, setAt] = useState(0);
  const [open, setOpen] = useState(false);
  const [asking, setAsking] = useState<Finding | null>(null);
  const { choose, problem } = useChoose(setAsking);
  const { found, findNow, isEmpty } = useFound(open, words);
  useFocusKey(input);
  const pick = (finding: Finding | undefined): void => {
    if (finding === undefined || finding.whyNot !== null) return;
    setWords('');
    input.current?.blur();
    choose(finding);
  };
  const onKeyDown = (event: React.KeyboardEvent): void => {
    if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
      event.preventDefault();
      setAt((at + (event.key === 'ArrowDown' ? 1 : found.length - 1)) % Math.max(found.length, 1));
    }
    // The list can lag behind typing: Enter uses the current text.
    if (event.key === 'Enter') pick(findNow()[at]);
    // Completes the name, which lists the object's actions. Pressed again it leaves the field.
    const completes = found[at]?.completes;
    if (event.key === 'Tab' && !event.shiftKey && completes !== undefined && completes !== words) {
      event.preventDefault();
      setWords(completes);
      setAt(0);
    }
    if (event.key === 'Escape') {
      setWords('');
      input.current?.blur();
    }
  };
  return (
    <div className="finder">
      <input
        ref={input}
        type="text"
        role="combobox"
        placeholder={text.find}
        aria-label={text.find}
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
      <kbd aria-hidden="true">{text.key}</kbd>
      <span className="pf-v6-screen-reader" role="status">
        {problem?.message ??
          (!open || words === '' ? '' : isEmpty ? text.nothing(words) : text.foundCount(found.length))}
      </span>
      <div className="finder-panel" hidden={!open || (found.length === 0 && !isEmpty)}>
        {isEmpty ? (
          <p className="finder-empty">
            <strong>{text.nothing(words)}</strong> {text.nothingHint}
            {found.length === 0 ? null : <span className="block">{text.near}</span>}
          </p>
        ) : null}
        <ul id={list} role="listbox" aria-label={text.found} hidden={found.length === 0}>
          {found.map((finding, index) => (
            <li
              key={finding.key}
              id={`${list}-${index}`}
              role="option"
              aria-selected={index === at}
              aria-disabled={finding.whyNot !== null}
              // mousedown, not click: the input's blur would close the list before the click arrives.
              onMouseDown={(event) => {
                event.preventDefault();
                pick(finding);
              }}
            >
              <span className="grow">
                {finding.label}
                {finding.whyNot === null ? null : <small className="block">{finding.whyNot}</small>}
              </span>
              <small className="mono">{finding.command}</small>
            </li>
          ))}
        </ul>
      </div>
      {asking?.effect.kind === 'confirm' ? (
        <Asking finding={asking} effect={asking.effect} onClose={() => setAsking(null)} />
      ) : null}
    </div>
  );
}

function Asking({
  finding,
  effect,
  onClose,
}: {
  finding: Finding;
  effect: Extract<BoundEffect, { kind: 'confirm' }>;
  onClose: () => void;
}) {
  return (
    <Confirm
      title={shared.question(finding.label)}
      words={effect.words}
      submit={effect.submit}
      danger
      call={effect.call}
      onClose={onClose}
    />
  );
}

/** Runs the chosen result; `ask` opens dialogs. */
function useChoose(ask: (finding: Finding) => void) {
  const navigate = useNavigate();
  const { run, problem } = useCommand((call: Extract<BoundEffect, { kind: 'run' }>['call']) => call());
  const choose = (finding: Finding): void => {
    const { effect } = finding;
    switch (effect.kind) {
      case 'go':
        return void navigate(effect.to);
      case 'run':
        if (effect.result !== null) void navigate(effect.result);
        return void run(effect.call);
      case 'confirm':
        return ask(finding);
    }
  };
  return { choose, problem };
}

/**
 * Builds the index when the list opens and when objects change; each key press only searches it. Where nothing is found, `found` has
 * what has a similar name.
 */
function useFound(open: boolean, words: string): { found: Finding[]; findNow: () => Finding[]; isEmpty: boolean } {
  const hosts = useHosts();
  const networks = useNetworks();
  const vms = useVms();
  const clusters = useClusters();
  const index = useMemo(
    () =>
      open
        ? {
            host: indexOf(hosts.values()),
            network: indexOf(networks.values()),
            vm: indexOf(vms.values(), addressesOf),
            cluster: indexOf(clusters.values()),
          }
        : null,
    [open, hosts, networks, vms, clusters],
  );
  const typed = useDeferredValue(words);
  const own = useMemo(() => (index === null ? [] : findings(typed, index)), [typed, index]);
  const isEmpty = index !== null && own.length === 0;
  const near = useMemo(() => (isEmpty ? nearFindings(typed, index) : []), [isEmpty, typed, index]);
  const found = isEmpty ? near : own;
  return { found, isEmpty, findNow: () => (index === null || typed === words ? found : findings(words, index)) };
}

const addressesOf = ({ vnics }: Vm): string[] =>
  vnics.flatMap(({ mac, assignedAddress }) => [mac, assignedAddress ?? '']);

function useFocusKey(input: React.RefObject<HTMLInputElement | null>): void {
  useEffect(() => {
    const onKey = (event: KeyboardEvent): void => {
      if (event.key.toLowerCase() !== 'k' || !(event.ctrlKey || event.metaKey)) return;
      event.preventDefault();
      input.current?.focus();
      // Selects old text so that typing replaces it.
      input.current?.select();
    };
    window.addEventListener('keydown', onKey);
    return () => window.removeEventListener('keydown', onKey);
  }, [input]);
}
