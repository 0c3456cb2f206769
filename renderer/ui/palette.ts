/** The colours of networks, by class name (tokens.css gives each its value in both themes). */
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

/** How a network looks everywhere. `pattern` tells networks apart once the colours are used up. */
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
 * A look for each network, the same in whatever order they are given. It keeps its look when others come and go, as far as possible: it takes the colour
 * that its name says (a network called "blue" is blue), else the one its id points to, else the next free one; patterns begin
 * when all twelve are taken. Regular networks are grey: they are the mainland, not islands.
 */
export function looksOf(networks: readonly Paintable[]): Map<string, Look> {
  const looks = new Map<string, Look>();
  const taken = new Set<number>();
  const slots = COLOURS.length * PATTERNS.length;
  // In the order in which they were made, which their ids tell: screens list them in orders of their own.
  const isolated = networks.filter((network) => network.isIsolated).toSorted((a, b) => (a.id < b.id ? -1 : 1));
  const named = isolated.filter((network) => namedColour(network.name) >= 0);
  const others = isolated.filter((network) => namedColour(network.name) < 0);
  for (const network of networks) if (!network.isIsolated) looks.set(network.id, GREY);
  for (const network of [...named, ...others]) {
    const wanted = namedColour(network.name);
    let slot = wanted >= 0 ? wanted : hash(network.id) % COLOURS.length;
    // Within one round of colours look for a free one; only then begin the next pattern.
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

/** FNV-1a, 32 bits: spreads uuids evenly enough over twelve colours. */
function hash(text: string): number {
  let value = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) value = Math.imul(value ^ text.charCodeAt(i), 0x01000193) >>> 0;
  return value;
}
