import { setTimeout as sleep } from 'node:timers/promises';
import { AppError } from '../../contract';
import type { HostNotice } from '../../engine/ports/host-driver';
import { throwIfCancelled } from '../cancelled';
import type { Shell, StreamHandle } from '../shell';
import { isPortOfProbe, type Probing } from './names';
import { sealTable } from './seal';

type Listener = (notice: HostNotice) => void;

const HEARING_WITHIN_MS = 10_000;
const KNOCK_EVERY_MS = 50;

/** One watcher: its command, its line parser (null: ignore), and how to trigger a report. */
interface Watcher {
  readonly argv: readonly string[];
  read(line: string): string | null;
  /** Makes it report without changing anything. */
  knock(shell: Shell, signal: AbortSignal): Promise<void>;
  isAnswer(line: string): boolean;
}

/**
 * Watches links, addresses, routes and the seal table until aborted. Resolves once both watchers have reported a test change: from
 * then on nothing is missed. A watcher that dies is reported as `lost`. `onSealLine` receives every line of nft; ports of `probing`
 * are ignored.
 * @throws AppError HOST_UNREACHABLE if a watcher does not respond, CANCELLED
 */
export async function watchNetwork(
  shell: Shell,
  storeId: string,
  listener: Listener,
  signal: AbortSignal,
  onSealLine: (line: string) => void = () => undefined,
  probing: Probing = new Set(),
  tunnelNumber: () => number | null = () => null,
): Promise<void> {
  throwIfCancelled(signal);
  const reported = coalesced(listener, signal);
  const table = sealTable(storeId);
  await Promise.all(
    [linkWatcher(probing, tunnelNumber), sealWatcher(table, onSealLine)].map((watcher) =>
      start(shell, watcher, reported, listener, signal),
    ),
  );
}

/**
 * Text without details, a third of the bytes. Enabling IPv6 shows only as the route `multicast ff00::/8 dev X`. Of other namespaces
 * than the host's only the tunnel's counts.
 */
function linkWatcher(probing: Probing, tunnelNumber: () => number | null): Watcher {
  return {
    argv: ['ip', 'monitor', 'all-nsid', 'link', 'address', 'route', 'nsid'],
    read: (line) => readMonitorLine(line, probing, tunnelNumber()),
    // A request that sets the current value is announced all the same (do_setlink, DO_SETLINK_NOTIFY).
    knock: async (shell, signal) =>
      void (await shell.run(['ip', 'link', 'set', 'dev', 'lo', 'group', 'default'], { signal })),
    isAnswer: (line) => /^(?:\[nsid current\])?\d+: lo: /.test(line),
  };
}

function sealWatcher(table: string, onLine: (line: string) => void): Watcher {
  const marker = `${table}_knock`;
  const stdin = `add table netdev ${marker}\ndelete table netdev ${marker}\n`;
  return {
    argv: ['nft', '-j', 'monitor'],
    read: (line) => {
      onLine(line);
      return line.includes(`"${table}"`) ? `nft ${line.slice(0, 200)}` : null;
    },
    // Both in one transaction: the table never exists, yet is announced.
    knock: async (shell, signal) => void (await shell.run(['nft', '-f', '-'], { stdin, signal })),
    isAnswer: (line) => line.includes(marker),
  };
}

/**
 * The interface of a line of `ip monitor`. Continuation lines start with a space; `lo`, the ports of a running probe and other
 * namespaces than the host's and the tunnel's are ignored.
 */
export function readMonitorLine(
  said: string,
  probing: Probing = new Set(),
  tunnelNumber: number | null = null,
): string | null {
  const [prefix, number] = /^\[nsid (current|\d+)\]/.exec(said) ?? [''];
  if (number !== undefined && number !== 'current' && Number(number) !== tunnelNumber) return null;
  const line = said.slice(prefix.length);
  if (line === '' || /^[\s]/.test(line)) return null;
  const gone = /^Deleted nsid (\d+)/.exec(line)?.[1];
  if (gone !== undefined) return Number(gone) === tunnelNumber ? `ip ${line.slice(0, 200)}` : null;
  const subject = subjectOf(line);
  if (subject === undefined || subject === 'lo' || isPortOfProbe(subject, probing)) return null;
  return `ip ${line.slice(0, 200)}`;
}

const subjectOf = (line: string): string | undefined =>
  /^(?:Deleted )?\d+: ([^:@\s]+)/.exec(line)?.[1] ?? / dev (\S+)/.exec(line)?.[1];

/**
 * Whether what `readMonitorLine` returned is about an interface that libvirt made for a VM, or about the features of the network card that a
 * bridge has in common with its ports: that message comes with every tap, and whatever else changes has one of its own.
 */
export const isAboutTap = (detail: string): boolean =>
  detail.startsWith('ip ') &&
  (/^vnet\d+$/.test(subjectOf(detail.slice(3)) ?? '') || detail.endsWith(' event FEATURE CHANGE '));

async function start(
  shell: Shell,
  watcher: Watcher,
  reported: (detail: string) => void,
  listener: Listener,
  signal: AbortSignal,
): Promise<void> {
  let receives = false;
  const handle = await shell.stream(watcher.argv, (line) => {
    receives ||= watcher.isAnswer(line);
    const detail = watcher.read(line);
    if (detail !== null && !signal.aborted) reported(detail);
  });
  const died = reportDeath(handle, watcher, listener, signal);
  const until = performance.now() + HEARING_WITHIN_MS;
  while (!receives) {
    throwIfCancelled(signal);
    if (died() || performance.now() > until) {
      handle.kill();
      throw new AppError(
        'HOST_UNREACHABLE',
        `${watcher.argv.slice(0, 3).join(' ')} on ${shell.name} reports no events`,
      );
    }
    await watcher.knock(shell, signal);
    await sleep(receives ? 0 : KNOCK_EVERY_MS);
  }
}

function reportDeath(handle: StreamHandle, watcher: Watcher, listener: Listener, signal: AbortSignal): () => boolean {
  let dead = false;
  signal.addEventListener('abort', () => handle.kill(), { once: true });
  void handle.ended.then((exit) => {
    dead = true;
    const ended = `${watcher.argv[0]} monitor ended (exit ${exit ?? 'by a signal'})`;
    if (!signal.aborted) listener({ kind: 'lost', detail: handle.fault?.()?.message ?? ended });
  });
  return () => dead;
}

/**
 * Lines that are read together are one notice, at once: an observation that begins after a change then knows of the lines about it. The
 * first is kept for the log, with the number of the others. It is one of taps only if all of them are.
 */
function coalesced(listener: Listener, signal: AbortSignal): (detail: string) => void {
  let first: string | null = null;
  let more = 0;
  let kind: 'network' | 'tap' = 'tap';
  return (detail) => {
    if (!isAboutTap(detail)) kind = 'network';
    if (first !== null) {
      more += 1;
      return;
    }
    first = detail;
    setImmediate(() => {
      const notice = { kind, detail: more > 0 ? `${first ?? ''} (and ${more} more)` : (first ?? '') };
      first = null;
      more = 0;
      kind = 'tap';
      if (!signal.aborted) listener(notice);
    });
  };
}
