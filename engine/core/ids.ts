import { v7 } from 'uuid';

/** Random bytes are requested for this many ids at once: a call for each is the slowest part of an id. */
const IDS_AT_ONCE = 256;
const BYTES = 16;

const pool = new Uint8Array(IDS_AT_ONCE * BYTES);
let used = pool.length;
let last = { msecs: 0, seq: 0 };

/** A new id. Version 7: later ids sort later, also within a millisecond, so rows are added at the end of their index. */
export function newId(): string {
  if (used === pool.length) {
    crypto.getRandomValues(pool);
    used = 0;
  }
  const random = pool.subarray(used, (used += BYTES));
  last = following(random);
  return v7({ random, ...last });
}

/**
 * A new millisecond begins at a random number of 31 bits; within one it counts up, past the 32nd bit into the next (RFC 9562, 6.2).
 */
function following(random: Uint8Array): { msecs: number; seq: number } {
  const now = Date.now();
  if (now > last.msecs) return { msecs: now, seq: new DataView(random.buffer, random.byteOffset).getUint32(0) >>> 1 };
  const seq = (last.seq + 1) >>> 0;
  return { msecs: seq === 0 ? last.msecs + 1 : last.msecs, seq };
}

/** A time as in the database and the contract: ISO 8601 in UTC with milliseconds. */
export const instant = (ms: number): string => new Date(ms).toISOString();
