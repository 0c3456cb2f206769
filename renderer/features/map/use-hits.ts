import { useCallback, useEffect, useMemo, useState } from 'react';
import type { RevealRequest } from './canvas/use-reveal';
import type { Changed } from './changes';
import { filteredVms, isNarrow } from './highlight';
import type { Hits } from './map-tools';
import type { Model } from './model';
import type { Selection } from './selection';
import type { MapSearch } from './use-map-search';

/**
 * The VMs that the search finds, and how to step through them: each is selected, in view and has the focus. A step that is asked for
 * before there is a map, or finds nothing while the map is read again, is taken once it was read.
 */
export function useHits(
  model: Model | null,
  {
    filter,
    selected,
    select,
    isReading,
  }: Pick<MapSearch, 'filter' | 'selected' | 'select'> & {
    readonly isReading: boolean;
  },
  changed: Changed,
  reveal: (of: Selection, how: RevealRequest['how']) => void,
): Hits {
  const found = useMemo(
    () => (model === null || !isNarrow(filter) ? [] : filteredVms(model, filter, changed)),
    [model, filter, changed],
  );
  const at = found.findIndex(({ id }) => selected?.kind === 'vm' && id === selected.id);
  // Asked for before the map was read.
  const [early, setEarly] = useState<1 | -1 | null>(null);
  const step = useCallback(
    (by: 1 | -1): void => {
      setEarly(model === null || (isReading && found.length === 0) ? by : null);
      const next = found[at < 0 ? (by === 1 ? 0 : found.length - 1) : (at + by + found.length) % found.length];
      if (next === undefined) return;
      const hit: Selection = { kind: 'vm', id: next.id };
      select(hit);
      reveal(hit, 'focus');
    },
    [model, isReading, found, at, select, reveal],
  );
  useEffect(() => {
    if (model !== null && !isReading && early !== null) step(early);
  }, [model, isReading, early, step]);
  return { count: found.length, at: at + 1, step };
}
