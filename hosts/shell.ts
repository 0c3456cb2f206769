import type { Duplex, Readable, Writable } from 'node:stream';
import type { AppError } from '../contract';

/** The command as it appears in logs and errors; never a secret. */
export interface RunOptions {
  readonly stdin?: string | Uint8Array;
  readonly signal?: AbortSignal;
  /** Milliseconds; then the process group is killed. Default 30,000. */
  readonly timeoutMs?: number;
  /** Exit codes that count as success. Default: only 0. Others throw CommandError. */
  readonly okExits?: readonly number[] | 'any';
  /** The limit for both outputs together, in bytes; a host that sends more loses its connection. Default 16 MiB. */
  readonly maxBytes?: number;
}

export interface RunResult {
  readonly exit: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** A command that keeps running and prints lines. */
export interface StreamHandle {
  /** Resolves with the exit code when it ends, for whatever reason. */
  readonly ended: Promise<number | null>;
  /** Why it was ended on our side (an excessively long line); null: it was not. */
  readonly fault?: () => AppError | null;
  kill(): void;
}

/** A command with its three streams, as bytes. */
export interface Pipe {
  readonly stdin: Writable;
  readonly stdout: Readable;
  readonly stderr: Readable;
  /** Resolves with the exit code when the command and its outputs have ended; null if a signal or a lost connection ended it. */
  readonly ended: Promise<number | null>;
  /** Closes it immediately. */
  close(): void;
}

export interface QuestionOptions {
  readonly signal?: AbortSignal;
  /** Whether a virsh is started for them if none is open and free; otherwise only an open one is asked. */
  readonly starts?: boolean;
}

/**
 * A virsh of the host that stays open for a while, for questions. Starting one takes 20 times as much processor time as an answer. It is
 * only ever asked what changes nothing, so whatever is in doubt can be asked again, by a virsh of its own.
 */
export interface VirshQuestions {
  /**
   * The answers of `commands` (of virsh, without data but ids), each with the errors that virsh printed. Null if there is no answer
   * for any reason: then start a virsh.
   */
  ask(commands: readonly string[], options?: QuestionOptions): Promise<readonly string[] | null>;
}

/**
 * A way to run commands on a Linux host: this computer, inside a lab, over SSH. Commands are argv arrays and stdin; there is no way
 * to pass a shell string made of data. A script is a constant, its data are `args` ($1, $2, ...) and stdin.
 */
export interface Shell {
  /** For log and errors: `lab blue`, `ssh node2`. */
  readonly name: string;
  /** Runs argv; throws CommandError for an exit code not in `okExits`, AppError HOST_UNREACHABLE if it can't be run at all. */
  run(argv: readonly string[], options?: RunOptions): Promise<RunResult>;
  /** Runs a constant POSIX sh script with positional arguments. */
  script(script: string, args: readonly string[], options?: RunOptions): Promise<RunResult>;
  /** Starts argv and passes each line of its stdout to `onLine`. It dies with this process (setpriv --pdeathsig KILL). */
  stream(argv: readonly string[], onLine: (line: string) => void): Promise<StreamHandle>;
  /** Starts argv for data that does not fit into memory, such as a disk. It ends with this process. */
  pipe(argv: readonly string[]): Promise<Pipe>;
  /** Connects to a unix socket of the host, by its path there. */
  connect(socketPath: string): Promise<Duplex>;
  /** Undefined where none is kept open. */
  readonly virsh?: VirshQuestions;
  close(): Promise<void>;
}
