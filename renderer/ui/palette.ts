/** The colors of networks, by class name (tokens.css defines them for both themes). */
export const COLOURS = [
  'blue',
  'green',
  'amber',
  'violet',
  'teal',
  'rose',
  'orange',
  'indigo',
  'olive',
  'brown',
  'crimson',
  'sky',
] as const;
export const PATTERNS = ['solid', 'stripes', 'dots', 'bars'] as const;

/** The look of a network on all screens. `pattern` distinguishes networks when the colors are used up. */
export interface Look {
  readonly colour: (typeof COLOURS)[number] | 'grey';
  readonly pattern: (typeof PATTERNS)[number];
}

interface Paintable {
  readonly id: string;
  readonly name: string;
  readonly isIsolated: boolean;
}

export const GREY: Look = { colour: 'grey', pattern: 'solid' };

/**
 * Assigns a look to each network, independent of their order. A network keeps its look when others are added or removed, as far as
 * possible: it gets the
 * color in its name (a network called "blue" is blue), else the one that its id hashes to, else the next free one; patterns start
 * when all twelve are
 * used. Regular networks are gray: they are not islands.
 */
export function looksOf(networks: readonly Paintable[]): Map<string, Look> {
  const looks = new Map<string, Look>();
  const taken = new Set<number>();
  const slots = COLOURS.length * PATTERNS.length;
  // By order of creation, which their ids encode: screens sort them differently.
  const isolated = networks.filter((network) => network.isIsolated).toSorted((a, b) => (a.id < b.id ? -1 : 1));
  const named = isolated.filter((network) => namedColour(network.name) >= 0);
  const others = isolated.filter((network) => namedColour(network.name) < 0);
  for (const network of networks) if (!network.isIsolated) looks.set(network.id, GREY);
  for (const network of [...named, ...others]) {
    const wanted = namedColour(network.name);
    let slot = wanted >= 0 ? wanted : hash(network.id) % COLOURS.length;
    // Prefer a free color of this round; only then use the next pattern.
    for (let tries = 0; taken.has(slot) && tries < slots; tries++) {
      const round = Math.floor(slot / COLOURS.length) * COLOURS.length;
      const roundIsFull = COLOURS.every((_, i) => taken.has(round + i));
      slot = roundIsFull ? (slot + COLOURS.length) % slots : round + ((slot + 1) % COLOURS.length);
    }
    taken.add(slot);
    looks.set(network.id, lookAt(slot));
  }
  return looks;
}

function lookAt(slot: number): Look {
  return {
    colour: COLOURS[slot % COLOURS.length] ?? 'blue',
    pattern: PATTERNS[Math.floor(slot / COLOURS.length)] ?? 'solid',
  };
}

const namedColour = (name: string): number => COLOURS.findIndex((colour) => colour === name.toLowerCase());

/** FNV-1a, 32 bits: distributes uuids evenly enough over twelve colors. */
function hash(text: string): number {
  let value = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) value = Math.imul(value ^ text.charCodeAt(i), 0x01000193) >>> 0;
  return value;
}
