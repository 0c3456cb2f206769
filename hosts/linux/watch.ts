import { setTimeout as sleep } from 'node:timers/promises';
import { AppError } from '../../contract';
import type { HostNotice } from '../../engine/ports/host-driver';
import { throwIfCancelled } from '../cancelled';
import type { Shell, StreamHandle } from '../shell';
import { isPortOfProbe, type Probing } from './names';
import { sealTable } from './seal';

type Listener = (notice: HostNotice) => void;

/** Notices of so many milliseconds become one: what one act causes comes as a handful of messages. */
const COALESCE_MS = 10;
const HEARING_WITHIN_MS = 10_000;
const KNOCK_EVERY_MS = 50;

/** One watcher: what it runs, what one of its lines says (null: nothing for us), and how to make it say something. */
interface Watcher {
  readonly argv: readonly string[];
  read(line: string): string | null;
  /** Makes it report, and changes nothing. */
  knock(shell: Shell, signal: AbortSignal): Promise<void>;
  isAnswer(line: string): boolean;
}

/**
 * Watches links, addresses, routes and the seal table until the signal is raised. Resolves once both watchers have reported
 * a knock: from then on nothing is missed. A watcher that dies is told as `lost`. `onSealLine` hears all that nft tells;
 * of the ports of `probing` nothing is told.
 * @throws AppError HOST_UNREACHABLE when a watcher does not hear, CANCELLED
 */
export async function watchNetwork(
  shell: Shell,
  storeId: string,
  listener: Listener,
  signal: AbortSignal,
  onSealLine: (line: string) => void = () => undefined,
  probing: Probing = new Set(),
): Promise<void> {
  throwIfCancelled(signal);
  const told = coalesced(listener, signal);
  const table = sealTable(storeId);
  await Promise.all(
    [linkWatcher(probing), sealWatcher(table, onSealLine)].map((watcher) =>
      start(shell, watcher, told, listener, signal),
    ),
  );
}

/** Text: with -j ip ignores -d, and IPv6 being switched on shows only as the route `multicast ff00::/8 dev X`. */
function linkWatcher(probing: Probing): Watcher {
  return {
    argv: ['ip', '-d', 'monitor', 'link', 'address', 'route'],
    read: (line) => readMonitorLine(line, probing),
    // A request that sets what is set already is announced all the same (do_setlink, DO_SETLINK_NOTIFY).
    knock: async (shell, signal) =>
      void (await shell.run(['ip', 'link', 'set', 'dev', 'lo', 'group', 'default'], { signal })),
    isAnswer: (line) => /^\d+: lo: /.test(line),
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
 * The interface that a line of `ip -d monitor` is about. Lines that go on from one above begin with a blank; `lo` and the
 * ports of a probe that runs are no news.
 */
export function readMonitorLine(line: string, probing: Probing = new Set()): string | null {
  if (line === '' || /^[\s]/.test(line)) return null;
  const subject = /^(?:Deleted )?\d+: ([^:@\s]+)/.exec(line)?.[1] ?? / dev (\S+)/.exec(line)?.[1];
  if (subject === undefined || subject === 'lo' || isPortOfProbe(subject, probing)) return null;
  return `ip ${line.slice(0, 200)}`;
}

async function start(
  shell: Shell,
  watcher: Watcher,
  told: (detail: string) => void,
  listener: Listener,
  signal: AbortSignal,
): Promise<void> {
  let hears = false;
  const handle = await shell.stream(watcher.argv, (line) => {
    hears ||= watcher.isAnswer(line);
    const detail = watcher.read(line);
    if (detail !== null && !signal.aborted) told(detail);
  });
  const died = reportDeath(handle, watcher, listener, signal);
  const until = performance.now() + HEARING_WITHIN_MS;
  while (!hears) {
    throwIfCancelled(signal);
    if (died() || performance.now() > until) {
      handle.kill();
      throw new AppError('HOST_UNREACHABLE', `${watcher.argv.slice(0, 3).join(' ')} on ${shell.name} does not hear`);
    }
    await watcher.knock(shell, signal);
    await sleep(hears ? 0 : KNOCK_EVERY_MS);
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

/** The first of a burst is kept for the log, the number of the others with it. */
function coalesced(listener: Listener, signal: AbortSignal): (detail: string) => void {
  let first: string | null = null;
  let more = 0;
  return (detail) => {
    if (first !== null) {
      more += 1;
      return;
    }
    first = detail;
    setTimeout(() => {
      const text = more > 0 ? `${first ?? ''} (and ${more} more)` : (first ?? '');
      first = null;
      more = 0;
      if (!signal.aborted) listener({ kind: 'network', detail: text });
    }, COALESCE_MS);
  };
}
