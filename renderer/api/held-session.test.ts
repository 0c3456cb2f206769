import { expect, it } from 'vitest';
import { heldSession } from './held-session';

const storage = (text: string | null) => ({ getItem: () => text });

it('reads the stored session', () => {
  expect(heldSession(storage('{"id":"a-1","key":"b_2"}'))).toEqual({ id: 'a-1', key: 'b_2' });
});

it.each([null, '', 'null', '{}', '{"id":"../x","key":"b"}', '{"id":"a","key":"b, c"}'])('ignores %s', (text) => {
  expect(heldSession(storage(text))).toBeNull();
});

it('treats blocked storage as no session', () => {
  const refused = {
    getItem: (): string => {
      throw new Error('SecurityError');
    },
  };
  expect(heldSession(refused)).toBeNull();
});
