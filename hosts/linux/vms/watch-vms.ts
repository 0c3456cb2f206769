import { setTimeout as sleep } from 'node:timers/promises';
import type { HostNotice } from '../../../engine/ports/host-driver';
import type { Shell, StreamHandle } from '../../shell';

const FIRST_PAUSE_MS = 100;
const LONGEST_PAUSE_MS = 10_000;
/** No network waits longer for a libvirt that hangs. */
const CONNECTED_WITHIN_MS = 10_000;

/** `uri` is answered (for example qemu:///system) once libvirtd has taken the connection on which the events then come. */
const COMMANDS = 'uri; event --all --loop';
const CONNECTED = /^\S+:\/\/\S*$/;

/** What libvirt's events are told by has some 100 characters. */
const DETAIL_CHARS = 300;

/** One line of that virsh: it is connected, a VM has an event, or (null) nothing that is asked for. */
export function readVirshLine(line: string): 'connected' | HostNotice | null {
  if (line.startsWith('event ')) return { kind: 'vm', detail: line.slice(0, DETAIL_CHARS) };
  return CONNECTED.test(line) ? 'connected' : null;
}

/**
 * Tells of every event that libvirt has for a VM, until aborted. virsh ends when libvirtd does (VMs survive that), so it is
 * started again, and the gap is told as a notice of its own: whatever happened meanwhile is found by looking.
 * `revive` is called when it was lost, where libvirt is ours to start (a lab). Resolves once the first virsh is connected, or at once
 * where there is no libvirt to hear, or where it hangs after a while (then with false): that it answers at last is then told as well.
 */
export async function watchVms(
  shell: Shell,
  listener: (notice: HostNotice) => void,
  signal: AbortSignal,
  revive: () => Promise<void> = () => Promise.resolve(),
  patienceMs = CONNECTED_WITHIN_MS,
): Promise<boolean> {
  let first: (() => void) | null = null;
  let late = false;
  const connected = new Promise<void>((resolve) => (first = resolve));
  const heard = (answered: boolean): void => {
    if (answered && late) listener({ kind: 'vm', detail: 'libvirt answers at last' });
    if (answered) late = false;
    first?.();
  };
  void keepWatching(shell, listener, signal, revive, heard);
  const timer = new AbortController();
  const patience = sleep(patienceMs, true, { signal: timer.signal, ref: false }).catch(() => false);
  late = await Promise.race([connected.then(() => false), patience]);
  timer.abort();
  return !late;
}

async function keepWatching(
  shell: Shell,
  listener: (notice: HostNotice) => void,
  signal: AbortSignal,
  revive: () => Promise<void>,
  heard: (answered: boolean) => void,
): Promise<void> {
  let pause = FIRST_PAUSE_MS;
  let gap = false;
  while (!signal.aborted) {
    let connectedAt = Infinity;
    const onLine = (line: string): void => {
      const read = readVirshLine(line);
      if (read === 'connected') {
        connectedAt = Math.min(connectedAt, performance.now());
        if (gap) listener({ kind: 'vm', detail: 'libvirt answers again' });
        gap = false;
        heard(true);
      }
      if (typeof read === 'object' && read !== null) listener(read);
    };
    await watchOnce(shell, onLine, signal);
    heard(false);
    // One that answers and ends at once, again and again, is asked less and less often.
    if (performance.now() - connectedAt > LONGEST_PAUSE_MS) pause = FIRST_PAUSE_MS;
    gap = true;
    // A lab that is gone is told by the network's watchers.
    if (!signal.aborted) await revive().catch(() => undefined);
    await sleep(pause, undefined, { signal, ref: false }).catch(ignoreAbort);
    pause = Math.min(pause * 2, LONGEST_PAUSE_MS);
  }
  heard(false);
}

/** One virsh, from its start to its end. A shell that can't start it (the host is gone) is told by the network's watchers. */
async function watchOnce(shell: Shell, onLine: (line: string) => void, signal: AbortSignal): Promise<void> {
  const stream: StreamHandle | null = await shell.stream(['virsh', '-q', COMMANDS], onLine).catch(() => null);
  if (!stream) return;
  const stop = (): void => stream.kill();
  if (signal.aborted) stop();
  signal.addEventListener('abort', stop, { once: true });
  await stream.ended;
  signal.removeEventListener('abort', stop);
}

function ignoreAbort(error: unknown): void {
  if (!(error instanceof Error) || error.name !== 'AbortError') throw error;
}
