import type { Duplex } from 'node:stream';
import { AppError, note } from '../../../contract';
import type { ScreenLine } from '../../../engine/ports/host-driver';
import type { Shell } from '../../shell';
import { screenSocket } from './domain-xml';
import { dumpXml, noSuchVm } from './virsh';
import { text, withXml } from './xml';

/**
 * Connects to the VNC server that QEMU runs for a VM on a unix socket; no port is opened for it.
 * @throws AppError NOT_SUPPORTED for a VM defined without a display, STATE_ILLEGAL if it does not run
 */
export async function openVnc(shell: Shell, vmId: string, signal: AbortSignal): Promise<ScreenLine> {
  try {
    return new VncLine(await shell.connect(screenSocket(vmId)));
  } catch (cause) {
    throw await whyNot(shell, vmId, cause, signal);
  }
}

/** No server is on the socket: the definition says whether there can be one. */
async function whyNot(shell: Shell, vmId: string, cause: unknown, signal: AbortSignal): Promise<AppError> {
  const xml = await dumpXml(shell, vmId, 'inactive', signal);
  if (xml === null) return noSuchVm(vmId, shell);
  const socket = withXml(xml, ({ root }) => text(root, 'devices/graphics[@type="vnc"]/@socket'));
  if (socket === screenSocket(vmId))
    return new AppError('STATE_ILLEGAL', 'The VM has no open screen: it is not running', {
      remedy: note('Start it first.'),
      cause,
    });
  return new AppError('NOT_SUPPORTED', 'The VM has no screen that Atoll can reach', {
    remedy: note('Use its console. Only VMs that boot an image, a disk, an ISO or a kernel have a screen.'),
    cause,
  });
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
