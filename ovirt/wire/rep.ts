/**
 * A representation, the same for XML and JSON. `id`, `href` and `rel` become attributes in XML; an array repeats its element;
 * undefined is left out.
 */
export interface Rep {
  readonly [key: string]: RepValue | undefined;
}
export type RepValue = string | number | boolean | Rep | Links | readonly RepValue[];

/** Links to what is below an object, at its address. Most of a long list is links, so they are made once for all that have the same. */
export class Links {
  constructor(
    readonly href: string,
    readonly names: readonly string[],
  ) {}

  get all(): readonly Rep[] {
    return this.names.map((rel) => ({ href: `${this.href}/${rel}`, rel }));
  }
}

/** A reference to another object. */
export const refTo = (href: string, id: string): Rep => ({ href, id });

/** What is a document of its own: an element and its content. */
export interface RepDocument {
  readonly tag: string;
  readonly rep: Rep;
}

/** A collection that is written piece by piece. */
export interface RepCollection {
  /** The element of the collection, and of each of its items. */
  readonly tags: string;
  readonly tag: string;
  readonly items: AsyncIterable<readonly Rep[]>;
  /** Beside the items: actions of the collection. */
  readonly more?: Rep;
}
