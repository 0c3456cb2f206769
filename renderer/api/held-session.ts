import { z } from 'zod';
import { BROWSER_DOOR } from '../../contract/browser-door';

const Held = z.object({ id: z.string().regex(/^[\w-]+$/), key: z.string().regex(/^[\w-]+$/) });
/** The session that this browser keeps for the browser server. */
export type HeldSession = z.infer<typeof Held>;

/**
 * Read on each connection, because another tab can have signed in again. Local storage is shared with the console window and other
 * tabs of the same user; unlike a cookie it is bound to this port.
 */
export function heldSession(storage: Pick<Storage, 'getItem'> = localStorage): HeldSession | null {
  try {
    const held = Held.safeParse(JSON.parse(storage.getItem(BROWSER_DOOR.storage) ?? 'null'));
    return held.success ? held.data : null;
  } catch {
    // Invalid JSON, or storage that this browser blocks.
    return null;
  }
}
