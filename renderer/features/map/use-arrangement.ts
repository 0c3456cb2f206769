import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useCallback, useEffect, useMemo, useState } from 'react';
import { MAX_UNFOLDED, type Preferences } from '../../../contract';
import { keepPreferences } from '../../api/keep-preferences';
import { queries } from '../../api/queries';

const FALLBACK_ASPECT = 1.3;
const LEAST_ASPECT = 0.8;
const MOST_ASPECT = 2.5;
/** The space around the map: navigation, drawer, header, tools, status bar and the outside strip. */
const AROUND = { w: 200 + 348, h: 52 + 48 + 34 + 90 };
/** The same in a small window, where the navigation is a rail and the drawer a sheet; as in map.css. */
const NARROW_W = 900;
const AROUND_NARROW = { w: 48, h: 48 + 42 + 32 + 44 + 60 };
/** A stored aspect ratio that differs more from the window's would leave much of the window empty. */
const MOST_DIFFERENCE = 1.2;

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
  const [own, setOwn] = useState(aspectOfWindow);
  useEffect(() => {
    const onResize = (): void => setOwn((old) => aspectFor(old, aspectOfWindow()));
    window.addEventListener('resize', onResize);
    return () => window.removeEventListener('resize', onResize);
  }, []);
  const firstSeen = preferences?.mapAspect === null;
  useEffect(() => {
    // Set once: a window that is resized a little moves nothing.
    if (firstSeen) keep(() => ({ mapAspect: aspectOfWindow() }));
  }, [firstSeen, keep]);
  const opened = useSame(preferences?.mapUnfolded ?? NONE);
  return useMemo(() => {
    // A map that can't be saved is better than none.
    if (preferences === undefined && !isError) return null;
    return {
      refit: () => {
        setOwn(aspectOfWindow());
        keep(() => ({ mapAspect: aspectOfWindow() }));
      },
      aspect: aspectFor(preferences?.mapAspect ?? null, own),
      opened,
      toggle: (islandId) => keep((old) => ({ mapUnfolded: toggled(old?.mapUnfolded ?? [], islandId) })),
    };
  }, [preferences, isError, keep, own, opened]);
}

const NONE: readonly string[] = [];

/** A set that stays the same while its items do: a preference that does not concern it, such as the aspect ratio, lays nothing out again. */
function useSame(items: readonly string[]): ReadonlySet<string> {
  const key = items.join(' ');
  return useMemo(() => new Set(key === '' ? [] : key.split(' ')), [key]);
}

const toggled = (unfolded: readonly string[], id: string): string[] =>
  unfolded.includes(id) ? unfolded.filter((one) => one !== id) : [...unfolded, id].slice(-MAX_UNFOLDED);

/** Clamped: an extreme aspect ratio from a tiny window would stay forever. */
export function aspectOf(width: number, height: number): number {
  const around = width <= NARROW_W ? AROUND_NARROW : AROUND;
  const aspect = (width - around.w) / Math.max(1, height - around.h);
  return Math.min(MOST_ASPECT, Math.max(LEAST_ASPECT, aspect || FALLBACK_ASPECT));
}

/** The aspect ratio so far, unless the window has quite another one: then the map is laid out for the window. */
export function aspectFor(stored: number | null, own: number): number {
  if (stored === null) return own;
  const difference = Math.max(stored / own, own / stored);
  return difference > MOST_DIFFERENCE ? own : stored;
}

const aspectOfWindow = (): number => aspectOf(window.innerWidth, window.innerHeight);
