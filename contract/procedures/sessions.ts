import { z } from 'zod';
import { Session } from '../model/session';
import { command, query } from './base';

const ended = { ended: z.array(Session) };

/** Browsers that are signed in to the browser server of this engine; none without a server. */
export const sessions = {
  /** Most recently used first. */
  list: query.output(z.array(Session)),
  /** Signs a browser out: its windows are disconnected immediately, and it needs a new link to sign in again. */
  end: command({ session: z.string().min(1).max(64) }, ended),
  /** Signs all browsers out; `others`: all except the caller's own. */
  endAll: command({ others: z.boolean().default(false) }, ended),
};
