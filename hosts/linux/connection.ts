import type { Shell } from '../shell';

/**
 * sshd sets a variable with the session's origin; sudo drops it, so this searches the parent processes. Prints the host's own
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

/** The host's own address of this connection; null if it is not over SSH. */
export async function connectionAddress(shell: Shell, signal: AbortSignal): Promise<string | null> {
  const { stdout } = await shell.script(SCRIPT, [], { signal });
  // An IPv4 address as shown by a dual-stack socket.
  return stdout.trim().replace(/^::ffff:/, '') || null;
}
