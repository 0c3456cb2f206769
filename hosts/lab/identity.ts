import { readFileSync, readdirSync, readlinkSync } from 'node:fs';
import { rename, writeFile } from 'node:fs/promises';
import { z } from 'zod';
import { parseJson } from '../parse-json';

/**
 * The identity of a lab's PID 1 that no other process can match: a pid alone is reused, and so is the inode of a namespace;
 * together with the boot id and the start time they are unique.
 */
export const LabIdentity = z.object({
  bootId: z.string(),
  /** PID 1 of the lab, in this computer's pid namespace. */
  pid: z.int().positive(),
  /** Clock ticks since boot, field 22 of /proc/PID/stat (proc(5)). */
  startTime: z.string(),
  /** Inode of the lab's pid namespace. */
  pidNamespace: z.string(),
  rootless: z.boolean(),
});
export type LabIdentity = z.infer<typeof LabIdentity>;

export function currentBootId(): string {
  return readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
}

/** Field 22 of a /proc/PID/stat line. The command's name comes before it and can contain spaces and parentheses. */
export function startTimeOf(stat: string): string {
  return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? '';
}

/** The identity of a running process; null if it has ended or is a zombie. */
export function identify(pid: number, rootless: boolean): LabIdentity | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const startTime = startTimeOf(stat);
    const pidNamespace = readlinkSync(`/proc/${pid}/ns/pid`);
    return startTime ? { bootId: currentBootId(), pid, startTime, pidNamespace, rootless } : null;
  } catch (error) {
    if (isGone(error)) return null;
    throw error;
  }
}

/** Whether the process of that identity still runs. */
export function lives(identity: LabIdentity): boolean {
  const now = identify(identity.pid, identity.rootless);
  return (
    now !== null &&
    now.bootId === identity.bootId &&
    now.startTime === identity.startTime &&
    now.pidNamespace === identity.pidNamespace
  );
}

/** Reads an identity; null if there is none or it is damaged (the lab then counts as unknown, without guessing). */
export function readIdentity(path: string): LabIdentity | null {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    if (isGone(error)) return null;
    throw error;
  }
  return parseJson(LabIdentity, text);
}

/**
 * Searches all processes for the one that runs `init` for `root` as PID 1 of a namespace, for a running lab (its lock is held)
 * whose identity was lost.
 */
export function findInit(init: string, root: string, rootless: boolean): LabIdentity | null {
  const pids = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
  const pid = pids.find((candidate) => isInit(candidate, init, root));
  return pid === undefined ? null : identify(Number(pid), rootless);
}

function isInit(pid: string, init: string, root: string): boolean {
  try {
    const argv = readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0');
    if (argv[1] !== init || argv[2] !== root) return false;
    // NSpid: the pid here, then in each nested namespace (proc_pid_status(5)).
    return /^NSpid:.*\t1$/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
  } catch (error) {
    if (isGone(error)) return false;
    throw error;
  }
}

/** Writes an identity atomically. */
export async function writeIdentity(path: string, identity: LabIdentity): Promise<void> {
  await writeFile(`${path}.new`, `${JSON.stringify(identity)}\n`, { mode: 0o600 });
  await rename(`${path}.new`, path);
}

/** ESRCH: the process is ending; EACCES: its pid now belongs to another user. */
function isGone(error: unknown): boolean {
  const code = (error as NodeJS.ErrnoException).code;
  return code === 'ENOENT' || code === 'ESRCH' || code === 'EACCES';
}
