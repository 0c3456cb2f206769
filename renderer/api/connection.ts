import { type ClientContext, type ClientLink, type ClientOptions, ORPCError } from '@orpc/client';
import { AppError, note } from '../../contract';
import { text } from './text';

/** One open way to the engine: a link to call over, and a promise that is kept when the way ends. */
export interface Wire {
  readonly link: ClientLink<ClientContext>;
  readonly closed: Promise<void>;
}

/**
 * connecting: never reached the engine yet · open · away: lost, trying again · signed_out: the door no longer knows this
 * window (it was started anew), only its printed link helps.
 *
 *   connecting ─→ open ⇄ away ─→ signed_out
 */
export type ConnectionState = 'connecting' | 'open' | 'away' | 'signed_out';

/** Opens a wire, or throws; `AppError FORBIDDEN` when the door refuses this window for good. */
export type OpenWire = () => Promise<Wire>;

const FIRST_WAIT_MS = 250;
const LONGEST_WAIT_MS = 8_000;
const PATIENCE_MS = 15_000;

/** A link that outlives its wires: calls wait for the next one, for a while, and never see a closed socket. */
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

  /** Calls `watcher` after each change of state, or of wire; returns how to stop it. */
  readonly watch = (watcher: () => void): (() => void) => {
    this.#watchers.add(watcher);
    return () => this.#watchers.delete(watcher);
  };

  /** Begins to connect, and goes on for the window's life. Calling it again does nothing. */
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
      // An error that the engine did not send, on a wire that is gone, is that the wire is gone.
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
