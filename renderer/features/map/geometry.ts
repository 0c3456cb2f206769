export interface Rect {
  readonly x: number;
  readonly y: number;
  readonly w: number;
  readonly h: number;
}

export const CHIP_H = 30;
export const GAP = 7;

const CHIP_BASE = 44;
const LETTER = 8;
const WIDE_LETTER = 14;
const PORT = 7;
/** Longer names are cut on the chip; the whole is in the drawer and on hover. */
const MOST = 130;

/** The width of a VM's chip: mark, name and one port per vNIC. Han, Kana, Hangul and emoji take about twice the room. */
export function chipWidth(name: string, ports: number): number {
  let text = 0;
  for (const char of name) text += (char.codePointAt(0) ?? 0) >= 0x1100 ? WIDE_LETTER : LETTER;
  return Math.round(CHIP_BASE + Math.min(text, MOST) + ports * PORT);
}

/** Sets boxes in lines of at most `width`, beginning at (`left`, `top`). */
export function flow<T extends { readonly w: number }>(
  items: readonly T[],
  width: number,
  left: number,
  top: number,
): { boxes: (T & Rect)[]; height: number } {
  let x = 0;
  let y = 0;
  const boxes = items.map((item) => {
    if (x > 0 && x + item.w > width) {
      x = 0;
      y += CHIP_H + GAP;
    }
    const box = { ...item, x: left + x, y: top + y, h: CHIP_H };
    x += item.w + GAP;
    return box;
  });
  return { boxes, height: items.length === 0 ? 0 : y + CHIP_H };
}

/** Sets boxes on shelves of at most `width`, in their order; boxes of one shelf share its top. */
export function shelves<T extends Rect>(items: readonly T[], width: number, gap: number, top: number, left = 0): T[] {
  let x = 0;
  let y = top;
  let shelf = 0;
  return items.map((item) => {
    if (x > 0 && x + item.w > width) {
      x = 0;
      y += shelf + gap;
      shelf = 0;
    }
    const placed = { ...item, x: left + x, y };
    x += item.w + gap;
    shelf = Math.max(shelf, item.h);
    return placed;
  });
}

/** Boxes on one line, each as near to its wanted middle (`at`) as the others and the line's ends allow; order is kept by `at`. */
export function spread<T extends { readonly w: number; readonly at: number }>(
  items: readonly T[],
  width: number,
  gap: number,
): (T & { readonly x: number })[] {
  const sorted = [...items]
    .sort((a, b) => a.at - b.at)
    .map((item) => ({ ...item, x: Math.max(0, item.at - item.w / 2) }));
  for (let i = 1; i < sorted.length; i++) {
    const [before, item] = [sorted[i - 1], sorted[i]];
    if (before !== undefined && item !== undefined) item.x = Math.max(item.x, before.x + before.w + gap);
  }
  let limit = width;
  for (const item of sorted.toReversed()) {
    item.x = Math.max(0, Math.min(item.x, limit - item.w));
    limit = item.x - gap;
  }
  return sorted;
}

/** Boxes on shelves; `need` is the height of the smallest window of the wanted aspect that shows them all. */
export interface Shelved<T> {
  readonly items: readonly T[];
  readonly width: number;
  readonly height: number;
  readonly need: number;
}

/** More ways to set the shelves than these are not tried. */
const MOST_TRIES = 24;

/**
 * Boxes on shelves so that the whole comes nearest to a window of `aspect` (width to height): of all places where the first
 * shelf could end, the one that lets the whole be shown largest. `least` is the smallest width of the whole.
 */
export function bestShelves<T extends Rect>(items: readonly T[], aspect: number, gap: number, least = 0): Shelved<T> {
  let best: Shelved<T> | null = null;
  const stride = Math.max(1, Math.ceil(items.length / MOST_TRIES));
  const widest = Math.max(least, ...items.map((item) => item.w));
  let limit = -gap;
  for (const [index, item] of items.entries()) {
    limit += item.w + gap;
    if (index % stride !== 0 && index !== items.length - 1) continue;
    const placed = shelves(items, Math.max(widest, limit), gap, 0);
    const width = Math.max(least, ...placed.map((one) => one.x + one.w));
    const height = Math.max(0, ...placed.map((one) => one.y + one.h));
    const need = Math.max(width / aspect, height);
    if (best === null || need < best.need) best = { items: placed, width, height, need };
  }
  return best ?? { items: [], width: least, height: 0, need: 0 };
}
