import type { QueryClient, QueryKey } from '@tanstack/react-query';

/**
 * Changes the cached value under one key, if there is one. A stale entry stays stale: a plain write would mark it fresh, and an
 * entry that no screen shows would never be read again.
 */
export function patch<T>(cache: QueryClient, key: QueryKey, change: (old: T) => T): void {
  const stale = cache.getQueryState(key)?.isInvalidated === true;
  cache.setQueryData<T>(key, (old) => old && change(old));
  if (stale) void cache.invalidateQueries({ queryKey: key, exact: true, refetchType: 'none' });
}
