import { AppError, shellCommand, type Remedy } from '../contract';
import type { CommandFailure } from '../engine/ports/changes';

/** A command that failed on a host. Its message is for users; argv and stderr are evidence. */
export class CommandError extends AppError {
  readonly host: string;
  readonly argv: readonly string[];
  readonly exit: number | null;
  /** The last 4,000 characters. */
  readonly stderr: string;

  constructor(
    host: string,
    argv: readonly string[],
    exit: number | null,
    stderr: string,
    remedy: Remedy | null = null,
  ) {
    const tail = stderr.trim().slice(-4000);
    const last = tail.split('\n').at(-1) ?? '';
    super(
      'HOST_COMMAND_FAILED',
      `${argv[0] ?? 'command'} failed on ${host}${exit === null ? '' : ` (exit ${exit})`}${last ? `: ${last}` : ''}`,
      { remedy },
    );
    this.name = 'CommandError';
    this.host = host;
    this.argv = argv;
    this.exit = exit;
    this.stderr = tail;
  }

  /** The same as data, for a job step or the result of a group. */
  toFailure(): CommandFailure {
    return {
      message: this.message,
      remedy: this.remedy,
      command: shellCommand(this.argv).slice(0, 300),
      exit: this.exit,
      stderr: this.stderr,
    };
  }
}
