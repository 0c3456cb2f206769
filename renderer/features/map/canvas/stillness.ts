/** So long after the last move, in milliseconds, something counts as still if frames were drawn since. */
const STILL_MS = 180;

/** What waits until something has stopped moving. */
export interface Stillness {
  /** It moved: the wait begins again. */
  readonly moved: () => void;
  readonly stop: () => void;
}

/**
 * Runs `settle` once nothing has moved for a while. Two frames must have passed as well: where a frame takes longer than the wait, the
 * next move is delivered with it, and settling in the middle of a movement would make each frame take longer still.
 */
export function whenStill(settle: () => void): Stillness {
  let timer: ReturnType<typeof setTimeout> | undefined;
  let frame = 0;
  const stop = (): void => {
    clearTimeout(timer);
    cancelAnimationFrame(frame);
  };
  const moved = (): void => {
    stop();
    timer = setTimeout(() => {
      frame = requestAnimationFrame(() => {
        frame = requestAnimationFrame(settle);
      });
    }, STILL_MS);
  };
  return { moved, stop };
}
