import { readFileSync } from 'node:fs';

/** Connections of the browser door at most; a window takes one, and up to six while it loads. */
const MOST_CONNECTIONS = 128;
/** Of the descriptors that this process may have, the door takes at most this part: the socket of the command line and backups need some. */
const PART = 4;
const FEWEST = 16;

/** What the door allows callers that have said nothing yet: Node's own limits are far above what a page on this computer needs. */
export const HTTP_LIMITS = {
  headersTimeout: 5_000,
  requestTimeout: 10_000,
  connectionsCheckingInterval: 2_000,
  keepAliveTimeout: 5_000,
  maxHeaderSize: 16 * 1024,
} as const;

/** How many connections the door takes at once, given how many files this process may open. */
export function mostConnections(openFiles: number | null = openFilesLimit()): number {
  if (openFiles === null) return MOST_CONNECTIONS;
  return Math.min(MOST_CONNECTIONS, Math.max(FEWEST, Math.floor(openFiles / PART)));
}

/** RLIMIT_NOFILE of this process (proc(5)); null where it is unlimited or can't be read. */
function openFilesLimit(): number | null {
  try {
    const found = /^Max open files\s+(\d+)/m.exec(readFileSync('/proc/self/limits', 'utf8'));
    return found === null ? null : Number(found[1]);
  } catch {
    // No /proc: not Linux.
    return null;
  }
}

/** Calls `log` at most once a second, with how many calls before it were left out: a log that rotates is not to be filled by callers. */
export function oncePerSecond<T extends object>(
  log: (fields: T & { readonly leftOut?: number }) => void,
  now: () => number = Date.now,
): (fields: T) => void {
  let next = -Infinity;
  let leftOut = 0;
  return (fields) => {
    if (now() < next) return void (leftOut += 1);
    next = now() + 1_000;
    log(leftOut === 0 ? fields : { ...fields, leftOut });
    leftOut = 0;
  };
}
