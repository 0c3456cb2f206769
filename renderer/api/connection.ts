import { type ClientContext, type ClientLink, type ClientOptions, ORPCError } from '@orpc/client';
import { AppError } from '../../contract/app-error';
import { note } from '../../contract/remedy';
import { text } from './text';

/** An open transport to the engine: a link for calls, and a promise that resolves when it closes. */
export interface Wire {
  readonly link: ClientLink<ClientContext>;
  readonly closed: Promise<void>;
}

/**
 * connecting: not connected yet · open · away: connection lost, retrying · signed_out: the server no longer accepts this window (it
 * was restarted); only its printed link helps.
 *
 *     connecting ─→ open ⇄ away ─→ signed_out
 */
export type ConnectionState = 'connecting' | 'open' | 'away' | 'signed_out';

/** Opens a transport, or throws; `AppError FORBIDDEN` when the server rejects this window permanently. */
export type OpenWire = () => Promise<Wire>;

const FIRST_WAIT_MS = 250;
const LONGEST_WAIT_MS = 8_000;
const PATIENCE_MS = 15_000;

/** A link that outlives its transports: calls wait a limited time for the next one and never see a closed socket. */
export class Connection implements ClientLink<ClientContext> {
  #state: ConnectionState = 'connecting';
  #wire: Wire | null = null;
  #started = false;
  readonly #watchers = new Set<() => void>();

  constructor(
    private readonly openWire: OpenWire,
    private readonly sleep: (ms: number) => Promise<void> = (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
  ) {}

  get state(): ConnectionState {
    return this.#state;
  }

  /** Calls `watcher` after each change of state or transport; returns the unsubscribe function. */
  readonly watch = (watcher: () => void): (() => void) => {
    this.#watchers.add(watcher);
    return () => this.#watchers.delete(watcher);
  };

  /** Starts connecting, and keeps retrying while the window is open. Idempotent. */
  start(): void {
    if (this.#started) return;
    this.#started = true;
    void this.#stayConnected();
  }

  async call(path: readonly string[], input: unknown, options: ClientOptions<ClientContext>): Promise<unknown> {
    const wire = await this.#ready();
    try {
      return await wire.link.call(path, input, options);
    } catch (error) {
      // A local error after the transport has closed means that the connection was lost.
      if (error instanceof ORPCError || this.#wire === wire) throw error;
      throw new AppError('ENGINE_GONE', text.ended, {
        remedy: note(text.endedHint),
        cause: error,
      });
    }
  }

  async #stayConnected(): Promise<void> {
    let wait = FIRST_WAIT_MS;
    for (;;) {
      try {
        this.#wire = await this.openWire();
        wait = FIRST_WAIT_MS;
        this.#become('open');
        await this.#wire.closed;
        this.#wire = null;
        this.#become('away');
      } catch (error) {
        if (error instanceof AppError && error.code === 'FORBIDDEN') this.#become('signed_out');
        else if (this.#state !== 'connecting') this.#become('away');
      }
      await this.sleep(wait);
      wait = Math.min(wait * 2, LONGEST_WAIT_MS);
    }
  }

  #become(state: ConnectionState): void {
    this.#state = state;
    for (const watcher of [...this.#watchers]) watcher();
  }

  #ready(): Promise<Wire> {
    if (this.#wire !== null) return Promise.resolve(this.#wire);
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        stop();
        reject(new AppError('ENGINE_GONE', text.silent, { remedy: note(text.silentHint) }));
      }, PATIENCE_MS);
      const stop = this.watch(() => {
        if (this.#wire === null) return;
        clearTimeout(timer);
        stop();
        resolve(this.#wire);
      });
    });
  }
}
