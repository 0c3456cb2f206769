import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useCallback, useEffect, useMemo } from 'react';
import { MAX_UNFOLDED, type Preferences } from '../../../contract';
import { keepPreferences } from '../../api/keep-preferences';
import { queries } from '../../api/queries';

const FALLBACK_ASPECT = 1.3;
const LEAST_ASPECT = 0.8;
const MOST_ASPECT = 2.5;
/** The space around the map: navigation, drawer, header, tools, status bar and the outside strip. */
const AROUND_W = 200 + 348;
const AROUND_H = 52 + 48 + 34 + 90;

export interface Arrangement {
  /** The aspect ratio that the layout is made for. */
  readonly aspect: number;
  readonly opened: ReadonlySet<string>;
  /** Expands or collapses an island. */
  readonly toggle: (islandId: string) => void;
  /** Lays the map out for the current window. */
  readonly refit: () => void;
}

/**
 * The user's arrangement of the map, stored in the database and shared by all of their windows. Positions follow from it and from
 * the order of creation. Null until loaded, so that nothing moves when it arrives.
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
    // Set once: resizing the window moves nothing.
    if (firstSeen) keep(() => ({ mapAspect: aspectOfWindow() }));
  }, [firstSeen, keep]);
  return useMemo(() => {
    // A map that can't be saved is better than none.
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

/** Clamped: an extreme aspect ratio from a tiny window would stay forever. */
function aspectOfWindow(): number {
  const aspect = (window.innerWidth - AROUND_W) / Math.max(1, window.innerHeight - AROUND_H);
  return Math.min(MOST_ASPECT, Math.max(LEAST_ASPECT, aspect || FALLBACK_ASPECT));
}
