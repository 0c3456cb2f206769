import { userInfo } from 'node:os';

/** The name of the OS user that runs this process; by number where no account has it, as in some containers. */
export function userName(): string {
  try {
    return userInfo().username;
  } catch {
    // getpwuid_r(3) knows nobody of that number: Node throws ERR_SYSTEM_ERROR.
    return `uid ${process.getuid?.() ?? 'unknown'}`;
  }
}
