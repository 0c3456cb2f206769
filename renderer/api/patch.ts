import type { QueryClient, QueryKey } from '@tanstack/react-query';

/**
 * Changes what the cache holds under one key; what was never read stays so. An entry that is to be read anew stays marked: a
 * write alone makes it count as fresh, and one that no screen shows just now would never be read again.
 */
export function patch<T>(cache: QueryClient, key: QueryKey, change: (old: T) => T): void {
  const stale = cache.getQueryState(key)?.isInvalidated === true;
  cache.setQueryData<T>(key, (old) => old && change(old));
  if (stale) void cache.invalidateQueries({ queryKey: key, exact: true, refetchType: 'none' });
}
