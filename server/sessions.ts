import { randomBytes } from 'node:crypto';
import { digestOf, sameDigest } from './guard';

const BYTES = 32;
const ID_BYTES = 16;
/** More windows than any person opens; the oldest unused link or session gives way. */
const MOST = 64;
/** Spent links are remembered, so that a second use is noticed. */
const MOST_SPENT = 1_000;
/** A link that is opened by a program is used at once, one that is pasted soon. */
export const TOKEN_MS = 60_000;
/** A session without a window and without a request ends after this time. */
export const IDLE_MS = 12 * 3_600_000;

/** What the browser is given of a new session; only digests of it are kept here. */
export interface Credentials {
  readonly id: string;
  /** Lets the screens be loaded, and nothing else. */
  readonly screens: string;
  /** With `key`: lets a window talk to the engine. */
  readonly cookie: string;
  readonly key: string;
}

/** A session as others may see it. */
export interface SessionView {
  readonly id: string;
  readonly browser: string;
  readonly openedAt: number;
  readonly seenAt: number;
  readonly windows: number;
}

/**
 * `same`: the browser that has the session came back with its link. `reused`: another one came with a link that was spent; the session
 * that it was spent on (null: it had ended before) has been ended.
 */
export type Entry =
  | { readonly kind: 'entered'; readonly credentials: Credentials }
  | { readonly kind: 'same' }
  | { readonly kind: 'reused'; readonly ended: SessionView | null }
  | { readonly kind: 'expired' }
  | { readonly kind: 'unknown' };

export type EndReason = 'signed out' | 'idle' | 'link reused' | 'too many';

interface Session {
  readonly id: string;
  readonly browser: string;
  readonly openedAt: number;
  seenAt: number;
  readonly screens: Buffer;
  readonly cookie: Buffer;
  readonly key: Buffer;
  /** How each of its windows is closed. */
  readonly windows: Set<() => void>;
}

export interface SessionsOptions {
  readonly now?: () => number;
  /** Called after a session was ended, however that came. */
  readonly onEnded?: (session: SessionView, why: EndReason) => void;
  /** Called with each token that is good for nothing any more: spent, expired or pushed out. */
  readonly onTokenDone?: (token: string) => void;
}

/** Who may come in: one-time tokens of links, and the sessions that they were exchanged for. In memory only. */
export class Sessions {
  /** Unspent, oldest first. */
  readonly #tokens = new Map<string, number>();
  /** Digests of spent tokens, and the ids of the sessions that they made. */
  readonly #spent = new Map<string, string>();
  readonly #expired = new Set<string>();
  readonly #sessions = new Map<string, Session>();
  readonly #now: () => number;
  readonly #onEnded: NonNullable<SessionsOptions['onEnded']>;
  readonly #onTokenDone: NonNullable<SessionsOptions['onTokenDone']>;

  constructor({ now = Date.now, onEnded, onTokenDone }: SessionsOptions = {}) {
    this.#now = now;
    this.#onEnded = onEnded ?? (() => undefined);
    this.#onTokenDone = onTokenDone ?? (() => undefined);
  }

  /** A new token for a link; good for one exchange, for a minute. */
  token(): string {
    this.sweep();
    const token = secret(BYTES);
    this.#tokens.set(token, this.#now() + TOKEN_MS);
    const [oldest] = this.#tokens.keys();
    if (this.#tokens.size > MOST && oldest !== undefined) this.#drop(oldest);
    return token;
  }

  /** Spends a token. `held`: the session that the caller says it has, which is proven by its key. */
  enter(token: string, browser: string, held: { readonly id: string; readonly key: string } | null = null): Entry {
    this.sweep();
    const digest = digestOf(token).toString('base64');
    const made = this.#spent.get(digest);
    if (made !== undefined) return this.#reuse(made, held);
    const known = [...this.#tokens.keys()].find((one) => sameDigest(digestOf(one), digestOf(token)));
    if (known === undefined) return { kind: this.#expired.has(digest) ? 'expired' : 'unknown' };
    this.#tokens.delete(known);
    this.#onTokenDone(known);
    const credentials = this.#open(browser);
    bounded(this.#spent, MOST_SPENT).set(digest, credentials.id);
    return { kind: 'entered', credentials };
  }

  /** Whether one of these cookies lets the screens be loaded. Several may have one name: other ports of this address can set some. */
  showsScreens(cookies: readonly string[]): boolean {
    this.sweep();
    const digests = cookies.map(digestOf);
    for (const session of this.#sessions.values()) {
      if (!digests.some((digest) => sameDigest(digest, session.screens))) continue;
      session.seenAt = this.#now();
      return true;
    }
    return false;
  }

  /** Whether the caller has this session: one of its cookies, and its key. */
  verify(id: string, cookies: readonly string[], key: string | null): boolean {
    this.sweep();
    const session = this.#sessions.get(id);
    if (session === undefined || key === null || !sameDigest(digestOf(key), session.key)) return false;
    if (!cookies.some((cookie) => sameDigest(digestOf(cookie), session.cookie))) return false;
    session.seenAt = this.#now();
    return true;
  }

  /** A new value of the cookie that lets the screens be loaded, for a session that was just verified; the one before ends. */
  renewScreens(id: string): string {
    const session = this.#sessions.get(id);
    const screens = secret(BYTES);
    if (session !== undefined) this.#sessions.set(id, { ...session, screens: digestOf(screens) });
    return screens;
  }

  /** A window of the session has connected; `close` is called when the session ends. Returns what to call when it is gone. */
  addWindow(id: string, close: () => void): () => void {
    this.#sessions.get(id)?.windows.add(close);
    return () => {
      const session = this.#sessions.get(id);
      if (session?.windows.delete(close)) session.seenAt = this.#now();
    };
  }

  list(): SessionView[] {
    this.sweep();
    return [...this.#sessions.values()].map(viewOf);
  }

  /** Ends a session and closes its windows. Returns it as it was, or null when there is none of that id. */
  end(id: string, why: EndReason): SessionView | null {
    const session = this.#sessions.get(id);
    if (session === undefined) return null;
    this.#sessions.delete(id);
    const view = viewOf(session);
    for (const close of session.windows) close();
    this.#onEnded(view, why);
    return view;
  }

  /** Ends what is past its time. Every other call does so first; call it now and then, so that ends are noticed. */
  sweep(): void {
    const now = this.#now();
    for (const [token, until] of this.#tokens) if (now >= until) this.#drop(token);
    for (const { id, seenAt, windows } of [...this.#sessions.values()])
      if (windows.size === 0 && now - seenAt >= IDLE_MS) this.end(id, 'idle');
  }

  #reuse(made: string, held: { readonly id: string; readonly key: string } | null): Entry {
    const session = this.#sessions.get(made);
    const isSame = session !== undefined && held?.id === made && sameDigest(digestOf(held.key), session.key);
    return isSame ? { kind: 'same' } : { kind: 'reused', ended: this.end(made, 'link reused') };
  }

  #open(browser: string): Credentials {
    const credentials = { id: secret(ID_BYTES), screens: secret(BYTES), cookie: secret(BYTES), key: secret(BYTES) };
    const at = this.#now();
    this.#sessions.set(credentials.id, {
      id: credentials.id,
      browser,
      openedAt: at,
      seenAt: at,
      screens: digestOf(credentials.screens),
      cookie: digestOf(credentials.cookie),
      key: digestOf(credentials.key),
      windows: new Set(),
    });
    if (this.#sessions.size > MOST) this.#endOldest();
    return credentials;
  }

  #endOldest(): void {
    const byUse = [...this.#sessions.values()].sort(
      (a, b) => Math.min(a.windows.size, 1) - Math.min(b.windows.size, 1) || a.seenAt - b.seenAt,
    );
    if (byUse[0] !== undefined) this.end(byUse[0].id, 'too many');
  }

  #drop(token: string): void {
    this.#tokens.delete(token);
    if (this.#expired.size >= MOST_SPENT) this.#expired.clear();
    this.#expired.add(digestOf(token).toString('base64'));
    this.#onTokenDone(token);
  }
}

const secret = (bytes: number): string => randomBytes(bytes).toString('base64url');

const viewOf = ({ id, browser, openedAt, seenAt, windows }: Session): SessionView => ({
  id,
  browser,
  openedAt,
  seenAt,
  windows: windows.size,
});

/** Makes room for one more by forgetting the oldest. */
function bounded<V>(map: Map<string, V>, most: number): Map<string, V> {
  const [oldest] = map.keys();
  if (map.size >= most && oldest !== undefined) map.delete(oldest);
  return map;
}
