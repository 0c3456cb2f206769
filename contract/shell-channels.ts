/**
 * All messages between the desktop shell (main/) and the screens, besides the engine's port. A browser has no shell, and the
 * screens work without it: a path is typed, a link is followed.
 */
export const SHELL = {
  /** page → main: requests a port to the engine; main answers with `port`, which contains it. */
  connect: 'atoll:connect',
  port: 'atoll:engine-port',
  /** page → main, answered: opens a file dialog (`FileRequest`); the answer is its path, or null. */
  pickFile: 'atoll:pick-file',
  /** main → page: `ShellNews`. */
  news: 'atoll:news',
} as const;
