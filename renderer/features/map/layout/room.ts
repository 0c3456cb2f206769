import type { Rect } from './geometry';

type Size = Pick<Rect, 'w' | 'h'>;
type Point = Pick<Rect, 'x' | 'y'>;

/** Whether two boxes are closer than `gap`. */
export const isNear = (a: Rect, b: Rect, gap: number): boolean =>
  a.x < b.x + b.w + gap - 0.01 &&
  b.x < a.x + a.w + gap - 0.01 &&
  a.y < b.y + b.h + gap - 0.01 &&
  b.y < a.y + a.h + gap - 0.01;

/** Whether `box` is inside of `within` and far enough from all others. */
export const isFree = (box: Rect, others: readonly Rect[], within: Rect, gap: number): boolean =>
  box.x >= within.x - 0.01 &&
  box.y >= within.y - 0.01 &&
  box.x + box.w <= within.x + within.w + 0.01 &&
  box.y + box.h <= within.y + within.h + 0.01 &&
  !others.some((other) => isNear(box, other, gap));

/** The free place for a box that is nearest to `from`: beside or below another box. Null: there is none. */
export function freeSpot(
  { w, h }: Size,
  others: readonly Rect[],
  within: Rect,
  gap: number,
  from: Point,
): Point | null {
  const points: Point[] = [
    { x: within.x, y: within.y },
    ...others.flatMap((one) => [
      { x: one.x + one.w + gap, y: one.y },
      { x: one.x, y: one.y + one.h + gap },
      { x: within.x, y: one.y + one.h + gap },
    ]),
  ];
  const distance = ({ x, y }: Point): number => Math.hypot(x - from.x, y - from.y);
  let best: Point | null = null;
  for (const point of points) {
    if (best !== null && distance(point) >= distance(best)) continue;
    if (isFree({ ...point, w, h }, others, within, gap)) best = point;
  }
  return best;
}

/**
 * Moves boxes that are in the way of those that grew, as little as possible: what was on the right of a box moves right, everything
 * else moves down. `before` has the boxes before they grew. Returns the same list where nothing moves.
 */
export function makeWay<T extends Rect & { readonly key: string }>(
  boxes: readonly T[],
  before: ReadonlyMap<string, Rect>,
  grown: readonly string[],
  gap: number,
): T[] {
  const now = new Map(boxes.map((box) => [box.key, box]));
  const was = new Map<string, Rect>(before);
  const queue = [...grown];
  for (let key = queue.shift(); key !== undefined; key = queue.shift()) {
    const box = now.get(key);
    if (box === undefined) continue;
    for (const other of now.values()) {
      if (other.key === key || !isNear(box, other, gap)) continue;
      const old = was.get(key) ?? box;
      const isRight = other.x >= old.x + old.w - 0.01 && other.y < box.y + box.h && box.y < other.y + other.h;
      was.set(other.key, other);
      now.set(other.key, isRight ? { ...other, x: box.x + box.w + gap } : { ...other, y: box.y + box.h + gap });
      queue.push(other.key);
    }
  }
  return boxes.map((box) => now.get(box.key) ?? box);
}
