import { Button } from '@patternfly/react-core/dist/dynamic/components/Button';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { type ReactNode, useEffect, useRef, useState } from 'react';
import type { LastAction, UndoOffer } from '../../contract';
import { textOf } from '../../english';
import { Confirm } from '../actions/confirm';
import type { BoundAction } from '../actions/registry/action';
import { answer, ask } from '../actions/requests';
import { useHosts, useVms } from '../actions/use-names';
import { client } from '../api/client';
import { toProblem } from '../api/problem';
import { queries } from '../api/queries';
import { useCommand } from '../api/use-command';
import { ActionButton } from '../ui/action-button';
import { isTyping } from '../ui/is-typing';
import { text as widgets } from '../ui/text';
import { insteadOf } from './instead';
import { newestAction, redo } from './undoing';
import { text } from './text';
import { UndoHistory } from './undo-history';

/** What undoing came to: a sentence, and the event that was undone, for redo. */
interface Said {
  readonly words: string;
  readonly undone?: number;
  /** The job that undoes it; null: it is done. */
  readonly job?: string | null;
}

/**
 * Undoes the last action, also with Ctrl+Z: never an earlier one. If the last action can't be undone, it says so and offers what can be
 * done instead. Earlier changes are in the history. Undoing asks first where it removes something.
 */
export function UndoPart() {
  const last = useQuery(queries.lastAction()).data;
  const cache = useQueryClient();
  const instead = useInstead();
  const offered = instead(last);
  const isAsking = useRef(false);
  const [asking, setAsking] = useState<UndoOffer | null>(null);
  const [said, setSaid] = useState<Said | null>(null);
  const { run, busy, problem, reset } = useCommand((event: number) => client.undo.run({ event }));
  const refused = problem === null ? null : { words: problem.message };
  const undone = (offer: UndoOffer, job: string | null): void =>
    setSaid({ words: text.undone(textOf(offer.words)), undone: offer.event, job });
  const undo = async (): Promise<void> => {
    if (busy || isAsking.current) return;
    isAsking.current = true;
    // What this window knows may be older than the last action, which may still run.
    const newest = await newestAction().catch(() => last);
    isAsking.current = false;
    cache.setQueryData(queries.lastAction().queryKey, newest);
    const offer = newest?.offer ?? null;
    const why = whyNot(newest, instead(newest));
    if (offer === null || why !== null) return setSaid({ words: why ?? text.undoNothing });
    if (offer.removes) return setAsking(offer);
    const done = await run(offer.event);
    if (done !== null) undone(offer, done.job);
    else setSaid(null);
  };
  useEffect(() => answer('undo', () => void undo()));
  useUndoKey();
  const offer = last?.offer ?? null;
  return (
    <span className="foot-undo">
      <Notice said={said ?? refused} onSay={said === null ? reset : setSaid}>
        {said?.undone === undefined && last?.offer === null ? <InsteadButton instead={offered} /> : null}
      </Notice>
      {offer === null ? (
        <InsteadButton instead={offered} />
      ) : (
        <ActionButton
          variant="link"
          isInline
          why={offer.refused}
          isLoading={busy}
          title={problem?.message ?? text.undoKey(textOf(offer.words))}
          onClick={() => void undo()}
        >
          {text.undoWhat(textOf(offer.words))}
        </ActionButton>
      )}
      <UndoHistory onChoose={setAsking} />
      {asking === null ? null : (
        <Confirm
          title={text.undoTitle(textOf(asking.words))}
          words={asking.removes ? text.undoMeans : ''}
          submit={text.undo}
          danger={asking.removes}
          call={(dryRun) => client.undo.run({ event: asking.event, dryRun })}
          onDone={() => undone(asking, null)}
          onClose={() => setAsking(null)}
        />
      )}
    </span>
  );
}

/** Why the last action can't be undone; null: it can. */
function whyNot(last: LastAction | undefined, instead: BoundAction | null): string | null {
  if (last === undefined) return text.undoNothing;
  if (last.offer !== null) return last.offer.refused;
  if (last.event !== null) return text.undoCant(textOf(last.event.message));
  if (last.job === null) return text.undoNothing;
  const what = textOf(last.job.title);
  if (last.job.state === 'running' || last.job.state === 'queued') return text.undoRunning(what);
  return instead === null ? text.undoCant(what) : text.undoInstead(what, instead.label);
}

function useInstead(): (last: LastAction | undefined) => BoundAction | null {
  const [vms, hosts] = [useVms(), useHosts()];
  return (last) => {
    const job = last?.job ?? null;
    return job === null || job.endedAt === null ? null : insteadOf(job, vms, hosts);
  };
}

function InsteadButton({ instead }: { instead: BoundAction | null }) {
  const navigate = useNavigate();
  const { run, busy } = useCommand(async (action: BoundAction) => {
    if (action.effect.kind === 'run') return action.effect.call();
    if (action.effect.kind === 'go') await navigate(action.effect.to);
    return { job: null, preview: null };
  });
  if (instead === null) return null;
  return (
    <Button variant="link" isInline isLoading={busy} onClick={() => void run(instead)}>
      {instead.label}
    </Button>
  );
}

/** What undoing came to, above the status bar, until it is closed or the next action. */
function Notice({
  said,
  onSay,
  children,
}: {
  said: Said | null;
  onSay: (said: Said | null) => void;
  children: ReactNode;
}) {
  const undone = said?.undone;
  const isRunning = useQuery(queries.jobs()).data?.some(({ id, endedAt }) => id === said?.job && endedAt === null);
  const again = (event: number): void =>
    void redo(event).then(
      () => onSay(null),
      (error: unknown) => onSay({ words: toProblem(error).message, undone: event }),
    );
  return (
    <span className={said === null ? 'pf-v6-screen-reader' : 'undo-said'}>
      <span role="status">{said?.words ?? ''}</span>
      {said === null ? null : (
        <>
          {children}
          {undone === undefined ? null : (
            <ActionButton
              variant="link"
              isInline
              why={isRunning === true ? text.redoTooEarly : null}
              onClick={() => again(undone)}
            >
              {text.redo}
            </ActionButton>
          )}
          <Button variant="plain" size="sm" aria-label={widgets.close} onClick={() => onSay(null)}>
            ✕
          </Button>
        </>
      )}
    </span>
  );
}

/** Ctrl+Z (or Cmd+Z) outside text fields. */
function useUndoKey(): void {
  useEffect(() => {
    const onKey = (event: KeyboardEvent): void => {
      if (event.key.toLowerCase() !== 'z' || !(event.ctrlKey || event.metaKey) || event.shiftKey || event.altKey)
        return;
      if (isTyping(event.target) || document.querySelector('[aria-modal="true"]') !== null) return;
      event.preventDefault();
      ask('undo');
    };
    window.addEventListener('keydown', onKey);
    return () => window.removeEventListener('keydown', onKey);
  }, []);
}
