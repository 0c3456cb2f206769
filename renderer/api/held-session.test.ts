import { expect, it } from 'vitest';
import { heldSession } from './held-session';

const storage = (text: string | null) => ({ getItem: () => text });

it('reads what the entrance has kept', () => {
  expect(heldSession(storage('{"id":"a-1","key":"b_2"}'))).toEqual({ id: 'a-1', key: 'b_2' });
});

it.each([null, '', 'null', '{}', '{"id":"../x","key":"b"}', '{"id":"a","key":"b, c"}'])(
  'takes %s for no session',
  (text) => {
    expect(heldSession(storage(text))).toBeNull();
  },
);

it('takes a storage that is refused for no session', () => {
  const refused = {
    getItem: (): string => {
      throw new Error('SecurityError');
    },
  };
  expect(heldSession(refused)).toBeNull();
});
