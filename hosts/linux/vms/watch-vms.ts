import { setTimeout as sleep } from 'node:timers/promises';
import type { HostNotice } from '../../../engine/ports/host-driver';
import type { Shell, StreamHandle } from '../../shell';

const FIRST_PAUSE_MS = 100;
const LONGEST_PAUSE_MS = 10_000;

/** `uri` is answered (for example qemu:///system) once libvirtd has taken the connection on which the events then come. */
const COMMANDS = 'uri; event --all --loop';
const CONNECTED = /^\S+:\/\/\S*$/;

/**
 * Tells of every event that libvirt has for a VM, until aborted. virsh ends when libvirtd does (VMs survive that), so it is
 * started again, and the gap is told as a notice of its own: whatever happened meanwhile is found by looking.
 * `revive` is called when it was lost, where libvirt is ours to start (a lab). Resolves once the first virsh is connected, or at once where there is no libvirt to hear.
 */
export async function watchVms(
  shell: Shell,
  listener: (notice: HostNotice) => void,
  signal: AbortSignal,
  revive: () => Promise<void> = () => Promise.resolve(),
): Promise<void> {
  let first: (() => void) | null = null;
  const connected = new Promise<void>((resolve) => (first = resolve));
  void keepWatching(shell, listener, signal, revive, () => first?.());
  await connected;
}

async function keepWatching(
  shell: Shell,
  listener: (notice: HostNotice) => void,
  signal: AbortSignal,
  revive: () => Promise<void>,
  heard: () => void,
): Promise<void> {
  let pause = FIRST_PAUSE_MS;
  let gap = false;
  while (!signal.aborted) {
    const onLine = (line: string): void => {
      if (CONNECTED.test(line)) {
        pause = FIRST_PAUSE_MS;
        if (gap) listener({ kind: 'vm', detail: 'libvirt answers again' });
        gap = false;
        heard();
      }
      if (line.startsWith('event ')) listener({ kind: 'vm', detail: line });
    };
    await watchOnce(shell, onLine, signal);
    heard();
    gap = true;
    // A lab that is gone is told by the network's watchers.
    if (!signal.aborted) await revive().catch(() => undefined);
    await sleep(pause, undefined, { signal, ref: false }).catch(ignoreAbort);
    pause = Math.min(pause * 2, LONGEST_PAUSE_MS);
  }
  heard();
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
