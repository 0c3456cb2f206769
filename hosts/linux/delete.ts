import { shellWord, note } from '../../contract';
import { randomInt } from 'node:crypto';
import type { CommandFailure } from '../../engine/ports/changes';
import type { Shell } from '../shell';
import { batchWord } from './names';

/**
 * The kernel takes 33 to 40 ms to delete a bridge, half of that in a link group; but a request for a group holds the machine-wide
 * rtnl lock until it ends, so: chunks.
 */
const CHUNK = 50;

/**
 * Checks that each link carries our mark, moves them into a separate group, checks everything in the group again (names no longer
 * matter then), and only then deletes the group. A link that is already gone is not an error. $1 group, $2 the store's id, $3 and
 * on: the links.
 */
const SCRIPT = `
export LC_ALL=C
group=$1; mark="    alias atoll:$2:[0-9a-f-]{36}"'(\\\\    altname .*)?$'; shift 2; show=; move=; back=
for link; do
  show="\${show}link show dev $link
"; move="\${move}link set dev $link group $group
"; back="\${back}link set dev $link group default
"; done
printf '%s' "$show" | ip -o -force -batch - 2>/dev/null | grep -vE "$mark" >&2 && exit 4
trouble=$(printf '%s' "$move" | ip -force -batch - 2>&1 | grep -vE 'Cannot find device|does not exist|^Command failed')
[ -z "$trouble" ] || { echo "$trouble" >&2; exit 5; }
members=$(ip -o link show group "$group") || exit
[ -n "$members" ] || exit 0
if printf '%s\\n' "$members" | grep -vqE "$mark"; then
  printf '%s' "$back" | ip -force -batch -; printf '%s\\n' "$members" >&2; exit 4
fi
ip link del group "$group"
`;

/** Deletes bridges of this store. One result each, in order; null is success. A bridge that is already gone counts as success. */
export async function deleteBridges(
  shell: Shell,
  storeId: string,
  doomed: readonly string[],
  signal: AbortSignal,
): Promise<Array<CommandFailure | null>> {
  const outcomes: Array<CommandFailure | null> = [];
  for (let from = 0; from < doomed.length; from += CHUNK) {
    const chunk = doomed.slice(from, from + CHUNK);
    const failure = await deleteChunk(shell, storeId, chunk, signal);
    // A chunk is one request to the kernel; if it fails, deleting one by one finds the bridge at fault.
    if (!failure || chunk.length === 1) outcomes.push(...chunk.map(() => failure));
    else for (const one of chunk) outcomes.push(await deleteChunk(shell, storeId, [one], signal));
  }
  return outcomes;
}

async function deleteChunk(
  shell: Shell,
  storeId: string,
  chunk: readonly string[],
  signal: AbortSignal,
): Promise<CommandFailure | null> {
  const group = String(randomInt(0x4000_0000, 0x7fff_ffff));
  const links = chunk.map(batchWord);
  const options = { signal, okExits: 'any', timeoutMs: 120_000 } as const;
  const { exit, stderr } = await shell.script(SCRIPT, [group, storeId, ...links], options);
  if (exit === 0) return null;
  const names = chunk.join(', ');
  return {
    message: exit === 4 ? `${names}: not deleted, because it does not have our mark` : `${names} could not be deleted`,
    remedy: note(`Check it on the host: ip -d link show ${shellWord(chunk[0] ?? '')}`),
    command: `ip link del group ${group}`,
    exit,
    stderr: stderr.trim().slice(-4000),
  };
}
