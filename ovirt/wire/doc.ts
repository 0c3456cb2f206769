import { badRequest } from './fault';

/** A reference in a request, by one of both. */
export interface DocRef {
  readonly id: string | null;
  readonly name: string | null;
}

/** An element of a request: what both XML and JSON are read into. */
export class Doc {
  constructor(
    readonly name: string,
    readonly attributes: ReadonlyMap<string, string>,
    readonly children: readonly Doc[],
    readonly text: string,
  ) {}

  child(name: string): Doc | null {
    return this.children.find((each) => each.name === name) ?? null;
  }

  has(name: string): boolean {
    return this.child(name) !== null;
  }

  /** The items of a list: `all('usages', 'usage')`; null: the list is not given. */
  list(name: string, item: string): Doc[] | null {
    return this.child(name)?.children.filter((each) => each.name === item) ?? null;
  }

  /** The text of an element, found by a path; undefined: not given. */
  str(...path: readonly string[]): string | undefined {
    const [first, ...rest] = path;
    return first === undefined ? this.text : this.child(first)?.str(...rest);
  }

  bool(...path: readonly string[]): boolean | undefined {
    const text = this.str(...path)
      ?.trim()
      .toLowerCase();
    if (text === undefined || text === '') return undefined;
    if (text === 'true' || text === 'false') return text === 'true';
    throw badRequest(`${path.join('.')} must be true or false, not "${text}"`);
  }

  int(...path: readonly string[]): number | undefined {
    const text = this.str(...path)?.trim();
    if (text === undefined || text === '') return undefined;
    if (/^-?\d{1,15}$/.test(text)) return Number(text);
    throw badRequest(`${path.join('.')} must be a whole number, not "${text}"`);
  }

  get id(): string | undefined {
    const id = this.attributes.get('id') ?? this.child('id')?.text;
    return id === '' ? undefined : id;
  }

  /** A reference to an object; null: not given, or empty. */
  ref(name: string): DocRef | null {
    const found = this.child(name);
    if (found === null) return null;
    const ref = { id: found.id ?? null, name: found.str('name')?.trim() || null };
    return ref.id === null && ref.name === null ? null : ref;
  }
}

export const EMPTY = new Doc('', new Map(), [], '');

/** A number of a query; null: not given. @throws Fault 400 */
export function numberIn(query: URLSearchParams, name: string): number | null {
  const text = query.get(name)?.trim() ?? '';
  if (text === '') return null;
  if (!/^-?\d{1,9}$/.test(text)) throw badRequest(`${name} must be a whole number, not "${text.slice(0, 100)}"`);
  return Number(text);
}
