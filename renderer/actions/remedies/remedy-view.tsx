import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import type { HostReason, Remedy, VmReason } from '../../../contract';
import { reasonParts } from '../../../english';
import { commandOf } from '../../../english/remedies';
import { useCommand } from '../../api/use-command';
import { ActionButton } from '../../ui/action-button';
import { Confirm } from '../confirm';
import { useClusters, useHosts, useNetworks, useVms } from '../use-names';
import { type ShownRemedy, shownRemedy, type World } from './shown-remedy';

interface Props {
  readonly remedy: Remedy;
  /** Leads to places only: for a remedy in a table or a head, where nothing should run by a click. */
  readonly placesOnly?: boolean;
}

function useWorld(): World {
  const [vms, networks, hosts, clusters] = [useVms(), useNetworks(), useHosts(), useClusters()];
  return { vm: vms.values(), network: networks.values(), host: hosts.values(), cluster: clusters.values() };
}

/** What to do: the remedy's sentence, and something to click for its action; a command where it belongs to a terminal. */
export function RemedyView({ remedy: { note, action }, placesOnly = false }: Props) {
  const world = useWorld();
  const shown = action === null ? null : shownRemedy(action, world);
  const kept = shown !== null && placesOnly && shown.effect?.kind !== 'go' ? { ...shown, effect: null } : shown;
  return (
    <>
      {note === null ? null : <span>{action === null ? note : `${note} `}</span>}
      {action === null ? null : kept === null ? <code>{commandOf(action)}</code> : <RemedyLink remedy={kept} />}
    </>
  );
}

/** Why a host or a VM is in its state, with what to do about it. */
export function ReasonView({ reason }: { reason: HostReason | VmReason }) {
  const { words, remedy } = reasonParts(reason);
  return (
    <>
      {words}
      {remedy === null ? null : (
        <>
          . <RemedyView remedy={remedy} placesOnly />
        </>
      )}
    </>
  );
}

function RemedyLink({ remedy: { label, whyNot, effect } }: { remedy: ShownRemedy }) {
  const [asking, setAsking] = useState(false);
  const { run, busy, problem } = useCommand(
    (call: Extract<NonNullable<ShownRemedy['effect']>, { kind: 'run' }>['call']) => call(),
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
