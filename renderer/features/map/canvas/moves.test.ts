import { describe, expect, it } from 'vitest';
import { movesBetween, type Place } from './moves';

const places = (list: Record<string, readonly [string, number, number]>): Map<string, Place> =>
  new Map(Object.entries(list).map(([key, [panel, x, y]]) => [key, { panel, x, y }]));

describe('movesBetween', () => {
  it('moves what is in a panel only as far as the panel itself does not', () => {
    const before = places({ p: ['p', 0, 0], island: ['p', 10, 10], chip: ['p', 20, 20] });
    const after = places({ p: ['p', 0, 100], island: ['p', 10, 110], chip: ['p', 50, 120] });
    expect(movesBetween(before, after)).toEqual([
      { key: 'p', dx: 0, dy: -100 },
      { key: 'chip', dx: -30, dy: 0 },
    ]);
  });

  it('does not move what is new', () => {
    expect(movesBetween(places({ p: ['p', 0, 0] }), places({ p: ['p', 0, 0], new: ['p', 5, 5] }))).toEqual([]);
  });
});
