import type { StreamHandle } from '../../shell';
import { HostMisbehaves } from '../limits';
import { eachLine } from '../lines';
import type { Channel } from './channel';
import { commandLine } from './quote';

/**
 * Turns an sh at its prompt into a command that prints lines. sshd does not kill running commands when a connection is lost, and a
 * watcher that never prints never notices: so a second process reads the channel's input, and when that ends (closed by us, or the
 * connection was lost) it kills the command. `onMisbehavior` is called for an endless line.
 */
export function watcher(
  sh: Channel,
  host: string,
  argv: readonly string[],
  onLine: (line: string) => void,
  onMisbehavior: (error: HostMisbehaves) => void = () => undefined,
): StreamHandle {
  let fault: HostMisbehaves | null = null;
  const breakOff = (): void => {
    fault = new HostMisbehaves(host, `sent a line of more than 1 MiB from ${argv[0] ?? 'a watcher'}`);
    onMisbehavior(fault);
    sh.close();
  };
  sh.stdin.on('error', () => sh.close());
  sh.stderr.resume();
  eachLine(sh.stdout, onLine, breakOff);
  const guard = `{ cat; kill -9 "$p"; } <&3 >/dev/null 2>&1 & g=$!`;
  const rest = `wait "$p"; s=$?; kill -9 "$g"; exit "$s"`;
  sh.stdin.write(`{ ( exec ${commandLine(argv)} ) </dev/null 2>/dev/null 3<&- & p=$!; ${guard}; ${rest}; } 3<&0\n`);
  let open = true;
  const ended = sh.ended.then((exit) => {
    open = false;
    // The guard's signal, reported as for a process that we kill ourselves.
    return exit === 137 ? null : exit;
  });
  const kill = (): void => {
    if (open) sh.close();
  };
  return { ended, fault: () => fault, kill };
}
