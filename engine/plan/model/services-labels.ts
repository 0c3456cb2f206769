/** Names that the server, or each guest, has itself. */
const TAKEN = ['dns', 'localhost', 'wpad'];

/** A VM as it gets a label. */
export interface Labelled {
  readonly id: string;
  readonly name: string;
}

/** The labels of other scripts, as DNS has them (IDNA). */
function idna(label: string): string {
  const url = `http://${label}/`;
  return URL.canParse(url) ? new URL(url).hostname : '';
}

/**
 * A name of any script as one DNS label. Blanks, dots and slashes become hyphens, other signs are left out; undefined: nothing is
 * left of it.
 */
export function labelOf(name: string): string | undefined {
  const plain = name
    .normalize('NFKC')
    .toLowerCase()
    .replace(/[\s_./\\:]+/gu, '-')
    .replace(/[^\p{L}\p{N}\p{M}-]+/gu, '')
    .replace(/^-+|-+$/g, '')
    .replace(/-{2,}/g, '-');
  const label = /^[a-z0-9-]*$/.test(plain) ? plain : idna(plain);
  return /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/.test(label) && !/^\d+$/.test(label) ? label : undefined;
}

/** The label of an object whose name can't be one. The end of a version 7 UUID is its random part. */
const byId = (prefix: string, id: string): string => `${prefix}-${id.replaceAll('-', '').slice(-8)}`;

/** The default domain of a network. */
export const domainOf = (network: Labelled): string => `${labelOf(network.name) ?? byId('net', network.id)}.internal`;

/** Labels that differ, in the order in which they are requested: a name never moves to another VM because a third one was created. */
export class Labels {
  private readonly taken = new Set(TAKEN);

  /** The VM's label: `-2` is added if another has it. */
  of({ id, name }: Labelled): string {
    const base = labelOf(name) ?? byId('vm', id);
    let label = base;
    for (let n = 2; this.taken.has(label); n += 1) label = `${base.slice(0, 57).replace(/-+$/, '')}-${n}`;
    this.taken.add(label);
    return label;
  }
}
