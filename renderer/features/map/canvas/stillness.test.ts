import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { whenStill } from './stillness';

describe('whenStill', () => {
  /** What runs in the next frame. */
  let frames = new Map<number, () => void>();
  const draw = (): void => {
    const now = [...frames.values()];
    frames = new Map();
    for (const run of now) run();
  };
  let ids = 0;

  beforeEach(() => {
    vi.useFakeTimers();
    vi.stubGlobal('requestAnimationFrame', (run: () => void) => {
      ids += 1;
      frames.set(ids, run);
      return ids;
    });
    vi.stubGlobal('cancelAnimationFrame', (id: number) => frames.delete(id));
  });
  afterEach(() => {
    frames.clear();
    vi.useRealTimers();
    vi.unstubAllGlobals();
  });

  it('settles once, after the last move', () => {
    const settle = vi.fn();
    const still = whenStill(settle);
    still.moved();
    still.moved();
    vi.advanceTimersByTime(1_000);
    draw();
    expect(settle).not.toHaveBeenCalled();
    draw();
    draw();
    expect(settle).toHaveBeenCalledOnce();
  });

  it('does not settle between moves, however long a frame takes', () => {
    const settle = vi.fn();
    const still = whenStill(settle);
    for (let i = 0; i < 5; i += 1) {
      still.moved();
      // The move that waited is delivered before the callbacks of its frame.
      vi.advanceTimersByTime(900);
      draw();
    }
    expect(settle).not.toHaveBeenCalled();
    vi.advanceTimersByTime(900);
    draw();
    expect(settle).toHaveBeenCalledOnce();
  });

  it('settles no more once it is stopped', () => {
    const settle = vi.fn();
    const still = whenStill(settle);
    still.moved();
    vi.advanceTimersByTime(900);
    still.stop();
    draw();
    draw();
    expect(settle).not.toHaveBeenCalled();
  });
});
