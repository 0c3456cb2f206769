import type { SetupChange } from '../../../engine/ports/setup';
import type { Shell } from '../../shell';
import { sealTable } from '../seal';
import { restoreText } from './lines';
import { RUNNER } from './scripts';

/**
 * Writes (or, with nothing to restore, removes) a batch file and the unit that runs it at boot. Each file is written beside
 * and renamed over, so that a reader finds the old one or the new one. Prints `none` where there is no systemd.
 * $1: a name of this store's own, $2: the unit, $3: RUNNER; the lines on stdin.
 */
const SCRIPT = `
name=$1; folder=/etc/atoll/$name; unit=/etc/systemd/system/$name.service; wants=/etc/systemd/system/multi-user.target.wants
[ -d /run/systemd/system ] || { echo none; exit 0; }
lines=$(cat)
if [ -z "$lines" ]; then
  [ -e "$unit" ] || exit 0
  rm -rf "$wants/$name.service" "$unit" "$folder"; rmdir /etc/atoll 2>/dev/null
else
  umask 077; mkdir -p "$folder" "$wants" || exit
  put() { cat >"$1.new" && mv "$1.new" "$1"; }
  printf '%s\\n' "$lines" | put "$folder/restore" && printf '%s' "$3" | put "$folder/run" && printf '%s' "$2" | put "$unit" || exit
  ln -sf "$unit" "$wants/$name.service" || exit
fi
systemctl daemon-reload 2>/dev/null || :
`;

const unitText = (name: string): string => `[Unit]
Description=Regular networks that Atoll set up
After=network.target
Before=network-online.target

[Service]
Type=oneshot
RemainAfterExit=yes
ExecStart=/bin/sh /etc/atoll/${name}/run restore

[Install]
WantedBy=multi-user.target
`;

/**
 * Has the host make its regular networks again when it starts.
 * @returns what to tell where it can't; null where it will
 */
export async function keepSetup(
  shell: Shell,
  storeId: string,
  restore: readonly SetupChange[],
): Promise<string | null> {
  const name = sealTable(storeId).replace('_', '-');
  const { stdout } = await shell.script(SCRIPT, [name, unitText(name), RUNNER], { stdin: restoreText(restore) });
  if (stdout.trim() !== 'none' || restore.length === 0) return null;
  return 'the host has no systemd: after a restart of it, activation makes its networks again';
}
