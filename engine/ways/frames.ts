/** Frames of a relay line (engine/ports/stretch.ts): `length16 host16 datagram`, big-endian. */

/** The host number of frames that acknowledge bytes instead of carrying a datagram. */
export const ACKNOWLEDGE = 65_535;
export const HEADER_BYTES = 4;

export interface Frame {
  /** Of the receiver in what a host sends, of the sender in what it gets. */
  readonly host: number;
  readonly data: Uint8Array;
}

/** Splits the bytes of a line into frames. Holds at most one unfinished frame: less than 64 KiB. */
export class FrameReader {
  private rest: Uint8Array<ArrayBufferLike> = new Uint8Array();

  /** The frames that are complete now. Their data is only valid until the next call. */
  read(bytes: Uint8Array): Frame[] {
    const all = this.rest.length === 0 ? bytes : joined([this.rest, bytes]);
    const view = new DataView(all.buffer, all.byteOffset, all.byteLength);
    const frames: Frame[] = [];
    let at = 0;
    while (all.length - at >= HEADER_BYTES) {
      const end = at + HEADER_BYTES + view.getUint16(at);
      if (end > all.length) break;
      frames.push({ host: view.getUint16(at + 2), data: all.subarray(at + HEADER_BYTES, end) });
      at = end;
    }
    this.rest = at === all.length ? new Uint8Array() : all.slice(at);
    return frames;
  }
}

export function frame(host: number, data: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(HEADER_BYTES + data.length);
  const view = new DataView(bytes.buffer);
  view.setUint16(0, data.length);
  view.setUint16(2, host);
  bytes.set(data, HEADER_BYTES);
  return bytes;
}

/** Acknowledges that so many bytes have arrived since the line was opened. */
export function acknowledgement(total: number): Uint8Array {
  const data = new Uint8Array(4);
  new DataView(data.buffer).setUint32(0, total % 2 ** 32);
  return frame(ACKNOWLEDGE, data);
}

/** The total in an acknowledgement, modulo 2^32; null: it is none. */
export const acknowledgedIn = (data: Uint8Array): number | null =>
  data.length === 4 ? new DataView(data.buffer, data.byteOffset, 4).getUint32(0) : null;

export function joined(parts: readonly Uint8Array[]): Uint8Array {
  const all = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}
