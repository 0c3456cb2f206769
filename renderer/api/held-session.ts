import { BROWSER_DOOR } from '../../contract/browser-door';

/** The session that this browser keeps for the browser server. */
export interface HeldSession {
  readonly id: string;
  readonly key: string;
}

/** What both parts consist of: anything else would be a different path or a second subprotocol. */
const PART = /^[\w-]+$/;
const isPart = (part: unknown): part is string => typeof part === 'string' && PART.test(part);

/**
 * Read on each connection, because another tab can have signed in again. Local storage is shared with the console window and other
 * tabs of the same user; unlike a cookie it is bound to this port.
 */
export function heldSession(storage: Pick<Storage, 'getItem'> = localStorage): HeldSession | null {
  try {
    const held: unknown = JSON.parse(storage.getItem(BROWSER_DOOR.storage) ?? 'null');
    if (typeof held !== 'object' || held === null || !('id' in held) || !('key' in held)) return null;
    const { id, key } = held;
    return isPart(id) && isPart(key) ? { id, key } : null;
  } catch {
    // Invalid JSON, or storage that this browser blocks.
    return null;
  }
}
