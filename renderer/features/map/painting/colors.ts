import { COLORS, GRAY, type Look } from '../../../ui/palette';
import type { Tone } from '../../../ui/tone';

/** The colors of the current theme, for painters. */
export interface Colors {
  readonly bg: string;
  readonly panel: string;
  readonly ink: string;
  readonly soft: string;
  /** Text that is not highlighted. */
  readonly dim: string;
  readonly line: string;
  readonly canvas: string;
  readonly canvasHatch: string;
  readonly chip: string;
  readonly brand: string;
  readonly tones: Readonly<Record<Tone, string>>;
  readonly networks: Readonly<Record<Look['color'], { readonly line: string; readonly islandFill: string }>>;
}

/** The share of a network's color in its islands' fill, as in the style sheet. */
const ISLAND_MIX = 0.13;

/** Reads the values from the style sheets, the single source of colors. */
export function readColors(): Colors {
  const root = getComputedStyle(document.documentElement);
  const token = (name: string): string => root.getPropertyValue(`--at-${name}`).trim();
  const under = token('mix');
  const probe = document.createElement('span');
  document.body.append(probe);
  const network = (color: Look['color']): [Look['color'], { line: string; islandFill: string }] => {
    probe.className = `net-${color}`;
    const line = getComputedStyle(probe).getPropertyValue('--c').trim();
    return [color, { line, islandFill: mixed(line, under, ISLAND_MIX) }];
  };
  const networks = Object.fromEntries([...COLORS, GRAY.color].map(network)) as Colors['networks'];
  probe.remove();
  return {
    bg: token('bg'),
    panel: token('panel'),
    ink: token('ink'),
    soft: token('soft'),
    dim: token('dim'),
    line: token('line'),
    canvas: token('canvas'),
    canvasHatch: token('canvas-2'),
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

function channels(color: string): number[] {
  const hex = color.replace('#', '');
  const full = hex.length === 3 ? [...hex].map((digit) => digit + digit).join('') : hex;
  return [0, 2, 4].map((at) => Number.parseInt(full.slice(at, at + 2), 16));
}
