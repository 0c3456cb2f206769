import { AppError, note } from '../../contract';

const MIB = 1024 * 1024;

/** The limit for both outputs of one command; a caller that expects more requests it (RunOptions.maxBytes). 3,000 interfaces are 6 MiB. */
export const FRAME_BYTES = 16 * MIB;
/** All concurrent commands of one host. */
export const HOST_BYTES = 64 * MIB;
/** A line of a watcher: `ip monitor`, nft and virsh write a few hundred bytes. */
export const LINE_CHARS = MIB;
/** What follows a marker on its line: an exit code. */
export const TRAILER_BYTES = 16;

/**
 * A host violated the protocol. The code makes the owner of the connection close it and reconnect, with delays that grow while this
 * repeats.
 */
export class HostMisbehaves extends AppError {
  constructor(host: string, what: string) {
    super('HOST_UNREACHABLE', `${host} ${what}; the connection was closed`, {
      remedy: note(
        'Atoll reconnects, with longer pauses each time this happens. Check what runs on that host and who has root there.',
      ),
    });
  }
}

/** Counts buffered bytes against a limit. */
export class Budget {
  private held = 0;

  constructor(private readonly most: number) {}

  /** False if they exceed the limit; they count all the same until they are released. */
  take(bytes: number): boolean {
    this.held += bytes;
    return this.held <= this.most;
  }

  give(bytes: number): void {
    this.held -= bytes;
  }
}

const FIRST_CAPACITY = 4096;

/**
 * Bytes that arrive in pieces, copied into one buffer that doubles: each byte is copied about twice whatever the size of the
 * pieces, and a flood of one-byte pieces takes no more memory than one large piece.
 */
export class Gathered {
  private block = Buffer.alloc(0);
  private used = 0;

  get length(): number {
    return this.used;
  }

  add(piece: Uint8Array): void {
    const needed = this.used + piece.length;
    if (needed > this.block.length) {
      const larger = Buffer.allocUnsafe(Math.max(FIRST_CAPACITY, needed, this.block.length * 2));
      this.block.copy(larger, 0, 0, this.used);
      this.block = larger;
    }
    this.block.set(piece, this.used);
    this.used = needed;
  }

  /** The bytes so far, not copied: valid until the next `add`. */
  bytes(from = 0, to = this.used): Buffer {
    return this.block.subarray(from, Math.min(to, this.used));
  }
}
