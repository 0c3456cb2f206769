/** The selected object of the map, as the URL encodes it: `vm:ID`, `network:ID` (all its islands) or `host:ID`. */
export type Picked = { readonly kind: 'vm' | 'network' | 'host'; readonly id: string };

export function pickedOf(at: string | undefined): Picked | null {
  const match = /^(vm|network|host):(.+)$/.exec(at ?? '');
  return match === null ? null : { kind: match[1] as Picked['kind'], id: match[2] ?? '' };
}

export const addressOf = (picked: Picked): string => `${picked.kind}:${picked.id}`;
