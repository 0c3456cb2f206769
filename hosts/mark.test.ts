import { expect, test } from 'vitest';
import { ownerOf } from './mark';

const STORE = '0193a1b2-0000-7000-8000-00000000feed';
const NETWORK = '0193a1b2-0000-7000-8000-000000000001';

test('a mark names the store and the network', () => {
  expect(ownerOf(`atoll:${STORE}:${NETWORK}`)).toEqual({ storeId: STORE, networkId: NETWORK });
});

test.each([
  null,
  '',
  'atoll',
  `atoll:${STORE}`,
  `atoll:${STORE}:${NETWORK}:x`,
  ` atoll:${STORE}:${NETWORK}`,
  `atoll:${STORE}:${NETWORK}\n`,
  `Atoll:${STORE}:${NETWORK}`,
])('%j is not a mark', (alias) => expect(ownerOf(alias)).toBeNull());
