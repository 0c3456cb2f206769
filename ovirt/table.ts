import type { OvirtClient } from './client';
import type { Consoles } from './consoles/consoles';
import type { Doc } from './wire/doc';
import type { Rep } from './wire/rep';
import type { World } from './world';

/** The name of a procedure of the contract, for the table of routes. */
export type Procedure = {
  [Area in keyof OvirtClient]: `${Area & string}.${keyof OvirtClient[Area] & string}`;
}[keyof OvirtClient];

/** A request, as the rows of the table see it. */
export interface Ask {
  readonly client: OvirtClient;
  readonly world: World;
  /** The ids in the path, by the names of their collections: of /hosts/H/nics/N `{ hosts: 'H', nics: 'N' }`. */
  readonly ids: Readonly<Record<string, string>>;
  readonly query: URLSearchParams;
  readonly allContent: boolean;
  readonly user: string;
  readonly base: string;
  readonly consoles: Consoles;
  readonly product: { readonly version: string };
  href(...path: readonly string[]): string;
}

/** A change: what it leads to, and what it does. */
export interface Write<In extends readonly unknown[], Out> {
  readonly calls: readonly Procedure[];
  readonly run: (ask: Ask, ...given: In) => Promise<Out>;
  /** Elements that it reads, for the table of routes. */
  readonly reads?: readonly string[];
  readonly note?: string;
}

/** How a change went on: the job that works on it (null: none), and which object it made. */
export interface Changed {
  readonly job: string | null;
}
export interface Added extends Changed {
  readonly id: string;
}
/** What an action answers beside its status. */
export interface Acted extends Changed {
  readonly reply?: Rep;
}

/**
 * `work`: the answer waits for the job, and a failure is the answer's. `desired`: it waits too, but the desired state stays however the
 * job ends (hosts that fail are tried again). `none`: the guest or a person decides when it ends.
 */
export type Waits = 'work' | 'desired' | 'none';

export interface Action<T> extends Write<[item: T, body: Doc], Acted> {
  readonly waits?: Waits;
}

/** What `search=` can ask of an item: its values by lower-case field; `x.y` is field y of the related x. */
export type Searched<T> = (ask: Ask) => Promise<(item: T) => Fields>;
export type Fields = Readonly<Record<string, SearchValue>>;
export type SearchValue = string | number | boolean | null | undefined | ReadonlyArray<string | number>;

/** A row of the table: a collection of oVirt's, its items, and all that can be done with them. */
export interface Collection<T = never> {
  /** Path below the base, with the names of the collections above: `hosts/{hosts}/nics`. */
  readonly path: string;
  /** The element of an item, and of the collection. */
  readonly tag: string;
  readonly tags: string;
  /** The row whose objects these are, if this is another view of them: their addresses, links and actions are that row's. */
  readonly home?: string;
  /** The row whose links these items have, with addresses of their own. */
  readonly linksOf?: string;
  readonly calls: readonly Procedure[];
  /** All items; throws for a parent that does not exist. */
  readonly items: (ask: Ask) => Promise<readonly T[]>;
  readonly id: (item: T) => string;
  /** One item, where that is cheaper or means more than finding it among all. @throws Fault 404 */
  readonly one?: (ask: Ask, id: string) => Promise<T>;
  readonly show: (ask: Ask, item: T) => Rep | Promise<Rep>;
  /** Called once before many are shown. */
  readonly before?: (ask: Ask) => Promise<unknown>;
  /** Collections below each item; rows of their own. */
  readonly links?: readonly string[];
  /** Collections below each item that are always empty in Atoll: the names of their elements. */
  readonly empty?: Readonly<Record<string, readonly [tags: string, tag: string]>>;
  readonly searched?: Searched<T>;
  readonly add?: Write<[body: Doc], Added> & { readonly waits?: Waits };
  readonly update?: Write<[item: T, body: Doc], Changed> & { readonly waits?: Waits };
  readonly remove?: Write<[item: T, body: Doc], Changed> & { readonly waits?: Waits };
  readonly actions?: Readonly<Record<string, Action<T>>>;
  /** Actions of oVirt's that Atoll refuses by name, with a reason. */
  readonly refused?: Readonly<Record<string, string>>;
  readonly note?: string;
}

/** Any row, whatever its items are. */
// eslint-disable-next-line @typescript-eslint/no-explicit-any -- each row is used with its own items only
export type AnyCollection = Collection<any>;

/** For type inference of a row's items. */
export const collection = <T>(row: Collection<T>): AnyCollection => row;
