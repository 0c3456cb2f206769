import { setTimeout as sleep } from 'node:timers/promises';
import type { HostNotice } from '../../../engine/ports/host-driver';
import type { Shell, StreamHandle } from '../../shell';

const FIRST_PAUSE_MS = 100;
const LONGEST_PAUSE_MS = 10_000;
/** Networks wait at most this long for a hanging libvirt. */
const CONNECTED_WITHIN_MS = 10_000;

/** `uri` is answered (for example qemu:///system) once libvirtd has accepted the connection, on which events then arrive. */
const COMMANDS = 'uri; event --all --loop';
const CONNECTED = /^\S+:\/\/\S*$/;

/** A libvirt event is about 100 characters long. */
const DETAIL_CHARS = 300;

/** One line of that virsh: it is connected, a VM has an event, or (null) something else. */
export function readVirshLine(line: string): 'connected' | HostNotice | null {
  if (line.startsWith('event ')) return { kind: 'vm', detail: line.slice(0, DETAIL_CHARS) };
  return CONNECTED.test(line) ? 'connected' : null;
}

/**
 * Reports every libvirt event of a VM, until aborted. virsh ends when libvirtd does (VMs survive that), so it is restarted, and the
 * gap is reported as a notice of its own: changes in the meantime are found by observation. `revive` is called when the connection
 * was lost, if Atoll manages libvirt (a lab). Resolves once the first virsh is connected, or immediately if there is no libvirt, or
 * after a while if it hangs (then with false): the first answer is then reported as well.
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
  const received = (answered: boolean): void => {
    if (answered && late) listener({ kind: 'vm', detail: 'libvirt answers at last' });
    if (answered) late = false;
    first?.();
  };
  void keepWatching(shell, listener, signal, revive, received);
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
  received: (answered: boolean) => void,
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
        received(true);
      }
      if (typeof read === 'object' && read !== null) listener(read);
    };
    await watchOnce(shell, onLine, signal);
    received(false);
    // If it answers and ends immediately, repeatedly, the delay increases.
    if (performance.now() - connectedAt > LONGEST_PAUSE_MS) pause = FIRST_PAUSE_MS;
    gap = true;
    // A lab that is gone is reported by the network's watchers.
    if (!signal.aborted) await revive().catch(() => undefined);
    await sleep(pause, undefined, { signal, ref: false }).catch(ignoreAbort);
    pause = Math.min(pause * 2, LONGEST_PAUSE_MS);
  }
  received(false);
}

/** One virsh from start to end. If the shell can't start it (the host is gone), the network's watchers report that. */
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
