import { createInterface } from 'node:readline/promises';
import { AppError } from '../contract/app-error';
import { note } from '../contract/remedy';
import { printable } from './text/escape';

/** Whether the user can be asked: the question goes to stderr, the answer comes from stdin. */
export const canAsk = (): boolean => process.stdin.isTTY === true && process.stderr.isTTY === true;

/** Asks a yes-or-no question; no is the default. */
export async function ask(question: string): Promise<boolean> {
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  try {
    const answer = await terminal.question(`${printable(question)} [y/N] `);
    return /^y(es)?$/i.test(answer.trim());
  } catch (error) {
    // Ctrl-C or Ctrl-D at the prompt is an answer too.
    if (error instanceof Error && error.name === 'AbortError') return false;
    throw error;
  } finally {
    terminal.close();
  }
}

/** Allows a destructive command only with --yes or after confirmation. Throws BAD_INPUT or CANCELLED. */
export async function confirm(question: string, yes: boolean): Promise<void> {
  if (yes) return;
  if (!canAsk()) {
    throw new AppError('BAD_INPUT', `Confirmation required: ${question}`, {
      field: 'yes',
      remedy: note('Not a terminal: pass --yes to confirm.'),
    });
  }
  if (!(await ask(question))) throw new AppError('CANCELLED', 'Nothing was changed.');
}
