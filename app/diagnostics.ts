import {
  closeSync,
  existsSync,
  fstatSync,
  mkdirSync,
  openSync,
  readFileSync,
  readSync,
  readdirSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import type { Log } from '../engine/ports/log';
import { fileInstant } from './backups';
import type { Home } from './home';
import { VERSION } from './version';

/** Of a log so much of its end is handed on. */
const TAIL_BYTES = 256 * 1024;
const KEPT_CRASHES = 10;
/** EX_SOFTWARE of sysexits(3). */
const CRASHED = 70;

const folderOf = (home: Home): string => join(home.path, 'crashes');
const crashesOf = (home: Home): string[] => {
  const folder = folderOf(home);
  return existsSync(folder)
    ? readdirSync(folder)
        .filter((name) => name.endsWith('.txt'))
        .sort()
    : [];
};

/**
 * An error that nobody caught leaves unknown state behind: it is written down and the process ends; the next start converges.
 * Nothing is sent anywhere.
 */
export function watchCrashes(
  home: Home,
  log: Pick<Log, 'error'>,
  exit = (code: number): void => process.exit(code),
): void {
  process.on('uncaughtException', (error) => {
    log.error({ error: error.stack ?? String(error) }, 'the engine crashed');
    writeCrash(home, error);
    exit(CRASHED);
  });
}

/** One file for each crash; the oldest go. A crash that can't be written down is in the log all the same. */
export function writeCrash(home: Home, error: Error, at = new Date()): void {
  try {
    mkdirSync(folderOf(home), { recursive: true, mode: 0o700 });
    const about = [
      `Atoll ${VERSION}, Node ${process.version}, ${process.platform} ${process.arch}, pid ${process.pid}`,
    ];
    const text = [
      ...about,
      `up for ${Math.round(process.uptime())} s`,
      at.toISOString(),
      '',
      error.stack ?? String(error),
      '',
    ];
    const file = join(folderOf(home), `${fileInstant(at.toISOString())}-${process.pid}.txt`);
    writeFileSync(file, text.join('\n'), { mode: 0o600 });
    for (const old of crashesOf(home).slice(0, -KEPT_CRASHES)) rmSync(join(folderOf(home), old), { force: true });
  } catch {
    // The process is ending because of another error, which has been logged.
  }
}

/** What a person may attach to a report: the end of each log, and the crashes. Secrets are not cut yet. */
export function logsOf(home: Home): Array<{ name: string; text: string }> {
  const logs = readdirSync(home.path).filter((name) => /^(engine|desktop)\.log(\.1)?$/.test(name));
  return [
    ...crashesOf(home).map((name) => ({
      name: `crashes/${name}`,
      text: readFileSync(join(folderOf(home), name), 'utf8'),
    })),
    ...logs.sort().map((name) => ({ name, text: tail(join(home.path, name)) })),
  ];
}

function tail(path: string): string {
  const fd = openSync(path, 'r');
  try {
    const { size } = fstatSync(fd);
    const bytes = Buffer.alloc(Math.min(size, TAIL_BYTES));
    readSync(fd, bytes, 0, bytes.length, size - bytes.length);
    const text = bytes.toString('utf8');
    return size > bytes.length ? text.slice(text.indexOf('\n') + 1) : text;
  } finally {
    closeSync(fd);
  }
}
