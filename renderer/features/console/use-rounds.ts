import { useEffect, useState } from 'react';
import { toProblem } from '../../api/problem';

/** Pauses before it is tried again by itself; after the last one a person has to ask. Milliseconds. */
const PAUSES_MS = [500, 1_000, 2_000, 4_000, 8_000];
/** What a round that held on for so long had, was a connection: the pauses begin anew. */
const HELD_MS = 10_000;
/** What another try does not change. */
const FINAL = new Set(['NOT_SUPPORTED', 'FORBIDDEN', 'BAD_INPUT']);

interface Ended {
  /** Why, in words; null: the other end closed it. */
  readonly why: string | null;
  /** Milliseconds until the next try; null: none. */
  readonly pause: number | null;
}

export interface Rounds {
  /** Another number is another connection: the key of what makes it. */
  readonly round: number;
  /** Null while a round is under way. */
  readonly ended: Ended | null;
  end(error: unknown): void;
  again(): void;
}

/**
 * Connections to a VM's line, one after another: one that drops while the VM runs is opened again, and so is that of a VM
 * that was down and runs again. `possible`: whether the VM has the line now.
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
    // It is over because the VM is: its next start begins with a clean slate.
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
