import { randomBytes } from 'node:crypto';
import { sameSecret } from './guard';

const BYTES = 32;
/** More windows than any person opens; the oldest unused link or session gives way. */
const MOST = 64;

/** Who may come in: one-time tokens of printed links, and the sessions that they were exchanged for. In memory only. */
export class Sessions {
  readonly #tokens: string[] = [];
  readonly #sessions: string[] = [];

  /** A new token for a link; good for one exchange. */
  token(): string {
    return keep(this.#tokens, secret());
  }

  /** Spends a token. Returns the session that it was good for, or null. */
  exchange(token: string): string | null {
    const at = this.#tokens.findIndex((known) => sameSecret(known, token));
    if (at < 0) return null;
    this.#tokens.splice(at, 1);
    return keep(this.#sessions, secret());
  }

  has(session: string | null): boolean {
    return session !== null && this.#sessions.some((known) => sameSecret(known, session));
  }
}

const secret = (): string => randomBytes(BYTES).toString('base64url');

function keep(list: string[], value: string): string {
  list.push(value);
  if (list.length > MOST) list.shift();
  return value;
}
