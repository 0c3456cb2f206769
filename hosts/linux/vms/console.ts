import type { Duplex } from 'node:stream';
import { AppError, note } from '../../../contract';
import type { ConsoleLine } from '../../../engine/ports/host-driver';
import type { Shell } from '../../shell';
import { Gathered } from '../../shells/limits';
import { serialSocket } from './lines-xml';
import { connectSerial, serialPlace } from './foreign-lines';
import { liveXml } from './virsh';

const REPLAY_BYTES = 256 * 1024;

/** How much is buffered while a console is being opened. */
const EARLY_BYTES = 4 * REPLAY_BYTES;

/** virtlogd starts a new file at 2 MiB and keeps the old one as `.0`; base64 because a console's bytes need not be UTF-8. */
const TAIL = `cat -- "$1.0" "$1" 2>/dev/null | tail -c "$2" | base64 -w0`;

/**
 * Opens the serial console of a running VM: first the log, then live output.
 * @throws AppError STATE_ILLEGAL if the VM has no serial console to open (it does not run)
 */
export async function openSerial(shell: Shell, vmId: string, log: string, signal: AbortSignal): Promise<ConsoleLine> {
  const socket = await shell.connect(serialSocket(vmId)).catch(() => null);
  // What QEMU printed on a port that Atoll did not define is kept nowhere.
  if (socket === null) return openForeign(shell, vmId, signal);
  // Listening starts before the log is read, so nothing is lost in between; the overlap is removed below.
  const line = new SerialLine(socket);
  try {
    const { stdout } = await shell.script(TAIL, [log, String(REPLAY_BYTES)], { signal });
    line.setReplay(Buffer.from(stdout, 'base64').subarray(-REPLAY_BYTES));
    return line;
  } catch (error) {
    line.close();
    throw error;
  }
}

/** The serial console of a VM that Atoll did not define, where its definition has one. */
async function openForeign(shell: Shell, vmId: string, signal: AbortSignal): Promise<ConsoleLine> {
  const live = await liveXml(shell, vmId, signal);
  if (live === null)
    throw new AppError('STATE_ILLEGAL', 'The VM has no open serial line: it is not running', {
      remedy: note('Start it first.'),
    });
  const place = serialPlace(live);
  if (place === null)
    throw new AppError('NOT_SUPPORTED', 'The definition of the VM has no serial port that Atoll can open', {
      remedy: note('Add one of the type pty to its definition (virsh edit), and start the VM again.'),
    });
  return new SerialLine(await connectSerial(shell, place));
}

class SerialLine implements ConsoleLine {
  replay: Uint8Array = new Uint8Array();
  /**
   * Output that arrives before there is a listener; above the limit the guest's console is paused, and QEMU's buffer fills instead
   * of ours.
   */
  private early = new Gathered();
  private listeners: Array<(bytes: Uint8Array) => void> = [];
  private closed = false;

  constructor(private readonly socket: Duplex) {
    socket.on('data', (bytes: Buffer) => this.hear(bytes));
    // A reset means that QEMU was killed; `close` follows and reports it.
    socket.on('error', () => socket.destroy());
    socket.on('close', () => (this.closed = true));
  }

  setReplay(log: Buffer): void {
    this.replay = log.subarray(0, log.length - overlap(log, this.early.bytes()));
  }

  onData(listener: (bytes: Uint8Array) => void): void {
    this.listeners.push(listener);
    const waiting = this.early;
    this.early = new Gathered();
    if (waiting.length > 0) this.hear(waiting.bytes());
    this.socket.resume();
  }

  onClose(listener: () => void): void {
    if (this.closed) queueMicrotask(listener);
    else this.socket.on('close', listener);
  }

  write(bytes: Uint8Array): void {
    if (!this.closed) this.socket.write(bytes);
  }

  close(): void {
    this.socket.destroy();
  }

  private hear(bytes: Buffer): void {
    if (this.listeners.length === 0) {
      this.early.add(bytes);
      if (this.early.length > EARLY_BYTES) this.socket.pause();
    } else for (const listener of this.listeners) listener(bytes);
  }
}

/**
 * How many bytes at the end of `log` are the start of `live`. Uses the prefix function of Knuth, Morris and Pratt, because a guest
 * chooses both: each byte is compared about twice, whatever they are.
 */
export function overlap(log: Buffer, live: Buffer): number {
  const most = Math.min(log.length, live.length);
  /** For each prefix of `live`: its longest proper border. */
  const fallback = new Uint32Array(most);
  const extend = (matched: number, byte: number | undefined): number => {
    let length = matched;
    while (length > 0 && (length === most || live[length] !== byte)) length = fallback[length - 1] ?? 0;
    return length < most && live[length] === byte ? length + 1 : length;
  };
  for (let at = 1; at < most; at += 1) fallback[at] = extend(fallback[at - 1] ?? 0, live[at]);
  let matched = 0;
  for (let at = log.length - most; at < log.length; at += 1) matched = extend(matched, log[at]);
  return matched;
}
