import { note } from '../contract/remedy';
import { describe, expect, it } from 'vitest';
import { inHome } from './home-errors';

const failing = (code: string) => (): Promise<never> => Promise.reject(Object.assign(new Error('no'), { code }));

describe('an unwritable home', () => {
  it.each([
    ['ENOSPC', 'NO_CAPACITY'],
    ['EDQUOT', 'NO_CAPACITY'],
    ['EROFS', 'STORE_FAILED'],
    ['EACCES', 'STORE_FAILED'],
  ])('for %s is reported as %s, with a remedy', async (code, reported) => {
    await expect(inHome('/home/ann', failing(code))).rejects.toMatchObject({
      code: reported,
      remedy: note(expect.stringContaining('another home folder') as string),
    });
  });

  it('is not blamed for other errors', async () => {
    await expect(inHome('/home/ann', failing('EISDIR'))).rejects.toMatchObject({ code: 'EISDIR' });
    expect(await inHome('/home/ann', () => Promise.resolve(1))).toBe(1);
  });
});
