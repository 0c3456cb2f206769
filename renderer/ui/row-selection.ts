/** The selected ids of a table, and how a click or key changes them. */
export type SelectedIds = ReadonlySet<string>;

export function withOne(selected: SelectedIds, id: string, on: boolean): SelectedIds {
  const next = new Set(selected);
  if (on) next.add(id);
  else next.delete(id);
  return next;
}

/** The range from the last click to this one, inclusive: all get the state of the clicked row. `ids` in display order. */
export function withRange(
  selected: SelectedIds,
  ids: readonly string[],
  from: string,
  to: string,
  on: boolean,
): SelectedIds {
  const [a, b] = [ids.indexOf(from), ids.indexOf(to)];
  if (a < 0 || b < 0) return withOne(selected, to, on);
  const next = new Set(selected);
  for (const id of ids.slice(Math.min(a, b), Math.max(a, b) + 1)) {
    if (on) next.add(id);
    else next.delete(id);
  }
  return next;
}

/** All visible rows, or none of them; hidden rows keep their selection. */
export function withAll(selected: SelectedIds, ids: readonly string[], on: boolean): SelectedIds {
  const next = new Set(selected);
  for (const id of ids) {
    if (on) next.add(id);
    else next.delete(id);
  }
  return next;
}
