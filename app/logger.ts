import { pino } from 'pino';
import type { Log } from '../engine/ports/log';
import { homeError } from './file-errors';
import type { Home } from './home';
import { RotatingFile } from './rotating-file';

const LEVELS = ['debug', 'info', 'warn', 'error'];

export interface FileLog {
  readonly log: Log;
  close(): void;
}

/** The engine's log, one JSON object a line in `<home>/engine.log`. ATOLL_LOG chooses the level (default info). */
export function openLog(home: Home, level = process.env['ATOLL_LOG']): FileLog {
  try {
    const file = new RotatingFile(home.log);
    const options = {
      level: level !== undefined && LEVELS.includes(level) ? level : 'info',
      base: { pid: process.pid },
      timestamp: pino.stdTimeFunctions.isoTime,
      redact: ['password', 'sshKey', '*.password', '*.sshKey', 'passwordHash', '*.passwordHash', 'data'],
    };
    return { log: pino(options, file), close: () => file.close() };
  } catch (error) {
    throw homeError(home.path, error);
  }
}
