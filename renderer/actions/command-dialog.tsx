import type { Command } from '../api/use-command';
import { Dialog, type DialogProps } from '../ui/dialog';
import { ErrorAlert } from '../ui/error-alert';

interface Props extends Omit<DialogProps, 'busy' | 'onSubmit'> {
  readonly command: Pick<Command<undefined, unknown>, 'run' | 'busy' | 'problem'>;
  /** Whether the input can be submitted; shows field errors if not. */
  readonly check?: () => boolean;
}

/** A form that sends one command. It closes when the engine accepts the command, and shows the error in place otherwise. */
export function CommandDialog({ command, check = () => true, children, ...dialog }: Props) {
  const send = async (): Promise<void> => {
    if (check() && (await command.run(undefined)) !== null) dialog.onClose();
  };
  return (
    <Dialog {...dialog} busy={command.busy} onSubmit={() => void send()}>
      {children}
      <ErrorAlert problem={command.problem} />
    </Dialog>
  );
}
