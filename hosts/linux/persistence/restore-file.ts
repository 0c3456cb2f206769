import { createHash } from 'node:crypto';
import type { BridgeSpec } from '../../../engine/ports/changes';
import type { KeepOrder } from '../../../engine/ports/host-driver';
import type { ServicesSpec } from '../../../engine/ports/services';
import { startInput } from '../services/apply';
import { END_ALL, INSPECT, serversFolder, START } from '../services/scripts';
import { endMark, sharedKeyFile, tunnelDevice, tunnelNamespace } from '../stretch/names';
import { ADD_ENDS, INSPECT_TUNNEL, START_TUNNEL, STOP_TUNNEL, tunnelFolder } from '../stretch/scripts';
import { endLine, startTunnelInput } from '../stretch/texts';
import { batchWord, bridgeName } from '../names';
import { sealTable, sealText } from '../seal';
import { restoreText } from '../setup/lines';
import { RUNNER } from '../setup/scripts';
import { stepsOf } from '../steps';

/** The names of a store's file and unit on a host. */
export const keepName = (storeId: string): string => sealTable(storeId).replace('_', '-');
export const keepFile = (storeId: string): string => `/etc/atoll/${keepName(storeId)}.sh`;

/** The last line: a file without it is truncated. */
export const LAST_LINE = '# end';

/** A placeholder for the bridge in text that is shared by all of them. */
const ANY = 'ATOLLANYBRIDGE';

/**
 * The only file that a host needs to recreate its networks at boot, and to remove them: data and a constant script. Its second line
 * is the digest of its contents, by which an observation tells whether it is current. Nothing in it is quoted: each word has passed
 * batchWord, and is in a here-document whose end is quoted. It uses the engine's order (a mark first, `up` last and only with a
 * seal), and like the engine it skips an interface of that name that is not ours. Without nft nothing is set up.
 */
export function restoreFile(storeId: string, order: KeepOrder): string {
  const words = order.bridges.map((spec) => wordsOf(spec, storeId));
  const list = (name: string, lines: readonly string[]): string =>
    `${name}() { cat <<'END'\n${lines.map((line) => `${line}\n`).join('')}END\n}\n`;
  const body = [
    list(
      'names',
      words.map(({ name, mac, alias }) => `${name} ${mac} ${alias}`),
    ),
    list(
      'adds',
      words.map(({ name, add }) => `${name} ${add}`),
    ),
    list(
      'marks',
      words.map(({ name, mark }) => `${name} ${mark}`),
    ),
    list(
      'ups',
      words.map(({ name, up }) => `${name} ${up}`),
    ),
    list('setup', restoreText(order.setup).split('\n').filter(Boolean)),
    list('nics', nicsOf(order.setup)),
    textOf('servers', serversText(storeId, order.services ?? [])),
    textOf('start_servers', START),
    textOf('end_servers', END_ALL),
    textOf('inspect', INSPECT),
    textOf('tunnel', order.tunnel ? startTunnelInput(storeId, order.tunnel) : ''),
    textOf('ends', endsText(storeId, order.tunnel)),
    textOf('start_tunnel', START_TUNNEL),
    textOf('inspect_tunnel', INSPECT_TUNNEL),
    textOf('add_ends', ADD_ENDS),
    textOf('stop_tunnel', STOP_TUNNEL),
    `seals() { for name; do printf '%s' "${sealTemplate(storeId)}"; done; }\n`,
  ].join('');
  return `#!/bin/sh
# atoll ${digestOf(storeId, order)}
# The networks of one Atoll on this host. Atoll writes this file, and ${keepName(storeId)}.service runs it when the host starts.
#   sh ${keepFile(storeId)} restore   makes them again where they are not there
#   sh ${keepFile(storeId)} clean     takes all that is of this Atoll off the host, this file too
store=${storeId} name=${keepName(storeId)} table=${sealTable(storeId)} run=${serversFolder(sealTable(storeId))} word=${WORD}
${tunnelWords(storeId)}
${body}${SCRIPT}${LAST_LINE}
`;
}

/** Identifies the contents; also changes with this script, so that hosts get the new version. */
export const digestOf = (storeId: string, order: KeepOrder): string =>
  createHash('sha256')
    .update(
      JSON.stringify([
        storeId,
        order.bridges,
        order.setup,
        order.services ?? [],
        order.tunnel ?? null,
        SCRIPT,
        RUNNER,
        START,
        END_ALL,
        INSPECT,
        [START_TUNNEL, INSPECT_TUNNEL, ADD_ENDS, STOP_TUNNEL],
      ]),
    )
    .digest('hex')
    .slice(0, 32);

/** A function that prints a text. No line of it is the end: values have passed the rules for them, and the rest is constant. */
const textOf = (name: string, text: string): string => `${name}() { cat <<'END-OF-TEXT'\n${text}END-OF-TEXT\n}\n`;

/** The word that starts each server's part of the input. */
const WORD = 'server-of-atoll';

function serversText(storeId: string, services: readonly ServicesSpec[]): string {
  if (services.length === 0) return '';
  return `${services.map((spec) => startInput(storeId, spec, WORD)).join('')}${WORD} end\n`;
}

const endsText = (storeId: string, tunnel: KeepOrder['tunnel']): string =>
  (tunnel?.ends ?? []).map((end) => endLine(storeId, tunnel!, end)).join('');

/** The tunnel's names, as arguments of its scripts. */
function tunnelWords(storeId: string): string {
  const namespace = tunnelNamespace(storeId);
  const names = `namespace=${namespace} device=${tunnelDevice(storeId)} tunnel_mark=atoll-wg:${storeId}`;
  return `${names} tunnel_run=${tunnelFolder(namespace)} end_mark=${endMark(storeId)} keys=${sharedKeyFile(storeId)}`;
}

/** The NICs that a setup is on: they must be there before it. */
function nicsOf(changes: KeepOrder['setup']): string[] {
  const used: string[] = [];
  const made = new Set<string>();
  for (const change of changes) {
    if (change.kind === 'link.master') used.push(change.link);
    else if (change.kind === 'vlan.make') {
      used.push(change.vlan.parent);
      made.add(change.vlan.name);
    } else if (change.kind === 'bond.make') made.add(change.bond.name);
    else if (change.kind === 'bridge.make') made.add(change.bridge.name);
  }
  return [...new Set(used)].filter((name) => !made.has(name)).map((name) => batchWord(name));
}

interface Words {
  readonly name: string;
  readonly mac: string;
  readonly alias: string;
  readonly add: string;
  readonly mark: string;
  readonly up: string;
}

/** The same steps as in the engine. */
function wordsOf(spec: BridgeSpec, storeId: string): Words {
  const { before, after } = stepsOf({ kind: 'bridge.create', spec }, sealTable(storeId));
  const [add, mark] = before;
  const [up] = after;
  if (!add || !mark || !up) throw new Error('a bridge is made by other steps than this file knows');
  const { bridge, mac, alias } = spec;
  return {
    ...{ name: bridgeName(bridge), mac: batchWord(mac), alias: batchWord(alias) },
    ...{ add: add.text, mark: mark.text, up: up.text },
  };
}

const sealTemplate = (storeId: string): string =>
  `add table netdev ${sealTable(storeId)}\n${sealText(sealTable(storeId), ANY)}`
    .replaceAll('"', '\\"')
    .replaceAll(ANY, '$name');

const SCRIPT = `export LC_ALL=C PATH="$PATH:/usr/sbin:/sbin"; set -f
runner() { cat <<'RUNNER'
${RUNNER}
RUNNER
}
value() { is=; read -r is <"$1" || :; } 2>/dev/null
lines_of() { while read -r name text; do case $1 in *" $name "*) printf '%s\\n' "$text" ;; esac; done; }
bring_up() { [ -z "$1" ] || ups | lines_of "$1" | ip -force -batch -; }
# networkd takes a NIC out of a bridge when it configures it (systemd.network(5), KeepMaster=): it must be done with it.
is_ready() {
  [ -e "/sys/class/net/$1" ] || return
  systemctl --quiet is-active systemd-networkd 2>/dev/null || return 0
  read -r index <"/sys/class/net/$1/ifindex"
  case $(sed -n 's/^ADMIN_STATE=//p' "/run/systemd/netif/links/$index" 2>/dev/null) in
    configured | unmanaged | failed | linger) ;;
    *) return 1 ;;
  esac
}
restore() {
  ours= fresh= failed=0
  while read -r name mac alias; do
    if [ ! -e "/sys/class/net/$name" ]; then fresh="$fresh $name "
    else value "/sys/class/net/$name/ifalias"
      if [ "$is" = "$alias" ]; then ours="$ours $name "; else echo "$name is somebody else's: left alone" >&2; failed=1; fi
    fi
  done <<NAMES
$(names)
NAMES
  [ -z "$fresh" ] || adds | lines_of "$fresh" | ip -force -batch -
  made=
  while read -r name mac alias; do
    case $fresh in *" $name "*) value "/sys/class/net/$name/address"; [ "$is" != "$mac" ] || made="$made $name " ;; esac
  done <<NAMES
$(names)
NAMES
  [ -z "$made" ] || marks | lines_of "$made" | ip -force -batch -
  for name in $ours $made; do
    [ ! -e "/proc/sys/net/ipv6/conf/$name" ] || echo 1 >"/proc/sys/net/ipv6/conf/$name/disable_ipv6"
  done
  sealed=
  [ -z "$ours$made" ] || if seals $ours $made | nft -f - 2>/dev/null; then sealed="$ours$made"
  else for name in $ours $made; do if seals "$name" | nft -f -; then sealed="$sealed $name "; else failed=1; fi; done
  fi
  bring_up "$sealed"
  if [ -n "$(servers | head -n 1)" ]; then
    answers=$(servers | sh -c "$(start_servers)" sh "$word" "$run" "atoll:$store:" "$(inspect)" missing " $sealed ") || failed=1
    case $answers in *failed*) echo "$answers" | grep '^failed ' >&2; failed=1 ;; esac
  fi
  # After the bridges are sealed, which an end needs.
  if [ -n "$(tunnel | head -n 1)" ]; then
    if tunnel | sh -c "$(start_tunnel)" sh "$keys" "$tunnel_run" "$(inspect_tunnel)"; then
      answers=$(ends | sh -c "$(add_ends)" sh "atoll:$store:" "$table") || failed=1
      case $answers in *failed*) echo "$answers" | grep '^failed ' >&2; failed=1 ;; esac
    else failed=1; fi
  fi
  missing= tries=0
  for nic in $(nics); do
    # Drivers load while the system starts. A bridge without its NIC would take the host's address, and nobody could reach it.
    while ! is_ready "$nic" && [ $tries -lt 900 ]; do sleep 0.1; tries=$((tries + 1)); done
    [ -e "/sys/class/net/$nic" ] || missing="$missing $nic"
  done
  if [ -n "$missing" ]; then echo "not there:$missing; no network on a NIC was made" >&2; failed=1
  elif [ -n "$(setup)" ]; then
    work=$(mktemp -d) && runner >"$work/run" && setup >"$work/restore" && sh "$work/run" restore
    rm -rf "$work"
  fi
  return $failed
}
clean() {
  left=0; set +f
  sh -c "$(end_servers)" sh "$run" "atoll-port:$store:"
  sh -c "$(stop_tunnel)" sh "$namespace" "$device" "$tunnel_mark" "$tunnel_run" "$end_mark"
  for path in /sys/class/net/*; do
    link=\${path##*/}; value "$path/ifalias"
    case $is in
      "atoll:$store:"*:kept) ip link set dev "$link" alias "" && echo "gave $link back"; continue ;;
      "atoll:$store:"* | "atoll-nic:$store:"*) ;;
      *) continue ;;
    esac
    if [ -n "$(ip -o address show dev "$link" scope global)" ]; then
      echo "$link has an address of the host and was left; give the address back to its NIC, then: ip link del dev $link" >&2; left=1
    else ip link del dev "$link" && echo "removed $link"; fi
  done
  nft delete table netdev "$table" 2>/dev/null && echo "removed the seals"
  rm -f "/etc/systemd/system/multi-user.target.wants/$name.service" "/etc/systemd/system/$name.service" "/etc/atoll/$name.sh"
  rmdir /etc/atoll 2>/dev/null
  systemctl daemon-reload 2>/dev/null
  folder=/var/lib/libvirt/atoll/\${table#atoll_}
  rm -rf "$folder/log" "$folder/files" "$folder/tunnel"; rmdir "$folder/disks" "$folder" "\${folder%/*}" "\${folder%/*/*}" 2>/dev/null
  [ ! -d "$folder" ] || { echo "disks of VMs are left in $folder/disks" >&2; left=1; }
  return $left
}
case $1 in restore | clean) "$1"; exit ;; *) echo "say: sh $0 restore|clean" >&2; exit 2 ;; esac
`;

/**
 * Runs after anything that flushes nftables at boot, and before anything that starts VMs; and again whenever the firewall's rules
 * are reloaded, which removes the seals.
 */
export const unitText = (storeId: string): string => `[Unit]
Description=Networks that Atoll made
After=network.target nftables.service firewalld.service
Before=network-online.target libvirtd.service virtqemud.service libvirt-guests.service
ReloadPropagatedFrom=nftables.service

[Service]
Type=oneshot
RemainAfterExit=yes
ExecStart=/bin/sh ${keepFile(storeId)} restore
ExecReload=/bin/sh ${keepFile(storeId)} restore

[Install]
WantedBy=multi-user.target
`;
