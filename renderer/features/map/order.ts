/**
 * Places are kept: what is there stays where it was, and a new thing goes to the end of its kin. `seen` is the order in which
 * things were first seen (kept by this browser); the answer is it without what is gone, with what is new appended.
 */
export function keepOrder(seen: readonly string[], present: readonly string[]): string[] {
  const there = new Set(present);
  const kept = seen.filter((id) => there.has(id));
  const known = new Set(kept);
  return [...kept, ...present.filter((id) => !known.has(id))];
}

const KEY = 'atoll.map.order';

/** The order of all things on the map, read from and written to this browser's storage. */
export function keptOrder(present: readonly string[]): ReadonlyMap<string, number> {
  const order = keepOrder(read(), present);
  try {
    localStorage.setItem(KEY, JSON.stringify(order));
  } catch (error) {
    console.info('the places on the map can not be kept', error);
  }
  return new Map(order.map((id, index) => [id, index]));
}

function read(): string[] {
  try {
    const kept: unknown = JSON.parse(localStorage.getItem(KEY) ?? '[]');
    return Array.isArray(kept) ? kept.filter((id) => typeof id === 'string') : [];
  } catch (error) {
    console.info('the kept places on the map can not be read', error);
    return [];
  }
}
