import { useMutation } from '@tanstack/react-query';
import { allowingBreaks } from './breaking-link';
import type { CommandResult } from './command-result';
import { type Problem, toProblem } from './problem';

interface RunOptions {
  /** The user has said that it may break promises. */
  readonly breakPromises?: boolean;
}

export interface Command<I, O> {
  /** Runs the command; resolves to null when it was refused (then `problem` has the reason). */
  readonly run: (input: I, options?: RunOptions) => Promise<O | null>;
  readonly busy: boolean;
  readonly problem: Problem | null;
  readonly reset: () => void;
}

/** A mutating procedure for a screen. It does not touch the cache: changes arrive by the live feed. */
export function useCommand<I, O extends CommandResult>(call: (input: I) => Promise<O>): Command<I, O> {
  const mutation = useMutation({
    mutationFn: ({ input, breakPromises = false }: RunOptions & { readonly input: I }) =>
      breakPromises ? allowingBreaks(() => call(input)) : call(input),
  });
  return {
    run: (input, options) => mutation.mutateAsync({ input, ...options }).catch(() => null),
    busy: mutation.isPending,
    problem: mutation.error === null ? null : toProblem(mutation.error),
    reset: mutation.reset,
  };
}
