import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { Id, Mac } from './common';

const said = (schema: z.ZodType, value: unknown): string | undefined =>
  schema.safeParse(value).error?.issues[0]?.message;

describe('what is wrong with an input', () => {
  it.each([
    [z.int().min(1), 0, 'must be at least 1'],
    [z.int().max(512), 5000, 'must be at most 512'],
    [z.int(), 1.5, 'must be a whole number'],
    [z.string().min(1), '', 'must not be empty'],
    [z.string().min(3), 'a', 'must have at least 3 characters'],
    [z.string().max(3), 'abcd', 'must have at most 3 characters'],
    [z.array(z.string()).max(1), ['a', 'b'], 'must have at most 1 of them'],
    [z.enum(['raw', 'qcow2']), 'vdi', 'must be one of raw, qcow2'],
    [z.string(), undefined, 'is missing'],
    [Id, 'nosuch', 'must be an id, as lists show it'],
    [z.int().min(32, 'must be at least 32 MiB'), 1, 'must be at least 32 MiB'],
  ] as const)('is said in words for people (%#)', (schema, value, words) => {
    expect(said(schema, value)).toBe(words);
  });
});

describe('a MAC address', () => {
  it.each(['00:00:00:00:00:00', '01:00:5e:00:00:01', 'ff:ff:ff:ff:ff:ff', 'fe:54:00:00:00:01', '56:6f:00', 'zz'])(
    'is not %s',
    (mac) => expect(Mac.safeParse(mac).success).toBe(false),
  );

  it('is kept in lower case', () => {
    expect(Mac.parse('56:6F:00:00:00:01')).toBe('56:6f:00:00:00:01');
    expect(Mac.parse('00:00:00:00:00:01')).toBe('00:00:00:00:00:01');
  });
});
