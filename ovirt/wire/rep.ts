/**
 * A representation, the same for XML and JSON. `id`, `href` and `rel` become attributes in XML; an array repeats its element;
 * undefined is left out.
 */
export interface Rep {
  readonly [key: string]: RepValue | undefined;
}
export type RepValue = string | number | boolean | Rep | readonly RepValue[];

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
