import { readFileSync, readdirSync, readlinkSync } from 'node:fs';

/** A process as /proc shows it. */
export interface Process {
  readonly pid: number;
  readonly parent: number;
  readonly argv: readonly string[];
  /** When it started, in ticks since the boot. */
  readonly startedAt: number;
  /** `pid:[4026531836]`; null where we may not look, which is not ours then. */
  readonly namespaces: { readonly pid: string | null; readonly net: string | null; readonly mnt: string | null };
}

/** Whether a process lives; a zombie does not. */
export function isAlive(pid: number): boolean {
  const stat = readProc(`${pid}/stat`);
  return stat !== null && !/^[ZX]/.test(stat.slice(stat.lastIndexOf(')') + 2));
}

/** Ends one process as `kill -9` does. Throws when there is none: 0 and negative numbers would be groups of them, ours too. */
export function kill9(pid: number | null | undefined): void {
  if (pid === null || pid === undefined || !Number.isInteger(pid) || pid <= 1)
    throw new Error(`no process ${String(pid)}`);
  process.kill(pid, 'SIGKILL');
}

/** All living processes of this computer. */
export function allProcesses(): Process[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter(isAlive)
    .map((pid) => ({
      pid,
      parent: parentOf(pid),
      argv: (readProc(`${pid}/cmdline`) ?? '').split('\0').slice(0, -1),
      startedAt: Number(fieldsOf(pid)[19] ?? 0),
      namespaces: { pid: namespaceOf(pid, 'pid'), net: namespaceOf(pid, 'net'), mnt: namespaceOf(pid, 'mnt') },
    }));
}

/** 0 for a process that is gone. */
function parentOf(pid: number): number {
  return Number(fieldsOf(pid)[1] ?? 0);
}

/** What /proc says of a process from its state on: the parent is 1, the start 19 (proc_pid_stat(5)). */
function fieldsOf(pid: number): string[] {
  const stat = readProc(`${pid}/stat`) ?? '';
  return stat.slice(stat.lastIndexOf(')') + 2).split(' ');
}

/** Now, in ticks since the boot: a hundred a second on every Linux that Node runs on. */
export const ticksNow = (): number => Math.ceil(Number(readFileSync('/proc/uptime', 'utf8').split(' ')[0]) * 100);

/** A namespace of a process; null when the process is gone or another user's. */
export function namespaceOf(pid: number, kind: 'pid' | 'net' | 'mnt'): string | null {
  try {
    return readlinkSync(`/proc/${pid}/ns/${kind}`);
  } catch (error) {
    return unreadable(error);
  }
}

/**
 * Processes that speak of a folder on their command line, or live in one of the namespaces. Once these are gone the kernel gives
 * their numbers to others: `by` leaves out who started after that.
 */
export function processesOf(folder: string, namespaces: readonly (string | null)[] = [], by = Infinity): Process[] {
  const theirs = new Set(namespaces.filter((name) => name !== null));
  return allProcesses().filter(
    ({ pid, argv, startedAt, namespaces: own }) =>
      pid !== process.pid &&
      (argv.some((word) => word.includes(folder)) ||
        (startedAt <= by && Object.values(own).some((name) => name !== null && theirs.has(name)))),
  );
}

/** Mounts of this computer that lie under a folder or come from it. */
export const mountsOf = (folder: string): string[] =>
  readFileSync('/proc/self/mountinfo', 'utf8')
    .split('\n')
    .filter((line) => line.includes(folder));

function readProc(path: string): string | null {
  try {
    return readFileSync(`/proc/${path}`, 'utf8');
  } catch (error) {
    return unreadable(error);
  }
}

/** A process may end while it is looked at, and other users' are none of our business. */
function unreadable(error: unknown): null {
  const code = (error as NodeJS.ErrnoException).code ?? '';
  if (['ENOENT', 'ESRCH', 'EACCES', 'EPERM'].includes(code)) return null;
  throw error;
}
