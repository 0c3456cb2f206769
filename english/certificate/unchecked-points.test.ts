import { expect, test } from 'vitest';
import type { CertifiedHost } from '../../contract';
import { uncheckedPoints } from './unchecked-points';

const host = (...oks: (boolean | null)[]): Pick<CertifiedHost, 'latest'> => ({
  latest: { points: oks.map((ok) => ({ ok })) } as unknown as CertifiedHost['latest'],
});

test('counts points that were not checked, on all hosts', () => {
  expect(uncheckedPoints([host(true, true), host(true, null, false)])).toEqual({ unchecked: 1, all: 5 });
  expect(uncheckedPoints([host(true), { latest: null }])).toEqual({ unchecked: 0, all: 1 });
});
