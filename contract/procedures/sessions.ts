import { z } from 'zod';
import { Session } from '../model/session';
import { command, query } from './base';

const ended = { ended: z.array(Session) };

/** Browsers that are signed in at the browser door of this engine; none where it has no such door. */
export const sessions = {
  /** The one that was used last comes first. */
  list: query.output(z.array(Session)),
  /** Signs a browser out: its windows are closed to the engine at once, and only a new link lets it in again. */
  end: command({ session: z.string().min(1).max(64) }, ended),
  /** Signs all browsers out; `others`: all but the caller's own. */
  endAll: command({ others: z.boolean().default(false) }, ended),
};
