import { expect, test } from 'vitest';
import { withAll, withOne, withRange } from './row-selection';

const IDS = ['a', 'b', 'c', 'd'];
const list = (selected: ReadonlySet<string>) => [...selected].sort();

test('selects and deselects one row', () => {
  const one = withOne(new Set(['a']), 'b', true);
  expect(list(one)).toEqual(['a', 'b']);
  expect(list(withOne(one, 'a', false))).toEqual(['b']);
});

test('selects and deselects a range in both directions, and only the clicked row if its start is hidden', () => {
  expect(list(withRange(new Set(), IDS, 'd', 'b', true))).toEqual(['b', 'c', 'd']);
  expect(list(withRange(new Set(IDS), IDS, 'a', 'c', false))).toEqual(['d']);
  expect(list(withRange(new Set(), IDS, 'filtered out', 'c', true))).toEqual(['c']);
});

test('selects all visible rows; hidden rows keep their selection', () => {
  expect(list(withAll(new Set(['hidden']), IDS, true))).toEqual(['a', 'b', 'c', 'd', 'hidden']);
  expect(list(withAll(new Set(['hidden', 'a']), IDS, false))).toEqual(['hidden']);
});
