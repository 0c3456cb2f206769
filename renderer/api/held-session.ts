import { z } from 'zod';
import { BROWSER_DOOR } from '../../contract/browser-door';

const Held = z.object({ id: z.string().regex(/^[\w-]+$/), key: z.string().regex(/^[\w-]+$/) });
/** What this browser keeps of its session at the browser door. */
export type HeldSession = z.infer<typeof Held>;

/**
 * Read at each connection: another tab may have signed in anew. Local storage, because a console's window and a second tab are the same
 * person's; unlike a cookie it is of this port alone.
 */
export function heldSession(storage: Pick<Storage, 'getItem'> = localStorage): HeldSession | null {
  try {
    const held = Held.safeParse(JSON.parse(storage.getItem(BROWSER_DOOR.storage) ?? 'null'));
    return held.success ? held.data : null;
  } catch {
    // No JSON, or a storage that this browser refuses.
    return null;
  }
}
