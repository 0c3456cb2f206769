import { homedir, userInfo } from 'node:os';

/** The OS user that runs this process. In some containers no account has its number, and nothing names its home folder. */
export interface Account {
  readonly uid: number;
  readonly name: string | null;
  readonly home: string | null;
}

export function account(): Account {
  const uid = process.getuid?.() ?? -1;
  // getpwuid_r(3) knows nobody of that number: Node throws ERR_SYSTEM_ERROR.
  return { uid, name: orNull(() => userInfo().username), home: orNull(homedir) };
}

/** What a path below the home folder of a user without one is below: a folder that is not there. */
const NO_HOME = '/nonexistent';

/** The home folder of the user, for files that are used if they are there. */
export const userHome = (): string => account().home ?? NO_HOME;

function orNull(read: () => string): string | null {
  try {
    return read();
  } catch {
    return null;
  }
}
