import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { useCommand } from '../../api/use-command';
import { Act } from '../../ui/act';
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
    const shown = placesOnly && remedy.act?.kind !== 'go' ? { ...remedy, act: null } : remedy;
    return <RemedyLink key={index} remedy={shown} />;
  });
}

function RemedyLink({ remedy: { label, why, act } }: { remedy: Remedy }) {
  const [asking, setAsking] = useState(false);
  const { run, busy, problem } = useCommand((call: Extract<NonNullable<Remedy['act']>, { kind: 'run' }>['call']) =>
    call(),
  );
  if (act === null) return <em>{label}</em>;
  if (act.kind === 'go' && why === null)
    return (
      <Link className="remedy-link" {...act.to}>
        {label}
      </Link>
    );
  return (
    <>
      <Act
        variant="link"
        isInline
        why={why}
        isLoading={busy}
        title={problem?.message}
        onClick={() => (act.kind === 'run' ? void run(act.call) : setAsking(true))}
      >
        {label}
      </Act>
      {problem === null ? null : (
        <span className="block bad" role="alert">
          {problem.message}
        </span>
      )}
      {asking && act.kind === 'ask' ? (
        <Confirm
          title={`${label}?`}
          words={act.words}
          submit={act.submit}
          danger
          call={act.call}
          onClose={() => setAsking(false)}
        />
      ) : null}
    </>
  );
}
