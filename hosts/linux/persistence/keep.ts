import type { KeepOrder } from '../../../engine/ports/host-driver';
import type { Shell } from '../../shell';
import { keepName, LAST_LINE, restoreFile, unitText } from './restore-file';

/**
 * Writes the file and the unit that runs it at boot, or removes both. Each is written to a temporary file and renamed, so that a
 * reader finds either the old or the new version, complete. Prints `none` if there is no systemd. $1: a name unique to this store,
 * $2: the unit (empty: remove), $3: the last line of the file, which comes on stdin.
 */
const SCRIPT = `
file=/etc/atoll/$1.sh; unit=/etc/systemd/system/$1.service; wants=/etc/systemd/system/multi-user.target.wants
# On the disk, and its name too: what is only in memory is lost when the power fails.
safe() { sync "$@" 2>/dev/null || :; }
put() { cat >"$1.new" && safe "$1.new" && mv "$1.new" "$1"; }
reload() { systemctl daemon-reload 2>/dev/null || :; }
if [ -z "$2" ]; then
  [ -e "$unit" ] || [ -e "$file" ] || exit 0
  rm -f "$wants/$1.service" "$unit" "$file" "$unit.new" "$file.new" || exit
  rmdir /etc/atoll 2>/dev/null; reload; exit 0
fi
[ -d /run/systemd/system ] || { echo none; exit 0; }
umask 077; mkdir -p /etc/atoll "$wants" || exit
cat >"$file.new" || exit
[ "$(tail -n 1 "$file.new")" = "$3" ] || { rm -f "$file.new"; echo "input cut short" >&2; exit 5; }
safe "$file.new"; mv "$file.new" "$file" || exit
safe "\${file%/*}"
if [ "$(cat "$unit" 2>/dev/null)" != "$2" ]; then printf '%s\\n' "$2" | put "$unit" || exit; changed=1; fi
[ -e "$wants/$1.service" ] || { ln -sf "$unit" "$wants/$1.service" || exit; changed=1; }
[ -z "$changed" ] || { safe "\${unit%/*}" "$wants"; reload; }
`;

/**
 * Makes the host recreate these networks at boot.
 * @returns whether it will; false without systemd
 * @throws CommandError if it can't be written (no space, read-only)
 */
export async function keep(shell: Shell, storeId: string, order: KeepOrder, signal: AbortSignal): Promise<boolean> {
  const nothing = order.bridges.length === 0 && order.setup.length === 0;
  const unit = nothing ? '' : unitText(storeId).trimEnd();
  const args = [keepName(storeId), unit, LAST_LINE];
  const stdin = nothing ? {} : { stdin: restoreFile(storeId, order) };
  const { stdout } = await shell.script(SCRIPT, args, { ...stdin, signal });
  return stdout.trim() !== 'none';
}
