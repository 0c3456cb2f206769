import { useEffect, useState } from 'react';
import { toProblem } from '../../api/problem';

/** Delays between automatic retries; after the last one the user has to retry. Milliseconds. */
const PAUSES_MS = [500, 1_000, 2_000, 4_000, 8_000];
/** A connection that lasted this long counts as successful: the delays start over. */
const HELD_MS = 10_000;
/** Errors that a retry does not fix. */
const FINAL = new Set(['NOT_SUPPORTED', 'FORBIDDEN', 'BAD_INPUT']);

interface Ended {
  /** The reason as text; null: the other end closed it. */
  readonly why: string | null;
  /** Milliseconds until the next retry; null: none. */
  readonly pause: number | null;
}

export interface Rounds {
  /** A new number is a new connection: the React key of its component. */
  readonly round: number;
  /** Null while a connection is open. */
  readonly ended: Ended | null;
  end(error: unknown): void;
  again(): void;
}

/**
 * Connects to a VM's console or screen, and reconnects when the connection drops while the VM runs, or when a stopped VM starts
 * again. `possible`: whether the VM has the console or screen now.
 */
export function useRounds(possible: boolean): Rounds {
  const [state, setState] = useState({ round: 0, tries: 0, began: Date.now(), ended: null as Ended | null });
  const { ended } = state;
  const pause = possible ? (ended?.pause ?? null) : null;
  const next = (tries: number) => setState((old) => ({ round: old.round + 1, tries, began: Date.now(), ended: null }));
  useEffect(() => {
    if (pause === null) return;
    const timer = setTimeout(() => next(state.tries + 1), pause);
    return () => clearTimeout(timer);
  }, [pause, state.round, state.tries]);
  useEffect(() => {
    // It ended because the VM stopped: its next start begins with a clean state.
    if (!possible) setState((old) => (old.ended === null ? old : { ...old, tries: 0, ended: null }));
  }, [possible]);
  const end = (error: unknown): void =>
    setState((old) => {
      const tries = Date.now() - old.began > HELD_MS ? 0 : old.tries;
      const problem = error === null ? null : toProblem(error);
      const again = problem === null || !FINAL.has(problem.code);
      return {
        ...old,
        tries,
        ended: { why: problem?.message ?? null, pause: again ? (PAUSES_MS[tries] ?? null) : null },
      };
    });
  return { round: state.round, ended, end, again: () => next(0) };
}
