import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { batchWord, bridgeName, isProbePort } from './names';

describe('words for ip and nft', () => {
  test.each(['net1', '_a', 'a-b_c', 'on0193a1b2c3d4e'])('%s is a bridge name', (name) =>
    expect(bridgeName(name)).toBe(name),
  );
  test.each(['', '-a', 'a b', 'a;b', 'a"', 'a.b', 'a/b', 'é', 'a\n', 'x'.repeat(16)])(
    '%j is not a bridge name',
    (name) => expect(() => bridgeName(name)).toThrow(/cannot be the name/),
  );
  test.each(['eth0.5', 'a@b', 'fe80::1/64', '10.0.0.1/24', 'atoll:x:y', '..'])('%s is a word', (word) =>
    expect(batchWord(word)).toBe(word),
  );
  test.each(['', '-force', '#x', 'a#b', "a'b", 'a"b', 'a\\b', 'a b', 'a\nlink del lo', 'a\tb', 'é', 'a\u0000'])(
    '%j is not a word',
    (word) => expect(() => batchWord(word)).toThrow(/cannot be handed to ip/),
  );
  test('an accepted text is one word of one line, without a comment, a quote or an option', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 20, unit: 'binary' }), (word) => {
        try {
          expect(batchWord(word)).toMatch(/^[^-\s'"\\#][^\s'"\\#]*$/);
        } catch (error) {
          expect(error).toMatchObject({ code: 'BAD_INPUT' });
        }
      }),
    );
  });
  test('the probe recognizes its ports', () =>
    expect([isProbePort('atp12a'), isProbePort('vnet0')]).toEqual([true, false]));
});
