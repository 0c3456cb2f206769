import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';
import PQueue from 'p-queue';
import { AppError, type ErrorCode } from '../contract/app-error';
import type { Remedy } from '../contract/model/remedy';
import { note } from '../contract/remedy';
import type { LabText, LabTexts } from '../engine/ports/lab-texts';

export type FromReader =
  /** The thread runs: its time is counted from here. */
  | { readonly kind: 'begun' }
  | { readonly kind: 'read'; readonly read: LabText }
  | {
      readonly kind: 'refused';
      readonly code: ErrorCode;
      readonly message: string;
      readonly remedy: Remedy | null;
      readonly field: string | undefined;
    };

/** The time that a file of any size may take, and what each MiB of it adds: a lab of 10,000 VMs has three. */
const BASE_MS = 2_000;
const MS_PER_MIB = 15_000;
/** How long a thread may take to start on a busy computer. */
const START_MS = 30_000;
const MAX_HEAP_MIB = 1_024;
/** Read at once; more wait. */
const AT_ONCE = 2;

/** Beside the bundle, beside its folder of chunks, or in a checkout's dist when run from source. */
const PLACES = ['./lab-reader.cjs', '../lab-reader.cjs', '../dist/lab-reader.cjs'];

export interface LabTextsOptions {
  /** The program of the thread, as text: Electron's archive has no files that a thread could be started from. */
  readonly program?: string;
  readonly baseMs?: number;
}

/** Reads each lab file in a thread of its own that is ended when its time or memory is up. */
export function createLabTexts({ program, baseMs = BASE_MS }: LabTextsOptions = {}): LabTexts {
  const queue = new PQueue({ concurrency: AT_ONCE });
  let source = program;
  return {
    read: (text) =>
      queue.add(() => {
        const timeMs = baseMs + (Buffer.byteLength(text) / 1024 / 1024) * MS_PER_MIB;
        return inThread((source ??= readerProgram()), text, timeMs);
      }),
  };
}

function readerProgram(): string {
  const files = PLACES.map((place) => fileURLToPath(new URL(place, import.meta.url)));
  const found = files.find((file) => existsSync(file));
  if (found === undefined)
    throw new AppError('NOT_SUPPORTED', 'The program that reads lab files is not built.', {
      remedy: note('Build it: npm run build'),
    });
  return readFileSync(found, 'utf8');
}

function inThread(program: string, text: string, timeMs: number): Promise<LabText> {
  return new Promise((resolve, reject) => {
    const worker = new Worker(program, {
      eval: true,
      workerData: text,
      // It reads text, and gets nothing else of this process.
      env: {},
      execArgv: [],
      resourceLimits: { maxOldGenerationSizeMb: MAX_HEAP_MIB },
    });
    let timer = setTimeout(() => end(() => reject(tooLong())), START_MS);
    const end = (answer: () => void): void => {
      clearTimeout(timer);
      answer();
      void worker.terminate();
    };
    worker.on('message', (message: FromReader) => {
      if (message.kind === 'begun') {
        clearTimeout(timer);
        timer = setTimeout(() => end(() => reject(tooLong())), timeMs);
      } else if (message.kind === 'read') end(() => resolve(message.read));
      else end(() => reject(refusalOf(message)));
    });
    worker.on('error', (error) => end(() => reject(isOutOfMemory(error) ? tooLarge() : error)));
    worker.on('exit', (code) => end(() => reject(new Error(`the thread that reads lab files ended with ${code}`))));
  });
}

const refusalOf = ({ code, message, remedy, field }: Extract<FromReader, { kind: 'refused' }>): AppError =>
  new AppError(code, message, { remedy, ...(field === undefined ? {} : { field }) });

const isOutOfMemory = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && error.code === 'ERR_WORKER_OUT_OF_MEMORY';

const tooLong = (): AppError =>
  new AppError('BAD_INPUT', 'The lab file takes too long to read', {
    field: 'text',
    remedy: note('Split it by data centers. If it is small, try again when this computer is less busy.'),
  });

const tooLarge = (): AppError =>
  new AppError('BAD_INPUT', 'The lab file takes too much memory to read', {
    field: 'text',
    remedy: note('Split it by data centers.'),
  });
