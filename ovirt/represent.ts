import { PAGE_SIZE, parseSearch } from './search';
import { homeOf, rowAt } from './routes';
import type { AnyCollection, Ask } from './table';
import { numberIn } from './wire/doc';
import { badRequest, notFound } from './wire/fault';
import { Links, type Rep } from './wire/rep';

/** The ids that a row's items can have; anything else is looked for nowhere. */
const ID = /^[\w.:@=/ -]{1,300}$/;

type Item = unknown;
type Ids = Readonly<Record<string, string>>;

/** The same request, seen from another path. */
export const at = (ask: Ask, ids: Ids): Ask => ({ ...ask, ids });

/** Finds one item. @throws Fault 404 */
export async function findItem(ask: Ask, row: AnyCollection, id: string): Promise<Item> {
  if (!ID.test(id)) throw notFound('Entity');
  if (row.one !== undefined) return row.one(ask, id) as Promise<Item>;
  const items: readonly Item[] = await row.items(ask);
  const wanted = id.toLowerCase();
  const found = items.find((each) => String(row.id(each as never)).toLowerCase() === wanted);
  if (found === undefined) throw notFound('Entity');
  return found;
}

function placeOf(ask: Ask, row: AnyCollection, id: string): string {
  if (row.home !== undefined) return ask.href(row.home, id);
  const parts = row.path.split('/').map((part) => (part.startsWith('{') ? (ask.ids[part.slice(1, -1)] ?? '') : part));
  return ask.href(...parts, id);
}

/** An item as clients see it: with its address, links and actions. */
export async function showItem(ask: Ask, row: AnyCollection, item: Item): Promise<Rep> {
  const id = String(row.id(item as never));
  const href = placeOf(ask, row, id);
  const { verbs, names } = namesBelow(row);
  const linkedHref = row.linksOf === undefined ? href : ask.href(row.linksOf, id);
  const shown = (await row.show(ask, item as never)) as Rep;
  return {
    href,
    id,
    ...shown,
    ...(verbs.length === 0 ? {} : { actions: { link: new Links(href, verbs) } }),
    ...(names.length === 0 ? {} : { link: new Links(linkedHref, names) }),
  };
}

interface Below {
  readonly verbs: readonly string[];
  readonly names: readonly string[];
}
const below = new WeakMap<AnyCollection, Below>();

/** The actions and collections below each item of a row. */
function namesBelow(row: AnyCollection): Below {
  const known = below.get(row);
  if (known !== undefined) return known;
  const home = homeOf(row);
  const linked = row.linksOf === undefined ? home : rowAt(row.linksOf);
  const found = {
    verbs: [...Object.keys(home.actions ?? {}), ...Object.keys(home.refused ?? {})],
    names: [...(linked.links ?? []), ...Object.keys(linked.empty ?? {})],
  };
  below.set(row, found);
  return found;
}

/** The items that a request asks for: searched, sorted, and no more than it wants. */
export async function chosenItems(ask: Ask, row: AnyCollection): Promise<readonly Item[]> {
  const items: readonly Item[] = await row.items(ask);
  const text = ask.query.get('search')?.trim() ?? '';
  const max = numberIn(ask.query, 'max');
  let chosen = items;
  if (text !== '') {
    if (row.searched === undefined) throw badRequest(`${row.tags} can't be searched`);
    const fields = await row.searched(ask);
    const pairs = items.map((item) => ({ item, fields: fields(item as never) }));
    const caseSensitive = ask.query.get('case_sensitive')?.toLowerCase() === 'true';
    const { matches, sort, page } = parseSearch(text, {
      caseSensitive,
      known: pairs[0]?.fields ?? null,
      own: row.tag,
    });
    let found = pairs.filter((pair) => matches(pair.fields));
    if (sort !== null) found = found.sort((a, b) => sort(a.fields, b.fields));
    if (page !== null) found = found.slice((page - 1) * PAGE_SIZE, page * PAGE_SIZE);
    chosen = found.map(({ item }) => item);
  }
  return max === null || max < 0 ? chosen : chosen.slice(0, max);
}
