import type { Action, Remedy, RemedyInputs, RemedyProcedure } from './model/remedy';

/** A remedy that is a sentence: `note('Choose another name.')`. */
export const note = (text: string): Remedy => ({ note: text, action: null });

/** What happened and what its remedy says, where there is room for plain words only: the reason of a state, a line of a preview. */
export const withNote = (message: string, remedy: Remedy | null): string =>
  remedy?.note ? `${message}. ${remedy.note}` : message;

/** A remedy that is an action, with a sentence where the action alone would not say enough: `run('jobs.list', {}, 'Wait until it has ended, or cancel it.')`. */
export const run = <P extends RemedyProcedure>(procedure: P, input: RemedyInputs[P], text?: string): Remedy => ({
  note: text ?? null,
  action: { procedure, input } as unknown as Action,
});
