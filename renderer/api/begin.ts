import { cache } from './cache';
import { followLive } from './follow-live';
import { queries } from './queries';

/**
 * Connects and asks for what the first screen shows, before the code that shows it has loaded: the engine computes the map in the
 * meantime. It and all that it imports is the page's first file, so it imports neither React nor a schema (test: first-files).
 */
export function begin(path: string): void {
  followLive(cache);
  if (path !== '/') return;
  void cache.prefetchQuery(queries.map());
  void cache.prefetchQuery(queries.preferences());
  void cache.prefetchQuery(queries.hosts());
}
