import { useMemo, useState } from 'react';
import type { SelectedIds } from '../../ui/row-selection';

/** The selected rows of a table. Rows that no longer exist are deselected. */
export function useSelection<T extends { readonly id: string }>(things: readonly T[] | undefined) {
  const [ids, setSelected] = useState<SelectedIds>(new Set());
  const selected = useMemo(() => (ids.size === 0 ? [] : (things ?? []).filter(({ id }) => ids.has(id))), [things, ids]);
  const there = useMemo(() => new Set(selected.map(({ id }) => id)), [selected]);
  return { things: selected, selected: there, setSelected, clearSelection: () => setSelected(new Set()) };
}
