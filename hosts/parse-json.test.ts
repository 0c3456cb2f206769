import { expect, it } from 'vitest';
import { z } from 'zod';
import { AppError } from '../contract';
import { readDefinition } from './linux/vms/pack';
import { parseJson } from './parse-json';

it.each(['', '{', 'null', '[]', '{"a":"1"}', '{"a":1}{', '\u0000', '['.repeat(100_000)])('rejects %.20j', (text) => {
  expect(parseJson(z.object({ a: z.number() }), text)).toBe(null);
});

it('reads valid input, without unknown fields', () => {
  expect(parseJson(z.object({ a: z.number() }), '{"a":1,"__proto__":{"b":2},"c":3}')).toEqual({ a: 1 });
});

it.each(['', 'no JSON', '{"xml":1,"externals":[]}', '{"xml":null}'])(
  'refuses the pack of a VM whose definition is %j, naming the field',
  (definition) => {
    const read = () => readDefinition({ definition, files: [] });
    expect(read).toThrow(AppError);
    expect(read).toThrow(expect.objectContaining({ code: 'BAD_INPUT', field: 'vm', rule: 'MOVE' }) as Error);
  },
);
