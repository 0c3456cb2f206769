import type { ClientContext, ClientLink, ClientOptions } from '@orpc/client';

/** How long calls wait for the live feed before they are sent without it. */
const PATIENCE_MS = 2_000;
const FEED = 'live.follow';

/**
 * Delays calls until the live feed has started: from then on the feed keeps results current, so nothing is read twice. The feed's
 * own call does not wait.
 */
export class AfterFeed implements ClientLink<ClientContext> {
  #begun: Promise<void> | null;
  #begin: () => void = () => undefined;

  constructor(private readonly link: ClientLink<ClientContext>) {
    this.#begun = new Promise((resolve) => (this.#begin = resolve));
  }

  /** The feed has started, or will not. */
  readonly begin = (): void => {
    this.#begin();
    this.#begun = null;
  };

  async call(path: readonly string[], input: unknown, options: ClientOptions<ClientContext>): Promise<unknown> {
    if (this.#begun !== null && path.join('.') !== FEED) {
      const timer = setTimeout(this.begin, PATIENCE_MS);
      await this.#begun;
      clearTimeout(timer);
    }
    return this.link.call(path, input, options);
  }
}
