import { isIP, isIPv4 } from 'node:net';
import { type GuestInfo } from '../../../engine/ports/host-driver';
import { isTimedOut } from '../../shells/outcome';
import { CommandError } from '../../command-error';
import type { Shell } from '../../shell';
import { virsh } from './virsh';

/** A guest is hostile, so nothing waits longer for it. */
const ANSWER_MS = 8_000;
/**
 * `bounded VM`: libvirt lets an agent hang for ever if it answers the first message and not the next, and each such question takes
 * one of libvirtd's few threads until the VM ends, also if virsh is killed. Not in the definition: lost when the VM ends.
 */
const BOUNDED = 'bounded() { virsh -q guest-agent-timeout "$1" --timeout 3 >/dev/null 2>&1; }';
/**
 * A guest can report any number of interfaces, with texts of any length. The host cuts its report off: too long an answer would count
 * as the host's misbehavior, and end the connection to it. libvirt refuses a report of very many interfaces as a whole, so its name
 * is a question of its own. $1: the VM.
 */
const REPORT = `${BOUNDED}
bounded "$1"
{ virsh -q guestinfo "$1" --hostname --os && virsh -q guestinfo "$1" --interface; } 2>/dev/null | head -c 262144`;
/** $1: the VM. */
const SHUT_DOWN = `${BOUNDED}
bounded "$1"
exec virsh -q shutdown "$1" --mode agent`;
/** $1: the VM. */
const RESTART = `${BOUNDED}
bounded "$1"
exec virsh -q reboot "$1" --mode agent`;
/**
 * Two pings from inside the guest. Prints the agent's answers: the process, then its state until it has ended; at most four seconds of
 * them, and little of each. $1: the VM, $2: an IPv4 address.
 */
const PING = `${BOUNDED}
bounded "$1"
ask() { virsh -q qemu-agent-command "$1" "$2" 2>/dev/null | head -c 4096; }
started=$(ask "$1" '{"execute":"guest-exec","arguments":{"path":"ping","arg":["-c","2","-W","1","'"$2"'"]}}')
pid=$(printf '%s' "$started" | sed -n 's/.*"pid": *\\([0-9]\\{1,10\\}\\).*/\\1/p')
[ -n "$pid" ] || exit 0
for i in 1 2 3 4 5 6 7 8; do
  sleep 0.5 2>/dev/null || sleep 1
  state=$(ask "$1" '{"execute":"guest-exec-status","arguments":{"pid":'"$pid"'}}')
  case $state in *'"exited":true'*|*'"exited": true'*) printf '%s\\n' "$state"; exit 0 ;; esac
done`;
const MOST_ADDRESSES = 64;
const LONGEST = 128;

/** `if.0.hwaddr           : 52:54:00:00:00:01` */
const LINE =
  /^(hostname|os\.pretty-name|if\.(\d{1,4})\.hwaddr|if\.(\d{1,4})\.addr\.(\d{1,4})\.(addr|prefix))\s*: (.*)$/;
const MAC = /^([0-9a-f]{2}:){5}[0-9a-f]{2}$/;

/** What the guest agent of a running VM reports; null: none answers. */
export async function readGuest(shell: Shell, vmId: string, signal: AbortSignal): Promise<GuestInfo | null> {
  const options = { signal, okExits: 'any', timeoutMs: ANSWER_MS } as const;
  const report = await shell.script(REPORT, [vmId], options).catch((error: unknown) => {
    if (isTimedOut(error)) return null;
    throw error;
  });
  return report === null || report.stdout === '' ? null : parseGuest(report.stdout);
}

/** Whether an address answers a ping from inside a guest; null: no agent answers, or it may not run commands. */
export async function pingFromGuest(
  shell: Shell,
  { vmId, address }: { readonly vmId: string; readonly address: string },
  signal: AbortSignal,
): Promise<boolean | null> {
  // It becomes part of a JSON text.
  if (!isIPv4(address)) return null;
  const options = { signal, okExits: 'any', timeoutMs: ANSWER_MS } as const;
  const { stdout } = await shell.script(PING, [vmId, address], options).catch((error: unknown) => {
    if (isTimedOut(error)) return { stdout: '' };
    throw error;
  });
  return parsePing(stdout);
}

/** Parses the last answer to `guest-exec-status`. ping exits 0 if something answered, 1 if nothing did, else it could not run. */
export function parsePing(output: string): boolean | null {
  const code = /"exitcode": *(\d{1,3})\b/.exec(output)?.[1];
  return code === '0' ? true : code === '1' ? false : null;
}

/** Parses the output of `virsh guestinfo`. Everything in it is the guest's own text. */
export function parseGuest(output: string): GuestInfo {
  let hostname: string | null = null;
  let os: string | null = null;
  const macs = new Map<string, string>();
  const found = new Map<string, { nic: string; addr: string; prefix: string }>();
  for (const line of output.split('\n')) {
    const [, key = '', ofMac, nic, index = '', part, value = ''] = LINE.exec(line) ?? [];
    if (key === 'hostname') hostname = plain(value);
    else if (key === 'os.pretty-name') os = plain(value);
    else if (ofMac !== undefined) macs.set(ofMac, value.toLowerCase());
    else if (nic !== undefined) {
      const known = found.get(`${nic}.${index}`) ?? { nic, addr: '', prefix: '' };
      found.set(`${nic}.${index}`, { ...known, [part === 'addr' ? 'addr' : 'prefix']: value });
    }
  }
  const addresses = [...found.values()].flatMap(({ nic, addr, prefix }) => {
    const mac = macs.get(nic) ?? '';
    const isSound = isIP(addr) !== 0 && MAC.test(mac) && /^\d{1,3}$/.test(prefix);
    return isSound && mac !== '00:00:00:00:00:00' ? [{ mac, address: `${addr}/${prefix}` }] : [];
  });
  return { hostname, os, addresses: addresses.slice(0, MOST_ADDRESSES) };
}

/** One line without control characters; null if nothing is left. */
function plain(value: string): string | null {
  const text = value.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, '').trim();
  return [...text].slice(0, LONGEST).join('') || null;
}

/**
 * Asks a guest to power off: by its agent, which no guest ignores that has one, else by its power button.
 * @throws CommandError if libvirt refuses both
 */
export function askToPowerOff(shell: Shell, vmId: string, signal: AbortSignal): Promise<void> {
  return byAgentOrAcpi(shell, vmId, { script: SHUT_DOWN, verb: 'shutdown' }, signal);
}

/** Asks a guest to restart, likewise. */
export function askToRestart(shell: Shell, vmId: string, signal: AbortSignal): Promise<void> {
  return byAgentOrAcpi(shell, vmId, { script: RESTART, verb: 'reboot' }, signal);
}

async function byAgentOrAcpi(
  shell: Shell,
  vmId: string,
  { script, verb }: { readonly script: string; readonly verb: 'shutdown' | 'reboot' },
  signal: AbortSignal,
): Promise<void> {
  const options = { signal, okExits: 'any', timeoutMs: ANSWER_MS } as const;
  const byAgent = await shell.script(script, [vmId], options).catch((error: unknown) => {
    if (isTimedOut(error)) return null;
    throw error;
  });
  if (byAgent?.exit === 0) return;
  const { exit, stderr } = await virsh(shell, [verb, vmId, '--mode', 'acpi'], { signal, okExits: 'any' });
  // The agent can have done it in the meantime.
  if (exit !== 0 && !(byAgent === null && /not running/i.test(stderr)))
    throw new CommandError(shell.name, ['virsh', verb, vmId], exit, stderr);
}
