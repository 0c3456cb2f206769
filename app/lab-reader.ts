import { parentPort, workerData } from 'node:worker_threads';
import { AppError } from '../contract/app-error';
import { readLabFile } from '../engine/labfile/parse';
import type { FromReader } from './lab-texts';

/** The thread that reads one lab file and ends. Bundled as a file of its own, lab-reader.cjs, that lab-texts.ts starts. */
function run(text: string, say: (message: FromReader, transfer?: ArrayBuffer[]) => void): void {
  say({ kind: 'begun' });
  try {
    const read = readLabFile(text);
    say({ kind: 'read', read }, [read.lines.buffer as ArrayBuffer]);
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    const { code, message, remedy, field } = error;
    say({ kind: 'refused', code, message, remedy, field });
  }
}

if (parentPort !== null) {
  const port = parentPort;
  run(String(workerData), (message, transfer) => port.postMessage(message, transfer ?? []));
}
