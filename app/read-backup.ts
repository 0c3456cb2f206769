import { note } from '../contract/remedy';
import type { Remedy } from '../contract/model/remedy';
import { fork } from 'node:child_process';
import { existsSync, statSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { AppError, type ErrorCode } from '../contract/app-error';
import type { InspectedBackup } from '../engine/ports/backups';

export type FromReader =
  /** The process runs: its time is counted from here. */
  | { readonly kind: 'begun' }
  | { readonly kind: 'read'; readonly backup: InspectedBackup }
  | {
      readonly kind: 'refused';
      readonly code: ErrorCode;
      readonly message: string;
      readonly remedy: Remedy | null;
      readonly field: string | undefined;
    };

/** What became of a reading. `ended`: the process died, of its memory limit or of the file. */
export type ReaderAnswer = Exclude<FromReader, { kind: 'begun' }> | { readonly kind: 'late' | 'ended' };

/** A process that reads one backup: Node's here, in the desktop app one that Electron's main process starts. */
export interface ReaderProcess {
  read(path: string): void;
  onMessage(listener: (message: FromReader) => void): void;
  onEnd(listener: () => void): void;
  kill(): void;
}

/** Reads a backup whole, away from the engine. Throws AppError NOT_FOUND or STORE_FAILED. */
export type ReadBackup = (path: string) => Promise<InspectedBackup>;

/** The time that a file of any size may take, and what each MiB of it adds. */
const BASE_MS = 15_000;
const MS_PER_MIB = 500;
/** How long a process may take to start on a busy computer. */
const START_MS = 30_000;
/** The text of one value is at most some MiB (db/odd-rows.ts); the file itself is not in this heap. */
export const READER_OPTIONS = ['--max-old-space-size=512'];

/** Beside the bundle, beside its folder of chunks, or in a checkout's dist when run from source. */
const PLACES = ['./backup-reader.mjs', '../backup-reader.mjs', '../dist/backup-reader.mjs'];

/** The program of the process that reads a backup. */
export function readerProgram(): string {
  const files = PLACES.map((place) => fileURLToPath(new URL(place, import.meta.url)));
  const found = files.find((file) => existsSync(file));
  if (found !== undefined) return found;
  throw new AppError('NOT_SUPPORTED', 'The program that reads backups is not built.', {
    remedy: note('Build it: npm run build'),
  });
}

/** What a file of this size may take. */
const timeFor = (path: string, baseMs: number): number => {
  const bytes = statSync(path, { throwIfNoEntry: false })?.size ?? 0;
  return baseMs + (bytes / 1024 / 1024) * MS_PER_MIB;
};

export interface ReadBackupOptions {
  /** Asks a process and waits for it; Node's own unless the caller brings another. */
  readonly ask?: (path: string, timeMs: number) => Promise<ReaderAnswer>;
  readonly baseMs?: number;
}

/**
 * A file from elsewhere can keep SQLite busy without an end, where no exception and no thread's end reaches it. So a process of its
 * own reads it, which is killed when its time is up.
 */
export function createReadBackup({ ask = askNode, baseMs = BASE_MS }: ReadBackupOptions = {}): ReadBackup {
  return async (path) => {
    const answer = await ask(path, timeFor(path, baseMs));
    switch (answer.kind) {
      case 'read':
        return answer.backup;
      case 'refused': {
        const { code, message, remedy, field } = answer;
        throw new AppError(code, message, {
          remedy,
          ...(field === undefined ? {} : { field }),
        });
      }
      case 'late':
        throw new AppError('STORE_FAILED', `${path} takes too long to read.`, {
          field: 'path',
          remedy: note('Choose another backup. If you trust this one, try again when this computer is less busy.'),
        });
      case 'ended':
        throw new AppError(
          'STORE_FAILED',
          `${path} can't be read: the process that read it ended, or needed too much memory.`,
          {
            field: 'path',
            remedy: note('Choose another backup.'),
          },
        );
    }
  };
}

const askNode = (path: string, timeMs: number): Promise<ReaderAnswer> => readIn(nodeProcess(), path, timeMs);

/** Has a process read a backup, and kills it when it is done or late. */
export function readIn(reader: ReaderProcess, path: string, timeMs: number): Promise<ReaderAnswer> {
  return new Promise((resolve) => {
    const end = (answer: ReaderAnswer): void => {
      clearTimeout(timer);
      resolve(answer);
      reader.kill();
    };
    const late = (): void => end({ kind: 'late' });
    let timer = setTimeout(late, START_MS);
    reader.onMessage((message) => {
      if (message.kind !== 'begun') return end(message);
      clearTimeout(timer);
      timer = setTimeout(late, timeMs);
    });
    reader.onEnd(() => end({ kind: 'ended' }));
    reader.read(path);
  });
}

/** It gets nothing of this process: no environment, no descriptors. */
function nodeProcess(): ReaderProcess {
  const root = process.env['SystemRoot'];
  const child = fork(readerProgram(), [], {
    env: root === undefined ? {} : { SystemRoot: root },
    execArgv: READER_OPTIONS,
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
  });
  return {
    read: (path) => void child.send(path, () => undefined),
    onMessage: (listener) => void child.on('message', (message) => listener(message as FromReader)),
    onEnd: (listener) => void child.on('exit', listener).on('error', listener),
    kill: () => void child.kill('SIGKILL'),
  };
}
