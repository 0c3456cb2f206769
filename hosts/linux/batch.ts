import type { RunOptions, Shell } from '../shell';
import { LIBVIRT_BRIDGES } from './libvirt-networks';
import { batchWord } from './names';
import type { Lane } from './steps';

/** Bridges that must have the mark of a store, or not exist, or nothing is run. */
export interface Marked {
  readonly storeId: string;
  readonly bridges: readonly string[];
}

/** Three batches as text. They are passed as arguments or on stdin, so no quoting is needed. */
export interface Batch {
  readonly marked?: Marked | null;
  readonly before: string;
  readonly quiet: readonly string[];
  readonly nft: string;
  readonly after: string;
  /** The folder of libvirt's networks, whose bridges none of ours may be; omitted: none matter there. */
  readonly libvirtNetworks?: string | undefined;
}

/**
 * Where a batch stopped: the lane (`mark`: nothing was run), the tool's message, and for IPv6 the interface on which it could not be disabled.
 */
export interface BatchStop {
  readonly lane: Lane | 'mark';
  readonly stderr: string;
  readonly exit: number;
  readonly quiet: string | null;
}

/**
 * All input is read before anything runs: if the writer dies half-way, nothing has changed. Small batches are passed as arguments (a dd
 * for each would cost a third of the time for one network), large ones on stdin, where `dd iflag=fullblock` takes exactly its part of
 * the pipe. ip runs without -force, so it stops at the first failing line: with -force, `link set X alias ...` would mark a foreign X
 * after `link add X` has failed. A bridge that must have a mark and does not exist is no obstacle: the change itself reports it. An
 * interface whose MTU is below 1280 has no IPv6 at all, and no such sysctl. $1 to $3: bytes of the batches before, seal, after. $4:
 * interfaces on which to disable IPv6, separated by spaces. $5: a store, $6: bridges that must have its mark, separated by spaces. $7:
 * the folder of libvirt's networks; empty: none matter. $8 to $10: the batches, if small.
 *
 * A bridge is not created under the name of one that a network of libvirt makes and deletes, unless a boot file of Atoll says that it was
 * there before: then it is repaired, and the check of the host names that network.
 */
const SCRIPT = `
export LC_ALL=C; set -f
take() { [ "$1" -eq 0 ] || dd bs="$1" count=1 iflag=fullblock 2>/dev/null; }
if [ $# -gt 7 ]; then before=$8 seal=$9 after=\${10}
else before=$(take "$1"); seal=$(take "$2"); after=$(take "$3"); fi
[ "\${#before}" -eq "$1" ] && [ "\${#seal}" -eq "$2" ] && [ "\${#after}" -eq "$3" ] || { echo "input cut short" >&2; exit 99; }
${LIBVIRT_BRIDGES}
stop() { echo "$@"; exit 0; }
are_ours() {
  for name in $2; do printf 'link show dev %s\\n' "$name"; done | ip -o -force -batch - 2>/dev/null | while read -r link; do
    mark=\${link##*"    alias atoll:$1:"}; mark=\${mark%%"\\\\    altname "*}; mark=\${mark%:kept}
    case $mark in *[!0-9a-f-]*) exit 1 ;; esac; [ \${#mark} -eq 36 ] || exit 1
  done
}
has_none() { [ ! -e "/proc/sys/net/ipv6/conf/$1" ] && ip link show dev "$1" >/dev/null; }
[ -z "$6" ] || are_ours "$5" "$6" || stop mark 1
claimed=
case $7$before in /*'link add name '*)
  claimed=$(libvirt_bridges "$7" | while read -r bridge net; do
    case $before in *"link add name $bridge "*) ;; *) continue ;; esac
    set +f; grep -qs "^$bridge " /etc/atoll/*.sh || { printf '%s %s\\n' "$bridge" "$net"; break; }
  done) ;;
esac
[ -z "$claimed" ] || { printf 'claimed %s\\n' "$claimed" >&2; stop before 1; }
[ -z "$before" ] || printf '%s\\n' "$before" | ip -batch - || stop before $?
if [ -d /proc/sys/net/ipv6/conf ]; then
  for name in $4; do
    { echo 1 >"/proc/sys/net/ipv6/conf/$name/disable_ipv6"; } 2>/dev/null || has_none "$name" || stop quiet 1 "$name"
  done
fi
[ -z "$seal" ] || printf '%s\\n' "$seal" | nft -f - || stop seal $?
[ -z "$after" ] || printf '%s\\n' "$after" | ip -batch - || stop after $?
`;

/** One argument can have 128 KiB (MAX_ARG_STRLEN); this is far below, and covers some fifty networks. */
const SMALL = 32_768;

/** Thousands of links take seconds; the machine can be busy. */
const TIMEOUT_MS = 180_000;

/**
 * Runs the batches up to the first failure.
 * @returns null if all succeeded
 * @throws CommandError if not even the script could run, AppError CANCELLED
 */
export async function runBatch(shell: Shell, batch: Batch, signal: AbortSignal): Promise<BatchStop | null> {
  const texts = [batch.before, batch.nft, batch.after].map((text) => text.trimEnd());
  const sizes = texts.map((text) => String(Buffer.byteLength(text)));
  const small = texts.every((text) => text.length <= SMALL);
  const options: RunOptions = { signal, timeoutMs: TIMEOUT_MS, ...(small ? {} : { stdin: texts.join('') }) };
  const { storeId, bridges } = batch.marked ?? { storeId: '', bridges: [] };
  const marked = [storeId, bridges.map(batchWord).join(' ')];
  const args = [...sizes, batch.quiet.join(' '), ...marked, batch.libvirtNetworks ?? '', ...(small ? texts : [])];
  const { stdout, stderr } = await shell.script(SCRIPT, args, options);
  const [word, exit, name] = stdout.trim().split('\n').at(-1)?.split(' ') ?? [];
  if (!word) return null;
  const isLane = word === 'before' || word === 'after' || (word === 'mark' && bridges.length > 0);
  const lane = isLane ? word : 'seal';
  return { lane, stderr, exit: Number(exit), quiet: word === 'quiet' ? (name ?? null) : null };
}

/** The bridge that a network of libvirt makes, and that network; then no line was executed. */
export function claimOf(stderr: string): { readonly bridge: string; readonly network: string } | null {
  const [, bridge = '', network = ''] = /^claimed (\S+) (.*)$/m.exec(stderr) ?? [];
  return bridge === '' ? null : { bridge, network };
}

/** The line at which `ip -batch -` stopped, counted from 1. */
export function ipStoppedAt(stderr: string): number | null {
  const line = /Command failed -:(\d+)/.exec(stderr)?.[1];
  return line === undefined ? null : Number(line);
}

/** The lines that nft rejects, counted from 1; it reports each failed command of a transaction. */
export function nftComplaints(stderr: string): number[] {
  return [...stderr.matchAll(/^[^\s:]+:(\d+):\d+-\d+: Error/gm)].map((match) => Number(match[1]));
}
