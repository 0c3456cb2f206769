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

/** The width of a VM's chip: mark, name (as long as it may be) and one port per vNIC. */
export const chipWidth = (name: string, ports: number): number =>
  Math.round(CHIP_BASE + Math.min(nameWidth(name), MOST_NAME) + ports * PORT);

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

/**
 * Sets boxes in their order, each as high up as it finds room within `width`, then as far left: a box that comes later moves
 * none of those before it.
 */
export function packed<T extends { readonly w: number; readonly h: number }>(
  items: readonly T[],
  width: number,
  gap: number,
): (T & Rect)[] {
  // How far down it is taken, from left to right: each from its `x` to that of the next.
  let shore = [{ x: 0, y: 0 }];
  return items.map((item) => {
    const spots = shore
      .filter(({ x }, i) => i === 0 || x + item.w <= width + 0.01)
      .map(({ x }) => ({
        x,
        y: Math.max(
          ...shore.filter((part, i) => part.x < x + item.w && (shore[i + 1]?.x ?? Infinity) > x).map((part) => part.y),
        ),
      }));
    const { x, y } = spots.reduce((best, spot) => (spot.y < best.y ? spot : best));
    const end = x + item.w + gap;
    const under = shore.findLast((part) => part.x <= end)?.y ?? 0;
    const rest = shore.filter((part) => part.x < x || part.x > end);
    shore = [...rest, { x, y: y + item.h + gap }, { x: end, y: under }].sort((a, b) => a.x - b.x);
    return { ...item, x, y };
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
