import { describe, expect, it } from 'vitest';
import { nearNames } from './suggest-names';

describe('similar names', () => {
  it('are the likely ones, nearest first, at most three', () => {
    expect(nearNames('bleu', ['blue', 'green', 'red'])).toEqual(['blue']);
    expect(nearNames('bluee', ['blue', 'green', 'red'])).toEqual(['blue']);
    expect(nearNames('lab', ['laboratory', 'lad', 'moon'])).toEqual(['laboratory', 'lad']);
    expect(nearNames('n', ['n1', 'n2', 'n3', 'n4'])).toHaveLength(3);
    expect(nearNames('x'.repeat(600), ['blue'])).toEqual([]);
  });
});
