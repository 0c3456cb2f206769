import { useMemo, useState } from 'react';
import type { Picked } from '../../ui/picking';

/** The selected rows of a table. Rows that no longer exist are deselected. */
export function usePicked<T extends { readonly id: string }>(things: readonly T[] | undefined) {
  const [ids, setPicked] = useState<Picked>(new Set());
  const picked = useMemo(() => (ids.size === 0 ? [] : (things ?? []).filter(({ id }) => ids.has(id))), [things, ids]);
  const there = useMemo(() => new Set(picked.map(({ id }) => id)), [picked]);
  return { things: picked, picked: there, setPicked, letGo: () => setPicked(new Set()) };
}
