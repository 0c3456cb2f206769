import type { Channel } from './channel';
import { RUN_MARK } from './frame';
import { commandLine } from './quote';

const PATIENCE_MS = 5_000;

/**
 * Kills every process that a frame started. They are found by a variable of their environment and not by parent or group: a
 * child that went into the background, or a session of its own, has it too. Until none is left, for one may fork meanwhile.
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

/** Runs that over a channel of its own (an sh at its prompt), since the one of the frame is busy with it. Resolves when it is done or has taken too long. */
export async function killFrame(sh: Channel, word: string): Promise<void> {
  sh.stdout.resume();
  sh.stderr.resume();
  sh.stdin.on('error', () => sh.close());
  sh.stdin.end(`exec ${commandLine(['sh', '-c', KILL, 'sh', word])}\n`);
  const timer = setTimeout(() => sh.close(), PATIENCE_MS);
  await sh.ended;
  clearTimeout(timer);
}
