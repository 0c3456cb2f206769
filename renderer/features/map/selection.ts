/** The selected object of the map, as the URL encodes it: `vm:ID`, `network:ID` (all its islands) or `host:ID`. */
export type Selection = { readonly kind: 'vm' | 'network' | 'host'; readonly id: string };

export function parseSelection(at: string | undefined): Selection | null {
  const match = /^(vm|network|host):(.+)$/.exec(at ?? '');
  return match === null ? null : { kind: match[1] as Selection['kind'], id: match[2] ?? '' };
}

export const formatSelection = (selected: Selection): string => `${selected.kind}:${selected.id}`;
