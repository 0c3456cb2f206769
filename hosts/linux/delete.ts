import { randomInt } from 'node:crypto';
import type { CommandFailure } from '../../engine/ports/changes';
import type { Shell } from '../shell';
import { batchWord } from './names';

/** A bridge to delete, and the mark that it must carry at that moment. */
export interface Doomed {
  readonly bridge: string;
  readonly alias: string;
}

/**
 * Deleting takes the kernel 33 to 40 ms a bridge, in a link group half; but one request for a group holds the machine-wide
 * rtnl lock to its end, so: chunks.
 */
const CHUNK = 32;

/**
 * Puts the links of stdin into a group of its own, looks whether all that is in the group carries our mark (names play no
 * part any more then), and only then deletes the group. A link that is gone already is no failure.
 * $1 group, $2 mark of this store up to the network's id.
 */
const SCRIPT = `
export LC_ALL=C
trouble=$(ip -force -batch - 2>&1 | grep -vE 'Cannot find device|does not exist|^Command failed')
[ -z "$trouble" ] || { echo "$trouble" >&2; exit 5; }
members=$(ip -o link show group "$1") || exit
[ -n "$members" ] || exit 0
if printf '%s\\n' "$members" | grep -vqF "    alias $2"; then
  printf '%s\\n' "$members" | while IFS=': @' read -r index name rest; do ip link set dev "$name" group default; done
  printf '%s\\n' "$members" >&2; exit 4
fi
ip link del group "$1"
`;

/** Deletes bridges of this store. One outcome each, in order; null is success. A bridge that is gone already is a success. */
export async function deleteBridges(
  shell: Shell,
  storeId: string,
  doomed: readonly Doomed[],
  signal: AbortSignal,
): Promise<Array<CommandFailure | null>> {
  const outcomes: Array<CommandFailure | null> = [];
  for (let from = 0; from < doomed.length; from += CHUNK) {
    const chunk = doomed.slice(from, from + CHUNK);
    const failure = await deleteChunk(shell, storeId, chunk, signal);
    // A chunk is one request to the kernel; when it fails, one by one tells which bridge is to blame.
    if (!failure || chunk.length === 1) outcomes.push(...chunk.map(() => failure));
    else for (const one of chunk) outcomes.push(await deleteChunk(shell, storeId, [one], signal));
  }
  return outcomes;
}

async function deleteChunk(
  shell: Shell,
  storeId: string,
  chunk: readonly Doomed[],
  signal: AbortSignal,
): Promise<CommandFailure | null> {
  const group = String(randomInt(0x4000_0000, 0x7fff_ffff));
  const stdin = chunk.map(({ bridge }) => `link set dev ${batchWord(bridge)} group ${group}\n`).join('');
  const options = { stdin, signal, okExits: 'any', timeoutMs: 120_000 } as const;
  const { exit, stderr } = await shell.script(SCRIPT, [group, `atoll:${storeId}:`], options);
  if (exit === 0) return null;
  const names = chunk.map(({ bridge }) => bridge).join(', ');
  return {
    message: exit === 4 ? `${names}: not deleted, since it does not carry our mark` : `${names} could not be deleted`,
    hint: `Look at it on the host: ip -d link show ${chunk[0]?.bridge ?? ''}`,
    command: `ip link del group ${group}`,
    exit,
    stderr: stderr.trim().slice(-4000),
  };
}
