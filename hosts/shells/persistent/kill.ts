import type { Channel } from './channel';
import { RUN_MARK } from './frame';
import { commandLine } from './quote';

const PATIENCE_MS = 5_000;

/**
 * Kills every process that a frame started. They are found by an environment variable and not by parent or group: a child in the
 * background, or in its own session, has it too. Repeats until none is left, because one can fork in the meantime.
 */
const KILL = `
n=0
while [ $n -lt 20 ]; do
  found=$(grep -ls "${RUN_MARK}=$1" /proc/[0-9]*/environ); [ -n "$found" ] || exit 0
  for file in $found; do pid=\${file#/proc/}; kill -9 "\${pid%/environ}" 2>/dev/null; done
  n=$((n + 1))
done
exit 1
`;

/**
 * Runs that over a separate channel (an sh at its prompt), because the frame's own is busy. Resolves when it is done or has taken
 * too long.
 */
export async function killFrame(sh: Channel, word: string): Promise<void> {
  sh.stdout.resume();
  sh.stderr.resume();
  sh.stdin.on('error', () => sh.close());
  sh.stdin.end(`exec ${commandLine(['sh', '-c', KILL, 'sh', word])}\n`);
  const timer = setTimeout(() => sh.close(), PATIENCE_MS);
  await sh.ended;
  clearTimeout(timer);
}
