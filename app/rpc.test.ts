import { StandardRPCJsonSerializer } from '@orpc/client/standard';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { PlainSerializer } from './rpc';

const own = new PlainSerializer();
const library = new StandardRPCJsonSerializer();

it('sends what the library would send', () => {
  const values = fc.anything({
    withDate: true,
    withMap: true,
    withSet: true,
    withBigInt: true,
    withSparseArray: false,
  });
  fc.assert(
    fc.property(values, (value) => {
      expect(JSON.stringify(own.serialize(value))).toBe(JSON.stringify(library.serialize(value)));
    }),
    { numRuns: 500 },
  );
});

it.each([
  ['a list with a hole', [undefined]],
  ['no number', Number.NaN],
  ['a date', { at: new Date(0) }],
  ['a set', [{ of: new Set([1]) }]],
  ['a big integer', { n: 1n }],
])('leaves %s to the library', (_, value) => {
  const [, meta] = own.serialize(value);
  expect(meta).not.toEqual([]);
  expect(JSON.stringify(own.serialize(value))).toBe(JSON.stringify(library.serialize(value)));
});

it('does not copy what is JSON already', () => {
  const map = { vms: [{ id: 'a', hostId: null, span: undefined }], islands: [] };
  expect(own.serialize(map)[0]).toBe(map);
});
