import { fileURLToPath } from 'node:url';
import { READER_OPTIONS, type FromReader, type ReaderAnswer, readIn } from '../app/read-backup';
import type { ElectronParts } from './electron-parts';

const PROGRAM = fileURLToPath(new URL('./backup-reader.mjs', import.meta.url));

/** Has a process of its own read a backup for the engine, and kills it when it is done or late (app/read-backup.ts). */
export function readBackup(
  { utilityProcess }: Pick<ElectronParts, 'utilityProcess'>,
  { path, timeMs }: { readonly path: string; readonly timeMs: number },
): Promise<ReaderAnswer> {
  const child = utilityProcess.fork(PROGRAM, [], {
    serviceName: 'Atoll backup reader',
    stdio: 'ignore',
    env: {},
    execArgv: READER_OPTIONS,
  });
  const reader = {
    read: (file: string) => child.postMessage(file),
    onMessage: (listener: (message: FromReader) => void) => void child.on('message', listener),
    onEnd: (listener: () => void) => void child.on('exit', listener),
    kill: () => void child.kill(),
  };
  return readIn(reader, path, timeMs);
}
