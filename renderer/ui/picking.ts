/** The selected ids of a table, and how a click or key changes them. */
export type Picked = ReadonlySet<string>;

export function withOne(picked: Picked, id: string, on: boolean): Picked {
  const next = new Set(picked);
  if (on) next.add(id);
  else next.delete(id);
  return next;
}

/** The range from the last click to this one, inclusive: all get the state of the clicked row. `ids` in display order. */
export function withRange(picked: Picked, ids: readonly string[], from: string, to: string, on: boolean): Picked {
  const [a, b] = [ids.indexOf(from), ids.indexOf(to)];
  if (a < 0 || b < 0) return withOne(picked, to, on);
  const next = new Set(picked);
  for (const id of ids.slice(Math.min(a, b), Math.max(a, b) + 1)) {
    if (on) next.add(id);
    else next.delete(id);
  }
  return next;
}

/** All visible rows, or none of them; hidden rows keep their selection. */
export function withAll(picked: Picked, ids: readonly string[], on: boolean): Picked {
  const next = new Set(picked);
  for (const id of ids) {
    if (on) next.add(id);
    else next.delete(id);
  }
  return next;
}
