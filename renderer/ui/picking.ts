/** The ids that a table has picked, and what a click or a key changes in them. */
export type Picked = ReadonlySet<string>;

export function withOne(picked: Picked, id: string, on: boolean): Picked {
  const next = new Set(picked);
  if (on) next.add(id);
  else next.delete(id);
  return next;
}

/** From the last click to this one, both included: all as the clicked one becomes. `ids` in the order in which they are seen. */
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

/** All that are seen, or none of them; what the filter hides stays as it is. */
export function withAll(picked: Picked, ids: readonly string[], on: boolean): Picked {
  const next = new Set(picked);
  for (const id of ids) {
    if (on) next.add(id);
    else next.delete(id);
  }
  return next;
}
