import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { useCommand } from '../../api/use-command';
import { ActionButton } from '../../ui/action-button';
import { Confirm } from '../confirm';
import { useClusters, useHosts, useNetworks, useVms } from '../use-names';
import { partsOf } from './read-hint';
import { type Remedy, remedyOf, withoutOptions, wordsOf, type World } from './remedy';

interface Props {
  readonly hint: string;
  /** Leads to places only. For words that are not a hint alone: a name in them could look like a command. */
  readonly placesOnly?: boolean;
}

function useWorld(): World {
  const [vms, networks, hosts, clusters] = [useVms(), useNetworks(), useHosts(), useClusters()];
  return { vm: vms.values(), network: networks.values(), host: hosts.values(), cluster: clusters.values() };
}

/** Says what the engine said as a screen says it, where nothing can be clicked: in a tooltip, or within a button. */
export function useScreenWords(): (hint: string) => string {
  const world = useWorld();
  return (hint) => wordsOf(hint, world);
}

/** What to do, as a screen says it: in the place of each command there is something to click. */
export function ScreenHint({ hint, placesOnly = false }: Props) {
  const world = useWorld();
  return partsOf(hint).map((part, index) => {
    if (part.kind === 'words') return <span key={index}>{withoutOptions(part.words)}</span>;
    const remedy = remedyOf(part.argv, world);
    if (remedy === null) return <code key={index}>{part.typed}</code>;
    const shown = placesOnly && remedy.effect?.kind !== 'go' ? { ...remedy, effect: null } : remedy;
    return <RemedyLink key={index} remedy={shown} />;
  });
}

function RemedyLink({ remedy: { label, whyNot, effect } }: { remedy: Remedy }) {
  const [asking, setAsking] = useState(false);
  const { run, busy, problem } = useCommand((call: Extract<NonNullable<Remedy['effect']>, { kind: 'run' }>['call']) =>
    call(),
  );
  if (effect === null) return <em>{label}</em>;
  if (effect.kind === 'go' && whyNot === null)
    return (
      <Link className="remedy-link" {...effect.to}>
        {label}
      </Link>
    );
  return (
    <>
      <ActionButton
        variant="link"
        isInline
        why={whyNot}
        isLoading={busy}
        title={problem?.message}
        onClick={() => (effect.kind === 'run' ? void run(effect.call) : setAsking(true))}
      >
        {label}
      </ActionButton>
      {problem === null ? null : (
        <span className="block bad" role="alert">
          {problem.message}
        </span>
      )}
      {asking && effect.kind === 'confirm' ? (
        <Confirm
          title={`${label}?`}
          words={effect.words}
          submit={effect.submit}
          danger
          call={effect.call}
          onClose={() => setAsking(false)}
        />
      ) : null}
    </>
  );
}
