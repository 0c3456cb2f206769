import { z } from 'zod';
import { Instant } from './common';

/**
 * A browser that is signed in to the browser server. The session lasts until it is signed out, is unused for 12 hours, or the
 * engine ends.
 */
export const Session = z.object({
  id: z.string(),
  /** The browser and its system by their own description: a claim, not a proof. */
  browser: z.string(),
  openedAt: Instant,
  /** The time of its last request, or when its last window was closed. */
  seenAt: Instant,
  /** Windows and tabs that are connected now. */
  windows: z.int(),
  /** Whether the caller is one of its windows. */
  isCurrent: z.boolean(),
});
export type Session = z.infer<typeof Session>;
