import { expect, test } from 'vitest';
import { withAll, withOne, withRange } from './picking';

const IDS = ['a', 'b', 'c', 'd'];
const list = (picked: ReadonlySet<string>) => [...picked].sort();

test('one is picked and let go', () => {
  const one = withOne(new Set(['a']), 'b', true);
  expect(list(one)).toEqual(['a', 'b']);
  expect(list(withOne(one, 'a', false))).toEqual(['b']);
});

test('a range goes both ways, picks and lets go, and falls back to the one when its start is not seen', () => {
  expect(list(withRange(new Set(), IDS, 'd', 'b', true))).toEqual(['b', 'c', 'd']);
  expect(list(withRange(new Set(IDS), IDS, 'a', 'c', false))).toEqual(['d']);
  expect(list(withRange(new Set(), IDS, 'filtered out', 'c', true))).toEqual(['c']);
});

test('all are those that are seen; what the filter hides stays picked', () => {
  expect(list(withAll(new Set(['hidden']), IDS, true))).toEqual(['a', 'b', 'c', 'd', 'hidden']);
  expect(list(withAll(new Set(['hidden', 'a']), IDS, false))).toEqual(['hidden']);
});
