import { hashKey, type QueryClient, type QueryKey } from '@tanstack/react-query';
import { Pace } from './pace';

/** Reloads what the feed can't carry, throttled: a map of 10,000 VMs that changes constantly is not reloaded constantly. */
export class Reread {
  private wanted = new Map<string, QueryKey>();
  private readonly pace: Pace;

  constructor(cache: QueryClient) {
    this.pace = new Pace(
      () => {
        const keys = [...this.wanted.values()];
        // Cleared first: a change during the reload triggers another one.
        this.wanted = new Map();
        return Promise.all(keys.map((queryKey) => cache.invalidateQueries({ queryKey })));
      },
      { leastMs: 100, share: 0.25 },
    );
  }

  /** Everything whose key starts with this one; an empty key matches everything. */
  readonly ask = (key: QueryKey): void => {
    this.wanted.set(hashKey(key), key);
    this.pace.ask();
  };
}
