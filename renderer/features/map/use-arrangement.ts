import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useCallback, useEffect, useMemo } from 'react';
import { MAX_UNFOLDED, type Preferences } from '../../../contract';
import { keepPreferences } from '../../api/keep-preferences';
import { queries } from '../../api/queries';

const FALLBACK_ASPECT = 1.3;
const LEAST_ASPECT = 0.8;
const MOST_ASPECT = 2.5;
/** What stands around the map: the screens' names and the drawer; masthead, tools, foot and the strip of mainland. */
const AROUND_W = 200 + 348;
const AROUND_H = 52 + 48 + 34 + 90;

export interface Arrangement {
  /** Width by height of what the map is laid out for. */
  readonly aspect: number;
  readonly opened: ReadonlySet<string>;
  /** Unfolds an island, or folds it again. */
  readonly toggle: (islandId: string) => void;
  /** Has the map laid out for this window as it is now. */
  readonly refit: () => void;
}

/**
 * How this person has arranged the map: kept in the store, the same in all of their windows. Where things stand follows from
 * it and from the order in which they were made. Null until it is known, so that nothing moves when it comes.
 */
export function useArrangement(): Arrangement | null {
  const cache = useQueryClient();
  const { data, isError } = useQuery(queries.preferences());
  const preferences = data?.preferences;
  const keep = useCallback(
    (change: (old: Preferences | undefined) => Partial<Preferences>): void =>
      keepPreferences(cache, change, 'arrangement'),
    [cache],
  );
  const firstSeen = preferences?.mapAspect === null;
  useEffect(() => {
    // Taken once: a window made larger or smaller moves nothing.
    if (firstSeen) keep(() => ({ mapAspect: aspectOfWindow() }));
  }, [firstSeen, keep]);
  return useMemo(() => {
    // A map that can't be kept is better than none.
    if (preferences === undefined && !isError) return null;
    return {
      refit: () => keep(() => ({ mapAspect: aspectOfWindow() })),
      aspect: preferences?.mapAspect ?? aspectOfWindow(),
      opened: new Set(preferences?.mapUnfolded),
      toggle: (islandId) => keep((old) => ({ mapUnfolded: toggled(old?.mapUnfolded ?? [], islandId) })),
    };
  }, [preferences, isError, keep]);
}

const toggled = (unfolded: readonly string[], id: string): string[] =>
  unfolded.includes(id) ? unfolded.filter((one) => one !== id) : [...unfolded, id].slice(-MAX_UNFOLDED);

/** Kept within reason: what was laid out for a sliver of a window would be a sliver for good. */
function aspectOfWindow(): number {
  const aspect = (window.innerWidth - AROUND_W) / Math.max(1, window.innerHeight - AROUND_H);
  return Math.min(MOST_ASPECT, Math.max(LEAST_ASPECT, aspect || FALLBACK_ASPECT));
}
