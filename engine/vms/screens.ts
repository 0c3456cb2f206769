import { AppError, type ScreenChunk, note } from '../../contract';
import { Channel, type Following } from '../core/channel';
import type { Core } from '../context';
import { newId } from '../core/ids';
import type { ScreenLine } from '../ports/host-driver';
import type { VmRow } from '../ports/store';
import { assertVmHasScreen, assertVmStateAllows } from './rules';

/** The maximum size of a chunk; a multiple of 3, so that base64 needs no padding in between. */
const CHUNK_BYTES = 192 * 1024;
/** More than this is not queued for a viewer: its server is paused until half of it is read. */
const MOST_WAITING = 4 * CHUNK_BYTES;
const OPEN_TIMEOUT_MS = 10_000;

/** One viewer of a screen: the unread output of its server. */
class Viewer {
  readonly id = newId();
  private waiting: Uint8Array[] = [];
  private bytes = 0;
  private named = false;
  private held = false;
  private ended = false;
  private wake: () => void = () => undefined;

  constructor(readonly line: ScreenLine) {
    line.onData((bytes) => this.receive(bytes));
    line.onClose(() => this.end());
  }

  subscribe(wake: () => void): () => void {
    this.wake = wake;
    return () => this.line.close();
  }

  /** The next chunk. The first one is available at once and only names the viewer. */
  pull(): { value: ScreenChunk } | 'wait' | 'done' {
    if (this.bytes === 0 && this.named) return this.ended ? 'done' : 'wait';
    this.named = true;
    const all = Buffer.concat(this.waiting);
    const rest = all.subarray(CHUNK_BYTES);
    this.waiting = rest.length > 0 ? [rest] : [];
    this.bytes = rest.length;
    if (this.held && this.bytes <= MOST_WAITING / 2) this.hold(false);
    return { value: { screen: this.id, data: all.toString('base64', 0, Math.min(all.length, CHUNK_BYTES)) } };
  }

  private receive(bytes: Uint8Array): void {
    this.waiting.push(bytes);
    this.bytes += bytes.length;
    if (!this.held && this.bytes > MOST_WAITING) this.hold(true);
    this.wake();
  }

  private hold(on: boolean): void {
    this.held = on;
    this.line.hold(on);
  }

  private end(): void {
    this.ended = true;
    this.wake();
  }
}

/**
 * The open screens of all VMs. Unlike a serial line, a VNC server accepts several viewers, and its output depends on the requests
 * of each one: so each has a separate connection.
 */
export class Screens {
  private readonly viewers = new Map<string, Viewer>();

  constructor(private readonly core: Pick<Core, 'actors'>) {}

  /** Opens the screen of a VM and follows it until the VM or the viewer ends it. */
  async follow(vm: VmRow, signal: AbortSignal | undefined): Promise<Following<ScreenChunk>> {
    assertVmHasScreen(vm);
    assertVmStateAllows(vm, 'screen');
    if (vm.hostId === null)
      throw new AppError('STATE_ILLEGAL', `The VM "${vm.name}" has no host`, {
        field: 'vm',
        remedy: note('Start it first.'),
      });
    const { driver } = this.core.actors.get(vm.hostId);
    const viewer = new Viewer(await driver.vms.openScreen(vm.id, AbortSignal.timeout(OPEN_TIMEOUT_MS)));
    this.viewers.set(viewer.id, viewer);
    viewer.line.onClose(() => void this.viewers.delete(viewer.id));
    return new Channel(
      () => viewer.pull(),
      (wake) => viewer.subscribe(wake),
      signal,
    );
  }

  /** Sends base64 `data` to the server of an open screen. */
  async write(screen: string, data: string): Promise<{ bytes: number }> {
    const viewer = this.viewers.get(screen);
    if (!viewer)
      throw new AppError('NOT_FOUND', 'This screen is no longer open', {
        field: 'screen',
        remedy: note('Open it again. Its VM may have ended.'),
      });
    const bytes = Buffer.from(data, 'base64');
    await viewer.line.write(bytes);
    return { bytes: bytes.length };
  }
}
