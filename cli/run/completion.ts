import { AppError } from '../../contract/app-error';
import { note } from '../../contract/remedy';
import { SCRIPTS } from '../completion-scripts';
import type { Run } from '../spec';

export const completion: Run = ({ input, out }) => {
  const shell = input.arg('SHELL');
  if (!Object.hasOwn(SCRIPTS, shell)) {
    throw new AppError('BAD_INPUT', `No completion for the shell ${JSON.stringify(shell)}.`, {
      field: 'SHELL',
      remedy: note('Choose bash, zsh or fish.'),
    });
  }
  out.answer({ script: SCRIPTS[shell as keyof typeof SCRIPTS] }, ({ script }) => out.raw(script));
  return Promise.resolve();
};
