import { AppError, note } from '../../contract';
import type { Shell } from '../shell';
import { keepFile, keepName } from './persistence/restore-file';
import { ROOT_RUN } from './root-run';
import { sealTable } from './seal';
import { END_ALL, serversFolder } from './services/scripts';
import { sharedKeys, tunnelDevice, tunnelNamespace } from './stretch/names';
import { STOP_TUNNEL, tunnelFolder } from './stretch/scripts';

/** $1: the file whose time says when a store last observed the host. Prints its age in seconds, or nothing. */
const AGE = `
[ -e "$1" ] || exit 0
now=$(date +%s) && at=$(stat -c %Y -- "$1") && echo $((now - at))
`;

/** Seconds since the engine of a store last observed this host (observe.ts); null: not since the host started. */
export async function lastSeen(shell: Shell, storeId: string, signal: AbortSignal): Promise<number | null> {
  const { stdout } = await shell.script(AGE, [`${ROOT_RUN}/seen-${sealTable(storeId)}`], { signal });
  const age = stdout.trim();
  if (age === '') return null;
  if (/^-?\d{1,12}$/.test(age)) return Math.max(0, Number(age));
  throw new AppError('HOST_COMMAND_FAILED', `Incomplete response from ${shell.name}`);
}

/**
 * Only once nothing carries the store's mark: until then its seals keep its bridges isolated. $1: the store's id, $2: its table,
 * $3: the name of its unit, $4: its file, $5: the file of AGE, $6: END_ALL, $7: its folder of servers, $8: STOP_TUNNEL, $9: the
 * namespace of its tunnel, then the device, the folder of the record, and that of the keys.
 */
const RETIRE = `
for path in /sys/class/net/*; do
  is=; read -r is <"$path/ifalias" || :
  case $is in "atoll:$1:"* | "atoll-nic:$1:"*) echo left; exit 0 ;; esac
done 2>/dev/null
sh -c "$6" sh "$7" "atoll-port:$1:" >/dev/null || exit
sh -c "$8" sh "$9" "\${10}" "atoll-wg:$1" "\${11}" "atoll-tunnel:$1:" >/dev/null || exit
rm -rf "\${12}"
if nft list table netdev "$2" >/dev/null 2>&1; then nft delete table netdev "$2" || exit; fi
unit=/etc/systemd/system/$3.service
if [ -e "$unit" ] || [ -e "$4" ]; then
  rm -f "/etc/systemd/system/multi-user.target.wants/$3.service" "$unit" "$4" || exit
  rmdir /etc/atoll 2>/dev/null
  systemctl daemon-reload 2>/dev/null
fi
rm -f "$5"
echo done
`;

/** Removes the seals, the DHCP and DNS servers, the tunnel, the file and the unit of another store. False while an interface carries its mark. */
export async function retire(shell: Shell, own: string, other: string, signal: AbortSignal): Promise<boolean> {
  const table = sealTable(other);
  if (table === sealTable(own))
    throw new AppError('NOT_SUPPORTED', `The databases ${own} and ${other} keep their seals under one name`, {
      field: 'from',
      remedy: note('Nothing was changed. Remove the networks of one of them on the host manually.'),
    });
  const args = [
    other,
    table,
    keepName(other),
    keepFile(other),
    `${ROOT_RUN}/seen-${table}`,
    END_ALL,
    serversFolder(table),
    ...[STOP_TUNNEL, tunnelNamespace(other), tunnelDevice(other)],
    ...[tunnelFolder(tunnelNamespace(other)), sharedKeys(other)],
  ];
  const { stdout } = await shell.script(RETIRE, args, { signal });
  return stdout.trim() === 'done';
}
