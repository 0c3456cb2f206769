import { statSync } from 'node:fs';
import { AppError } from '../contract/app-error';
import { inspectBackup } from '../db/backup';
import { limitMemory } from '../db/native';
import type { FromReader } from './read-backup';

/** What SQLite may take beside the file itself, which it holds in memory. */
const SPARE_BYTES = 256 * 1024 * 1024;

interface Asker {
  hear(listener: (path: string) => void): void;
  say(message: FromReader): void;
}

/** Of Node, or of Electron's utility processes. */
function asker(): Asker {
  const { parentPort: port } = process as unknown as {
    parentPort?: {
      once(name: 'message', fn: (event: { data: string }) => void): void;
      postMessage(m: FromReader): void;
    };
  };
  if (port)
    return { hear: (fn) => port.once('message', ({ data }) => fn(data)), say: (message) => port.postMessage(message) };
  return {
    hear: (fn) => process.once('message', (path) => fn(String(path))),
    // The channel ends with the process, so the process waits until the message has left.
    say: (message) => void process.send?.(message, () => message.kind === 'begun' || process.disconnect()),
  };
}

function answerTo(path: string): FromReader {
  try {
    const bytes = statSync(path, { throwIfNoEntry: false })?.size ?? 0;
    limitMemory(2 * bytes + SPARE_BYTES);
    return { kind: 'read', backup: inspectBackup(path) };
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    const { code, message, remedy, field } = error;
    return { kind: 'refused', code, message, remedy, field };
  }
}

/** The process that reads one backup and ends. Bundled as a file of its own, backup-reader.mjs, that read-backup.ts starts. */
const { hear, say } = asker();
hear((path) => {
  say({ kind: 'begun' });
  say(answerTo(path));
});
