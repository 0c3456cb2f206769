import { expect, test } from 'vitest';
import type { CertifiedHost } from '../../contract';
import { latestPoints } from './latest-points';

const host = (...oks: (boolean | null)[]): Pick<CertifiedHost, 'latest'> => ({
  latest: { points: oks.map((ok) => ({ ok })) } as unknown as CertifiedHost['latest'],
});

test('counts points that were not checked and that failed, on all hosts', () => {
  expect(latestPoints([host(true, true), host(true, null, false)])).toEqual({ points: 5, unchecked: 1, failed: 1 });
  expect(latestPoints([host(true), { latest: null }])).toEqual({ points: 1, unchecked: 0, failed: 0 });
});
