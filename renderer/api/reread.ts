import { hashKey, type QueryClient, type QueryKey } from '@tanstack/react-query';
import { Pace } from './pace';

/** Reads again what the feed can't say, paced: a map of 10,000 VMs that changes all the time is not read all the time. */
export class Reread {
  private wanted = new Map<string, QueryKey>();
  private readonly pace: Pace;

  constructor(cache: QueryClient) {
    this.pace = new Pace(
      () => {
        const keys = [...this.wanted.values()];
        // Emptied first: what changes while it is read is read once more.
        this.wanted = new Map();
        return Promise.all(keys.map((queryKey) => cache.invalidateQueries({ queryKey })));
      },
      { leastMs: 100, share: 0.25 },
    );
  }

  /** Everything whose key begins with this one; an empty key: everything. */
  readonly ask = (key: QueryKey): void => {
    this.wanted.set(hashKey(key), key);
    this.pace.ask();
  };
}
