import { ORPCError } from '@orpc/client';
import { describe, expect, it } from 'vitest';
import { AppError } from '../contract/app-error';
import { note } from '../contract/remedy';
import { toAppError } from './rpc-errors';
import { isNewer } from './version';

describe('what a call over a door throws', () => {
  it('keeps code, message, hint, field and rule', async () => {
    const error = new ORPCError('RULE_BROKEN', {
      message: 'no',
      data: { remedy: note('yes'), field: 'vlan', rule: 'S3' },
    });
    expect(await toAppError(error, false)).toMatchObject({
      code: 'RULE_BROKEN',
      message: 'no',
      remedy: note('yes'),
      field: 'vlan',
      rule: 'S3',
    });
  });

  it('points to the log for an error with an id', async () => {
    expect(
      (await toAppError(new ORPCError('INTERNAL', { message: 'x', data: { remedy: null, id: 'abc' } }), false)).remedy
        ?.note,
    ).toContain('abc');
  });

  it.each([[undefined], [null], ['text'], [{ remedy: 5, field: {} }]])(
    'does not trust what came with it: %j',
    async (data) => {
      expect(await toAppError(new ORPCError('CONFLICT', { message: 'x', data }), false)).toMatchObject({
        code: 'CONFLICT',
        remedy: null,
        field: undefined,
      });
    },
  );

  it.each([
    [new ORPCError('BAD_REQUEST', { message: 'bad' }), 'BAD_INPUT'],
    [new ORPCError('TEAPOT', { status: 418, message: 'tea' }), 'INTERNAL'],
    [Object.assign(new Error('stop'), { name: 'AbortError' }), 'CANCELLED'],
    [new TypeError('x'), 'INTERNAL'],
    [new AppError('CONFLICT', 'x'), 'CONFLICT'],
  ])('maps %s', async (error, code) => expect((await toAppError(error, false)).code).toBe(code));

  it('says that the engine is gone for whatever fails on a closed connection', async () => {
    expect((await toAppError(new Error('closed'), true)).code).toBe('ENGINE_GONE');
  });
});

describe('versions', () => {
  it.each([
    ['1.0.0', '0.9.9', true],
    ['0.10.0', '0.9.0', true],
    ['0.1.0', '0.1.0', false],
    ['0.1.0', '0.1.1', false],
    ['0.1.0-beta', '0.1.0', false],
  ])('%s is newer than %s: %s', (a, b, newer) => expect(isNewer(a, b)).toBe(newer));
});
