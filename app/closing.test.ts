import { describe, expect, it } from 'vitest';
import { Closing } from './closing';

describe('closing', () => {
  it('closes in reverse order, once, and continues past errors', async () => {
    const done: string[] = [];
    const closing = new Closing();
    closing.add(() => void done.push('first opened'));
    closing.add(() => Promise.reject(new Error('stuck')));
    closing.add(async () => {
      await Promise.resolve();
      done.push('last opened');
    });
    await expect(closing.run()).rejects.toThrow('stuck');
    await expect(closing.run()).rejects.toThrow('stuck');
    expect(done).toEqual(['last opened', 'first opened']);
  });
});
