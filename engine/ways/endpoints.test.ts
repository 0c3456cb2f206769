import { describe, expect, it } from 'vitest';
import { elsewhere } from './endpoints';

describe('endpoints', () => {
  it('that two hosts have alike are no way from one to the other', () => {
    const docker = '172.17.0.1:51871';
    expect(elsewhere(['192.0.2.2:51871', docker], ['192.0.2.3:51872', '172.17.0.1:51872'])).toEqual([
      '192.0.2.2:51871',
    ]);
    expect(elsewhere(['[2001:db8::2]:51871'], ['[2001:db8::2]:7'])).toEqual([]);
    expect(elsewhere([docker], [])).toEqual([docker]);
  });
});
