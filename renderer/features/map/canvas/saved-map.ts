import { z } from 'zod';
import { SavedPlaces } from '../layout/saved-places';

const KEY = 'atoll-map-places';
const SavedMap = z.object({ aspect: z.number().positive(), places: SavedPlaces });
export type SavedMap = z.infer<typeof SavedMap>;

/** The places of the map before this window was reloaded; null: none, or nothing that can be read. */
export function savedMap(storage: Pick<Storage, 'getItem'> = sessionStorage): SavedMap | null {
  try {
    return SavedMap.parse(JSON.parse(storage.getItem(KEY) ?? 'null'));
  } catch {
    return null;
  }
}

/** Keeps the places for a reload of this window; null: the map may be laid out again. */
export function saveMap(map: SavedMap | null, storage: Pick<Storage, 'setItem' | 'removeItem'> = sessionStorage): void {
  try {
    if (map === null) storage.removeItem(KEY);
    else storage.setItem(KEY, JSON.stringify(map));
  } catch {
    // Storage is full or switched off: the map is laid out again.
  }
}
