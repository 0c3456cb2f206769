import { COLOURS, GREY, type Look } from '../../../ui/palette';
import type { Tone } from '../../../ui/tone';

/** The colors of the current theme, for painters. */
export interface Colours {
  readonly bg: string;
  readonly panel: string;
  readonly ink: string;
  readonly soft: string;
  /** Text that is not highlighted. */
  readonly dim: string;
  readonly line: string;
  readonly sea: string;
  readonly sea2: string;
  readonly chip: string;
  readonly brand: string;
  readonly tones: Readonly<Record<Tone, string>>;
  readonly networks: Readonly<Record<Look['colour'], { readonly line: string; readonly land: string }>>;
}

/** The share of a network's color in its islands' fill, as in the style sheet. */
const LAND = 0.13;

/** Reads the values from the style sheets, the single source of colors. */
export function readColours(): Colours {
  const root = getComputedStyle(document.documentElement);
  const token = (name: string): string => root.getPropertyValue(`--at-${name}`).trim();
  const under = token('mix');
  const probe = document.createElement('span');
  document.body.append(probe);
  const network = (colour: Look['colour']): [Look['colour'], { line: string; land: string }] => {
    probe.className = `net-${colour}`;
    const line = getComputedStyle(probe).getPropertyValue('--c').trim();
    return [colour, { line, land: mixed(line, under, LAND) }];
  };
  const networks = Object.fromEntries([...COLOURS, GREY.colour].map(network)) as Colours['networks'];
  probe.remove();
  return {
    bg: token('bg'),
    panel: token('panel'),
    ink: token('ink'),
    soft: token('soft'),
    dim: token('dim'),
    line: token('line'),
    sea: token('sea'),
    sea2: token('sea-2'),
    chip: token('chip'),
    brand: token('brand'),
    tones: {
      ok: token('ok'),
      busy: token('brand'),
      off: token('soft'),
      warn: token('warn'),
      bad: token('bad'),
      unknown: token('soft'),
    },
    networks,
  };
}

/** Mixes `share` of one color into another; both as #rgb or #rrggbb. */
export function mixed(one: string, other: string, share: number): string {
  const [a, b] = [channels(one), channels(other)];
  return `#${a
    .map((value, i) =>
      Math.round(value * share + (b[i] ?? 0) * (1 - share))
        .toString(16)
        .padStart(2, '0'),
    )
    .join('')}`;
}

function channels(colour: string): number[] {
  const hex = colour.replace('#', '');
  const full = hex.length === 3 ? [...hex].map((digit) => digit + digit).join('') : hex;
  return [0, 2, 4].map((at) => Number.parseInt(full.slice(at, at + 2), 16));
}
