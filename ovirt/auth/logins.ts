import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import { OVIRT_API_USER } from '../../contract/model/ovirt-api';
import { verifyPassword } from './passwords';

/** Wrong passwords that are answered at once; each further one costs a wait, up to the longest. */
const FREE_FAILURES = 5;
const FIRST_WAIT_MS = 1_000;
const LONGEST_WAIT_MS = 8_000;
/** After this time without a wrong password the next ones are free again. */
const FORGIVEN_MS = 600_000;
/** Sign-ins that wait for their turn; more are turned away. */
const MOST_WAITING = 64;

export const TOKEN_MS = 8 * 3_600_000;
/** A session or token that is not used ends after this time. */
const IDLE_MS = 30 * 60_000;
const MOST_GRANTS = 1_000;

export interface LoginsOptions {
  /** Of the one user's password. */
  readonly hash: string;
  readonly now?: () => number;
  readonly sleep?: (ms: number) => Promise<unknown>;
  /** Called for each wrong password. */
  readonly onRefused?: () => void;
}

/** `busy`: too many others are waiting. */
export type Verdict = 'accepted' | 'refused' | 'busy';

interface Grant {
  readonly until: number;
  seenAt: number;
}

/** Who may use the API: the password, and the tokens and sessions that were given for it. In memory only; digests, never secrets. */
export class Logins {
  readonly #options: LoginsOptions;
  readonly #now: () => number;
  readonly #key = randomBytes(32);
  /** Digest of what was accepted last: a client that sends its password with each request is not to wait for each. */
  #accepted: Buffer | null = null;
  #failures = 0;
  #failedAt = 0;
  #turn: Promise<unknown> = Promise.resolve();
  #waiting = 0;
  readonly #grants = new Map<string, Grant>();

  constructor(options: LoginsOptions) {
    this.#options = options;
    this.#now = options.now ?? Date.now;
  }

  /** Checks a name and a password, one at a time; slowly after several wrong ones. */
  async check(user: string, password: string): Promise<Verdict> {
    const digest = this.#digest(`${user}\0${password}`);
    if (this.#isKnown(digest)) return 'accepted';
    if (this.#waiting >= MOST_WAITING) return 'busy';
    this.#waiting += 1;
    const mine = this.#turn.then(() => this.#try(user, password, digest));
    this.#turn = mine.catch(() => undefined);
    try {
      return await mine;
    } finally {
      this.#waiting -= 1;
    }
  }

  /** A new token, and when it ends. */
  grant(): { readonly secret: string; readonly until: number } {
    const now = this.#now();
    for (const [key, { until, seenAt }] of this.#grants)
      if (now >= until || now - seenAt >= IDLE_MS) this.#grants.delete(key);
    const [oldest] = this.#grants.keys();
    if (this.#grants.size >= MOST_GRANTS && oldest !== undefined) this.#grants.delete(oldest);
    const secret = randomBytes(32).toString('base64url');
    const until = now + TOKEN_MS;
    this.#grants.set(this.#name(secret), { until, seenAt: now });
    return { secret, until };
  }

  /** When a token ends; null: it is unknown, revoked or over. Found by its digest, so that time tells nothing about its text. */
  holds(secret: string): number | null {
    const name = this.#name(secret);
    const grant = this.#grants.get(name);
    if (grant === undefined) return null;
    const now = this.#now();
    if (now >= grant.until || now - grant.seenAt >= IDLE_MS) {
      this.#grants.delete(name);
      return null;
    }
    grant.seenAt = now;
    return grant.until;
  }

  revoke(secret: string): void {
    this.#grants.delete(this.#name(secret));
  }

  async #try(user: string, password: string, digest: Buffer): Promise<Verdict> {
    // Somebody before in the row may have had the same.
    if (this.#isKnown(digest)) return 'accepted';
    if (this.#now() - this.#failedAt > FORGIVEN_MS) this.#failures = 0;
    const over = this.#failures - FREE_FAILURES;
    if (over >= 0) await (this.#options.sleep ?? pause)(Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** over));
    // A wrong name costs the same time as a wrong password.
    const matches = await verifyPassword(password, this.#options.hash);
    if (matches && user === OVIRT_API_USER) {
      this.#failures = 0;
      this.#accepted = digest;
      return 'accepted';
    }
    this.#failures += 1;
    this.#failedAt = this.#now();
    this.#options.onRefused?.();
    return 'refused';
  }

  #isKnown(digest: Buffer): boolean {
    return this.#accepted !== null && timingSafeEqual(digest, this.#accepted);
  }

  #digest(text: string): Buffer {
    return createHmac('sha256', this.#key).update(text).digest();
  }

  #name(secret: string): string {
    return this.#digest(secret).toString('base64');
  }
}

const pause = (ms: number): Promise<unknown> => wait(ms, undefined, { ref: false });
