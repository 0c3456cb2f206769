import { expect, test } from 'vitest';
import type { Island } from '../../../contract';
import { sealMark } from '../../ui/marks';
import { verdictFeel } from '../../ui/tone';
import { sealOf } from './seal-text';

const NOW = Date.parse('2026-11-30T10:00:00.000Z');
const island = (over: Partial<Island>): Island => ({
  ...{ id: 'i', networkId: 'n', hostId: 'h', members: [], nic: null, another: false, note: null },
  ...{ verdict: 'isolated', verdictAt: '2026-11-30T09:59:00.000Z', points: 9, unchecked: 0, failed: 0 },
  ...over,
});
const seal = (over: Partial<Island>, repairs = new Map<string, string>()) => sealOf(island(over), repairs, NOW);

test('a verdict says how many of its points were checked, unless all were', () => {
  expect(seal({})).toMatchObject({ words: 'isolated, 1 min ago', isPartial: false });
  expect(seal({ unchecked: 1 })).toMatchObject({ words: 'isolated (8/9)', isPartial: true });
  expect(verdictFeel(island({ unchecked: 1 })).words).toBe('Isolated, 8 of 9 points checked');
  expect(sealMark('ok', true)).not.toEqual(sealMark('ok', false));
});

test('a verdict says what failed without a way in or out, in another color', () => {
  expect(seal({ failed: 1 })).toEqual({ tone: 'warn', words: 'isolated, 1 failed, 1 min ago', isPartial: false });
  expect(seal({ failed: 1 }, new Map([['i', '2026-11-30T09:58:00.000Z']])).words).toBe('isolated, 1 failed, 1 min ago');
  expect(verdictFeel(island({ failed: 2 }))).toMatchObject({ tone: 'warn', words: 'Isolated, 2 of 9 points failed' });
  expect(verdictFeel(island({ verdict: 'unknown', failed: 1 }))).toMatchObject({
    ...{ tone: 'warn', words: 'Not proven, 1 of 9 points failed' },
  });
  expect(verdictFeel(island({ verdict: 'not_isolated', failed: 2 }))).toMatchObject({
    tone: 'bad',
    words: 'Not isolated',
  });
});

test('a failed or missing verdict, and a repair, are said as they are', () => {
  expect(seal({ verdict: 'not_isolated', unchecked: 1 }).words).toBe('not isolated, 1 min ago');
  expect(seal({ verdict: 'unknown', verdictAt: null, points: 0 }).words).toBe('not checked');
  expect(seal({ unchecked: 1 }, new Map([['i', '2026-11-30T09:58:00.000Z']]))).toEqual({
    ...{ tone: 'warn', words: 'repaired 2 min ago', isPartial: false },
  });
});
