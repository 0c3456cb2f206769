import { COLLECTIONS, EMPTY_COLLECTIONS } from './resources/all';
import type { AnyCollection } from './table';

type Ids = Readonly<Record<string, string>>;

/** An item of a row. */
interface Place {
  readonly row: AnyCollection;
  readonly ids: Ids;
  readonly id: string;
}

/** What a path leads to. `via`: the views that it passes, each of which must have the item. */
export type Route = Target & { readonly via?: readonly Place[] };

type Target =
  | { readonly kind: 'root' }
  | { readonly kind: 'collection'; readonly row: AnyCollection; readonly ids: Ids }
  | { readonly kind: 'item'; readonly row: AnyCollection; readonly ids: Ids; readonly id: string }
  | {
      readonly kind: 'action';
      readonly row: AnyCollection;
      readonly ids: Ids;
      readonly id: string;
      readonly verb: string;
    }
  /** `of`: the item that it is below. */
  | {
      readonly kind: 'empty';
      readonly tags: string;
      readonly tag: string;
      readonly of: Place | null;
    };

interface Pattern {
  readonly row: AnyCollection;
  readonly parts: readonly string[];
}

const PATTERNS: readonly Pattern[] = COLLECTIONS.map((row) => ({ row, parts: row.path.split('/') }));
const BY_PATH = new Map(COLLECTIONS.map((row) => [row.path, row]));

export const rowAt = (path: string): AnyCollection => {
  const row = BY_PATH.get(path);
  if (row === undefined) throw new Error(`the table has no row ${path}`);
  return row;
};

/** The row whose addresses, links and actions the items of a row have. */
export const homeOf = (row: AnyCollection): AnyCollection => (row.home === undefined ? row : rowAt(row.home));

/** The parts of a path below the base; null: it leads nowhere. */
export function routeOf(parts: readonly string[]): Route | null {
  if (parts.length === 0) return { kind: 'root' };
  for (const { row, parts: pattern } of PATTERNS) {
    const ids = matched(pattern, parts, pattern.length === parts.length);
    if (ids !== null) return { kind: 'collection', row, ids };
  }
  const empty = EMPTY_COLLECTIONS[parts.length === 1 ? (parts[0] ?? '') : `${parts[0]}/{${parts[0]}}/${parts[2]}`];
  if (empty !== undefined && parts.length !== 2 && parts.length <= 3)
    return { kind: 'empty', tags: empty[0], tag: empty[1], of: parts.length === 1 ? null : parentOf(parts) };
  return itemOf(parts) ?? belowItem(parts) ?? belowView(parts);
}

function itemOf(parts: readonly string[]): Route | null {
  for (const { row, parts: pattern } of PATTERNS) {
    const ids = matched(pattern, parts, pattern.length + 1 === parts.length);
    if (ids !== null) return { kind: 'item', row, ids, id: parts.at(-1) ?? '' };
  }
  return null;
}

/** An action of an item, or one of its collections that are always empty. */
function belowItem(parts: readonly string[]): Route | null {
  const item = itemOf(parts.slice(0, -1));
  const name = parts.at(-1) ?? '';
  if (item?.kind !== 'item') return null;
  const { row, ids, id } = item;
  const home = homeOf(row);
  const verb = own(home.actions, name) ?? own(home.refused, name);
  if (verb !== undefined) return { kind: 'action', row, ids, id, verb: name };
  const empty = own(home.empty, name);
  return empty === undefined ? null : { kind: 'empty', tags: empty[0], tag: empty[1], of: { row, ids, id } };
}

/** What is below an item of another view is below the item itself: `datacenters/D/clusters/C/networks` is `clusters/C/networks`. */
function belowView(parts: readonly string[]): Route | null {
  for (const { row, parts: pattern } of PATTERNS) {
    const itself = row.home ?? row.linksOf;
    const ids = itself === undefined ? null : matched(pattern, parts, pattern.length + 1 < parts.length);
    if (itself === undefined || ids === null) continue;
    const route = routeOf([itself, ...parts.slice(pattern.length)]);
    const passed: Place = { row, ids, id: parts[pattern.length] ?? '' };
    return route === null ? null : { ...route, via: [passed, ...(route.via ?? [])] };
  }
  return null;
}

/** The methods that a route answers. */
export function methodsOf(route: Route): string[] {
  switch (route.kind) {
    case 'collection':
      return ['GET', ...(route.row.add ? ['POST'] : [])];
    case 'item': {
      const row = homeOf(route.row);
      return ['GET', ...(row.update ? ['PUT'] : []), ...(row.remove ? ['DELETE'] : [])];
    }
    case 'action':
      return ['POST'];
    case 'root':
    case 'empty':
      return ['GET'];
  }
}

function parentOf(parts: readonly string[]): Place | null {
  const item = itemOf(parts.slice(0, -1));
  return item?.kind === 'item' ? item : null;
}

function matched(pattern: readonly string[], parts: readonly string[], fits: boolean): Ids | null {
  if (!fits) return null;
  const ids: Record<string, string> = {};
  for (const [at, part] of pattern.entries()) {
    const given = parts[at] ?? '';
    if (part.startsWith('{')) ids[part.slice(1, -1)] = given;
    else if (part !== given) return null;
  }
  return ids;
}

const own = <T>(record: Readonly<Record<string, T>> | undefined, name: string): T | undefined =>
  record !== undefined && Object.hasOwn(record, name) ? record[name] : undefined;
