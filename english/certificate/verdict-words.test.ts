import { expect, test } from 'vitest';
import type { CertifiedHost } from '../../contract';
import { lookOf, verdictWords } from './verdict-words';

const host = (...oks: (boolean | null)[]): Pick<CertifiedHost, 'latest'> => ({
  latest: { points: oks.map((ok) => ({ ok })) } as unknown as CertifiedHost['latest'],
});

test('a failed point is said beside "isolated", in the color of doubt, and leaves other verdicts as they are', () => {
  const failed = [host(true, true), host(true, false)];
  expect([verdictWords('isolated', failed), lookOf('isolated', failed)]).toEqual([
    'Isolated, 1 of 4 points failed',
    'unknown',
  ]);
  expect([verdictWords('not_isolated', failed), lookOf('not_isolated', failed)]).toEqual([
    'NOT isolated',
    'not_isolated',
  ]);
  expect([verdictWords('isolated', [host(true, null)]), lookOf('isolated', [host(true, null)])]).toEqual([
    'Isolated',
    'isolated',
  ]);
});
