import type { Rectangle } from 'electron';
import type { WindowPlace } from './settings';

export const LEAST = { width: 900, height: 600 };
const FIRST = { width: 1280, height: 800 };
/** So much of a window's upper edge must be on a screen for a person to get hold of it. */
const GRIP = { width: 100, height: 30 };

/**
 * Where a window is to open: where it was, if that is still on a screen (one may have been unplugged), else in the middle of the
 * first. Never larger than its screen.
 */
export function placeFor(
  was: WindowPlace | null,
  screens: readonly Rectangle[],
): { width: number; height: number; x?: number; y?: number } {
  const on = was === null ? undefined : screens.find((screen) => holds(screen, was));
  const screen = on ?? screens[0];
  const most = screen ?? FIRST;
  const width = Math.min(Math.max(was?.width ?? FIRST.width, LEAST.width), Math.max(most.width, LEAST.width));
  const height = Math.min(Math.max(was?.height ?? FIRST.height, LEAST.height), Math.max(most.height, LEAST.height));
  return on === undefined || was === null ? { width, height } : { width, height, x: was.x, y: was.y };
}

function holds(screen: Rectangle, { x, y, width }: WindowPlace): boolean {
  const seen = Math.min(x + width, screen.x + screen.width) - Math.max(x, screen.x);
  return seen >= GRIP.width && y >= screen.y && y <= screen.y + screen.height - GRIP.height;
}
