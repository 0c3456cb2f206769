import { spawn } from 'node:child_process';
import { fstatSync } from 'node:fs';

const STDOUT = 1;
/** The interval in seconds in which `tail` checks whether this process still runs, and whether stdout still has a reader. */
const CHECK_S = '0.2';

/**
 * Calls `gone` as soon as stdout has no reader any more (`| head -1`), also while nothing is written. Node registers a pipe with
 * the event loop only during a write, so it does not notice; `tail -f` of GNU coreutils polls its stdout for exactly that and ends.
 * Without it the next write fails with EPIPE, as in any command. Returns the function that stops watching.
 */
export function onReaderGone(gone: () => void): () => void {
  if (process.platform !== 'linux' || !isPipe()) return () => undefined;
  const args = ['-f', '-n', '0', '-s', CHECK_S, `--pid=${process.pid}`, '/dev/null'];
  const child = spawn('tail', args, { stdio: ['ignore', STDOUT, 'ignore'] });
  let watching = true;
  child.once('error', () => undefined);
  // It dies from SIGPIPE then; any other end (another `tail`, without --pid) says nothing about the reader.
  child.once('exit', (_, signal) => {
    if (watching && signal === 'SIGPIPE') gone();
  });
  child.unref();
  return () => {
    watching = false;
    child.kill();
  };
}

function isPipe(): boolean {
  try {
    return fstatSync(STDOUT).isFIFO();
  } catch {
    // Closed from the start: the first write reports it.
    return false;
  }
}
