import { AppError, note } from '../../contract';
import type { Core } from '../context';
import type { ConsoleLine } from '../ports/host-driver';
import type { VmRow } from '../ports/store';
import { assertVmStateAllows } from './rules';

/** How much earlier output a late reader gets; the same as drivers keep. */
const KEEP_BYTES = 256 * 1024;
/** A guest that prints letter by letter creates many small pieces, each of which takes more than its bytes. */
const MOST_PIECES = 4096;
/** A line without readers stays open for a while: otherwise single write calls would each open it. Milliseconds. */
const LINGER_MS = 10_000;

/** One piece of a console. */
export interface Piece {
  readonly bytes: Uint8Array;
  readonly replay: boolean;
}

/** One reader of a console. Slow readers lose the middle, never the end: above the limit they start again from the replay. */
export class ConsoleReader {
  private pieces: Piece[] = [];
  private waiting = 0;
  ended = false;
  wake: () => void = () => undefined;

  push(bytes: Uint8Array, replay: boolean): void {
    if (bytes.length === 0) return;
    this.pieces.push({ bytes, replay });
    this.waiting += bytes.length;
    this.wake();
  }

  /** Whether so much is queued that the replay serves the reader better. */
  get tooSlow(): boolean {
    return this.waiting > 2 * KEEP_BYTES || this.pieces.length > MOST_PIECES;
  }

  restart(replay: Uint8Array): void {
    this.pieces = [];
    this.waiting = 0;
    this.push(replay, true);
  }

  /** The next pieces of one kind, joined; undefined: none. */
  take(): Piece | undefined {
    const replay = this.pieces[0]?.replay;
    if (replay === undefined) return undefined;
    const count = this.pieces.findIndex((piece) => piece.replay !== replay);
    const taken = this.pieces.splice(0, count < 0 ? this.pieces.length : count);
    const bytes = Buffer.concat(taken.map((piece) => piece.bytes));
    this.waiting -= bytes.length;
    return { bytes, replay };
  }

  end(): void {
    this.ended = true;
    this.wake();
  }
}

/** The last bytes of an endless line. Each byte is copied about twice, even if they arrive one by one. */
export class Tail {
  private readonly block: Buffer;
  private used = 0;

  constructor(private readonly most: number) {
    this.block = Buffer.alloc(2 * most);
  }

  add(bytes: Uint8Array): void {
    const piece = bytes.subarray(-this.most);
    if (this.used + piece.length > this.block.length) {
      const keep = this.most - piece.length;
      this.block.copyWithin(0, this.used - keep, this.used);
      this.used = keep;
    }
    this.block.set(piece, this.used);
    this.used += piece.length;
  }

  copy(): Uint8Array {
    return Uint8Array.prototype.slice.call(this.block, Math.max(0, this.used - this.most), this.used);
  }
}

/** One VM's open line, shared by all its readers: a serial socket takes one client at a time. */
class SharedLine {
  private readonly readers = new Set<ConsoleReader>();
  private readonly kept = new Tail(KEEP_BYTES);
  private cancelLinger: (() => void) | null = null;
  closed = false;

  constructor(
    private readonly line: ConsoleLine,
    private readonly after: (ms: number, fn: () => void) => () => void,
    private readonly onEnd: () => void,
  ) {
    this.kept.add(line.replay);
    line.onData((bytes) => this.receive(bytes));
    line.onClose(() => this.end());
    this.linger();
  }

  read(): ConsoleReader {
    const reader = new ConsoleReader();
    reader.push(this.kept.copy(), true);
    if (this.closed) reader.end();
    else this.readers.add(reader);
    this.cancelLinger?.();
    this.cancelLinger = null;
    return reader;
  }

  leave(reader: ConsoleReader): void {
    this.readers.delete(reader);
    if (this.readers.size === 0) this.linger();
  }

  write(bytes: Uint8Array): void {
    this.line.write(bytes);
    if (this.readers.size === 0) this.linger();
  }

  private receive(bytes: Uint8Array): void {
    this.kept.add(bytes);
    for (const reader of this.readers) {
      reader.push(bytes, false);
      if (reader.tooSlow) reader.restart(this.kept.copy());
    }
  }

  private linger(): void {
    this.cancelLinger?.();
    this.cancelLinger = this.after(LINGER_MS, () => {
      if (this.readers.size === 0 && !this.closed) this.line.close();
      this.end();
    });
  }

  private end(): void {
    if (this.closed) return;
    this.closed = true;
    this.cancelLinger?.();
    for (const reader of this.readers) reader.end();
    this.readers.clear();
    this.onEnd();
  }
}

/** The consoles of all VMs: one line for each that is in use. */
export class ConsoleHub {
  private readonly lines = new Map<string, Promise<SharedLine>>();

  constructor(private readonly core: Pick<Core, 'actors' | 'clock'>) {}

  /** A reader that first gets earlier output. Throws if the VM's state or host allow no console. */
  async read(vm: VmRow): Promise<{ reader: ConsoleReader; leave: () => void }> {
    const line = await this.line(vm);
    const reader = line.read();
    return { reader, leave: () => line.leave(reader) };
  }

  async write(vm: VmRow, bytes: Uint8Array): Promise<void> {
    (await this.line(vm)).write(bytes);
  }

  private line(vm: VmRow): Promise<SharedLine> {
    assertVmStateAllows(vm, 'console');
    const open = this.lines.get(vm.id) ?? this.open(vm);
    this.lines.set(vm.id, open);
    return open;
  }

  private async open(vm: VmRow): Promise<SharedLine> {
    const forget = (): void => void this.lines.delete(vm.id);
    try {
      if (vm.hostId === null)
        throw new AppError('STATE_ILLEGAL', `The VM "${vm.name}" has no host`, {
          field: 'vm',
          remedy: note('Start it first.'),
        });
      const { driver } = this.core.actors.get(vm.hostId);
      const line = await driver.vms.openConsole(vm.id, AbortSignal.timeout(10_000));
      return new SharedLine(line, (ms, fn) => this.core.clock.after(ms, fn), forget);
    } catch (error) {
      forget();
      throw error;
    }
  }
}
