/** A change of one entity from the live feed; `value` null: it no longer exists. */
export interface ChangeIn<T> {
  readonly id: string;
  readonly value: T | null;
}

/** `list` with the changes applied: known ids in place (positions are kept), new ones at the given end, removed ones left out. */
export function upsertAll<T extends { id: string }>(
  list: readonly T[],
  changes: readonly ChangeIn<T>[],
  end: 'front' | 'back',
): T[] {
  const changed = new Map(changes.map((change) => [change.id, change.value]));
  const kept: T[] = [];
  for (const item of list) {
    if (!changed.has(item.id)) {
      kept.push(item);
      continue;
    }
    const value = changed.get(item.id);
    if (value !== null && value !== undefined) kept.push(value);
    changed.delete(item.id);
  }
  const fresh = [...changed.values()].filter((value): value is T => value !== null);
  return end === 'front' ? [...fresh.reverse(), ...kept] : [...kept, ...fresh];
}
