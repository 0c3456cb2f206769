import type { Shell } from '../shell';

/**
 * sshd tells a session where it came from; sudo drops it, so it is looked for in the processes above. Prints the host's own
 * address, or nothing.
 */
const SCRIPT = `
pid=$$
while [ "\${pid:-0}" -gt 1 ]; do
  set -- $(tr '\\000' '\\n' <"/proc/$pid/environ" 2>/dev/null | sed -n 's/^SSH_CONNECTION=//p')
  [ $# -eq 4 ] && { echo "$3"; exit; }
  pid=$(sed -n 's/^PPid:[[:space:]]*//p' "/proc/$pid/status" 2>/dev/null)
done
`;

/** The host's own address at which this connection ends; null when it does not come by SSH. */
export async function connectionAddress(shell: Shell, signal: AbortSignal): Promise<string | null> {
  const { stdout } = await shell.script(SCRIPT, [], { signal });
  // An IPv4 address as seen by a socket of both families.
  return stdout.trim().replace(/^::ffff:/, '') || null;
}
