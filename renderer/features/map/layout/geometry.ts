import { MOST_NAME, nameWidth } from './name-width';

export interface Rect {
  readonly x: number;
  readonly y: number;
  readonly w: number;
  readonly h: number;
}

export const CHIP_H = 30;
export const GAP = 7;

const CHIP_BASE = 44;
const PORT = 7;

/** The width of a VM's chip: icon, name (up to its maximum) and one port per vNIC. */
export const chipWidth = (name: string, ports: number): number =>
  Math.round(CHIP_BASE + Math.min(nameWidth(name), MOST_NAME) + ports * PORT);

/** Wraps boxes into lines of at most `width`, starting at (`left`, `top`). */
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

/** The height of `flow`, without positioning anything. */
export function flowHeight(items: readonly { readonly w: number }[], width: number): number {
  if (items.length === 0) return 0;
  let x = 0;
  let y = 0;
  for (const { w } of items) {
    if (x > 0 && x + w > width) {
      x = 0;
      y += CHIP_H + GAP;
    }
    x += w + GAP;
  }
  return y + CHIP_H;
}

/** A skyline: the lower edge of the placed boxes from left to right, each segment from its `x` to the next. */
type Shore = readonly { readonly x: number; readonly y: number }[];

/**
 * Packs boxes in order, each as high as possible within `width`, then as far left as possible: a later box moves none of the
 * earlier ones. The skyline has no more segments than boxes side by side, so this is linear in the number of boxes.
 */
export function packed<T extends { readonly w: number; readonly h: number }>(
  items: readonly T[],
  width: number,
  gap: number,
): (T & Rect)[] {
  let shore: Shore = [{ x: 0, y: 0 }];
  return items.map((item) => {
    let [x, y] = [0, Infinity];
    for (let i = 0; i < shore.length; i++) {
      const left = shore[i]?.x ?? 0;
      if (i > 0 && left + item.w > width + 0.01) break;
      const top = lowest(shore, i, left + item.w, y);
      if (top < y) [x, y] = [left, top];
    }
    shore = shoreWith(shore, x, x + item.w + gap, y + item.h + gap);
    return { ...item, x, y };
  });
}

/** The lowest possible top of a box from segment `from` to `end`; stops comparing once it reaches `enough`. */
function lowest(shore: Shore, from: number, end: number, enough: number): number {
  let y = 0;
  for (let i = from; i < shore.length; i++) {
    const part = shore[i];
    if (part === undefined || part.x >= end || y >= enough) break;
    if (part.y > y) y = part.y;
  }
  return y;
}

function shoreWith(shore: Shore, x: number, end: number, y: number): Shore {
  const next: { x: number; y: number }[] = [];
  let under = 0;
  for (const part of shore) {
    if (part.x <= end) under = part.y;
    if (part.x < x) next.push(part);
  }
  next.push({ x, y }, { x: end, y: under });
  for (const part of shore) if (part.x > end) next.push(part);
  return next;
}

/** Positions boxes on one line, each as close to its preferred center (`at`) as the others and the line's ends allow; sorted by `at`. */
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
