/** The colors of networks, by class name (tokens.css defines them for both themes). */
export const COLORS = [
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
  readonly color: (typeof COLORS)[number] | 'gray';
  readonly pattern: (typeof PATTERNS)[number];
}

interface Paintable {
  readonly id: string;
  readonly name: string;
  readonly isIsolated: boolean;
}

export const GRAY: Look = { color: 'gray', pattern: 'solid' };

/**
 * Assigns a look to each network, independent of their order. A network keeps its look when others are added or removed, as far as
 * possible: it gets the color in its name (a network called "blue" is blue), else the one that its id hashes to, else the next free
 * one; patterns start when all twelve are used. Regular networks are gray: they are not islands.
 */
export function looksOf(networks: readonly Paintable[]): Map<string, Look> {
  const looks = new Map<string, Look>();
  const taken = new Set<number>();
  const slots = COLORS.length * PATTERNS.length;
  // By order of creation, which their ids encode: screens sort them differently.
  const isolated = networks.filter((network) => network.isIsolated).toSorted((a, b) => (a.id < b.id ? -1 : 1));
  const colored = isolated.map((network) => ({ ...network, wanted: namedColor(network.name) }));
  const named = colored.filter(({ wanted }) => wanted >= 0);
  const others = colored.filter(({ wanted }) => wanted < 0);
  for (const network of networks) if (!network.isIsolated) looks.set(network.id, GRAY);
  for (const { id, wanted } of [...named, ...others]) {
    let slot = wanted >= 0 ? wanted : hash(id) % COLORS.length;
    // When all are taken, looks are shared.
    // Prefer a free color of this round; only then use the next pattern.
    for (let tries = 0; taken.size < slots && taken.has(slot) && tries < slots; tries++) {
      const round = Math.floor(slot / COLORS.length) * COLORS.length;
      const roundIsFull = COLORS.every((_, i) => taken.has(round + i));
      slot = roundIsFull ? (slot + COLORS.length) % slots : round + ((slot + 1) % COLORS.length);
    }
    taken.add(slot);
    looks.set(id, lookAt(slot));
  }
  return looks;
}

function lookAt(slot: number): Look {
  return {
    color: COLORS[slot % COLORS.length] ?? 'blue',
    pattern: PATTERNS[Math.floor(slot / COLORS.length)] ?? 'solid',
  };
}

function namedColor(name: string): number {
  const lower = name.toLowerCase();
  return COLORS.findIndex((color) => color === lower);
}

/** FNV-1a, 32 bits: distributes uuids evenly enough over twelve colors. */
function hash(text: string): number {
  let value = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) value = Math.imul(value ^ text.charCodeAt(i), 0x01000193) >>> 0;
  return value;
}
