import { follow } from './follow';
import { chosenItems, showItem } from './represent';
import type { AnyCollection, Ask } from './table';
import type { Rep, RepCollection } from './wire/rep';

/** Items that are shown at a time: a long list is written while the rest is still being shown. */
const PIECE = 25;

/** A collection, whose items are shown while it is written. Everything that can be refused has been by then. */
export async function showCollection(ask: Ask, row: AnyCollection): Promise<RepCollection> {
  const items = await chosenItems(ask, row);
  const show = async (item: unknown): Promise<Rep> => follow(ask, await showItem(ask, row, item));
  // The first piece before the answer begins: a fault then still has its status.
  const first = await Promise.all(items.slice(0, PIECE).map(show));
  return {
    tag: row.tag,
    tags: row.tags,
    items: (async function* () {
      yield first;
      for (let from = PIECE; from < items.length; from += PIECE)
        yield await Promise.all(items.slice(from, from + PIECE).map(show));
    })(),
  };
}
