import type { Duplex } from 'node:stream';
import { AppError, note } from '../../../contract';
import type { ScreenLine } from '../../../engine/ports/host-driver';
import type { Shell } from '../../shell';
import { screenSocket } from './lines-xml';
import { connectVnc, vncPlace } from './foreign-lines';
import { liveXml } from './virsh';

/**
 * Connects to the VNC server of a VM: for one that Atoll defined, QEMU runs it on a unix socket, and no port is opened for it.
 * @throws AppError NOT_SUPPORTED for a VM without a VNC display that Atoll can reach, STATE_ILLEGAL if it does not run
 */
export async function openVnc(shell: Shell, vmId: string, signal: AbortSignal): Promise<ScreenLine> {
  const socket = await shell.connect(screenSocket(vmId)).catch(() => null);
  if (socket !== null) return new VncLine(socket);
  const live = await liveXml(shell, vmId, signal);
  if (live === null)
    throw new AppError('STATE_ILLEGAL', 'The VM has no open screen: it is not running', {
      remedy: note('Start it first.'),
    });
  return new VncLine(await connectVnc(shell, vncPlace(live)));
}

class VncLine implements ScreenLine {
  constructor(private readonly socket: Duplex) {
    // A reset means that QEMU was killed; `close` follows and reports it.
    socket.on('error', () => socket.destroy());
  }

  onData(listener: (bytes: Uint8Array) => void): void {
    this.socket.on('data', listener);
  }

  onClose(listener: () => void): void {
    if (this.socket.closed) queueMicrotask(listener);
    else this.socket.on('close', listener);
  }

  write(bytes: Uint8Array): Promise<void> {
    // The write callback gets an error if the socket ends in the meantime: `close` reports that.
    return new Promise((resolve) => void this.socket.write(bytes, () => resolve()));
  }

  hold(on: boolean): void {
    if (on) this.socket.pause();
    else this.socket.resume();
  }

  close(): void {
    this.socket.destroy();
  }
}
