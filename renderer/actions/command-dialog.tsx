import { useState } from 'react';
import type { Command } from '../api/use-command';
import { Dialog, type DialogProps } from '../ui/dialog';
import { ErrorAlert } from '../ui/error-alert';
import type { FormState } from '../ui/form-state';
import { BreakPromises, isRefusedByPromises } from './break-promises';

interface Props extends Omit<DialogProps, 'busy' | 'onSubmit'> {
  readonly command: Pick<Command<undefined, unknown>, 'run' | 'busy' | 'problem'>;
  /** Its fields are checked before the command is sent. */
  readonly form?: Pick<FormState<object>, 'check' | 'standing'>;
}

/** A form that sends one command. It closes when the engine accepts the command, and shows the error in place otherwise. */
export function CommandDialog({ command, form, children, ...dialog }: Props) {
  const [breakPromises, setBreakPromises] = useState(false);
  const send = async (): Promise<void> => {
    if (form?.check() !== false && (await command.run(undefined, { breakPromises })) !== null) dialog.onClose();
  };
  return (
    <Dialog {...dialog} busy={command.busy} onSubmit={() => void send()}>
      {children}
      <ErrorAlert problem={form === undefined ? command.problem : form.standing(command.problem)} />
      {breakPromises || isRefusedByPromises(command.problem) ? (
        <BreakPromises isChecked={breakPromises} onChange={setBreakPromises} />
      ) : null}
    </Dialog>
  );
}
