import type { Action, Remedy, RemedyInputs, RemedyProcedure } from './model/remedy';

/** A remedy that is a sentence: `note('Choose another name.')`. */
export const note = (text: string): Remedy => ({ note: text, action: null });

/** An error and its remedy as plain text: for the reason of a state, or a line of a preview. */
export const withNote = (message: string, remedy: Remedy | null): string =>
  remedy?.note ? `${message}. ${remedy.note}` : message;

/**
 * A remedy that is an action, with a sentence if the action alone is not enough: `run('jobs.list', {}, 'Wait until it has ended, or
 * cancel it.')`.
 */
export const run = <P extends RemedyProcedure>(procedure: P, input: RemedyInputs[P], text?: string): Remedy => ({
  note: text ?? null,
  action: { procedure, input } as unknown as Action,
});
