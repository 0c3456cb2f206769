import { note } from './remedy';
import { describe, expect, it } from 'vitest';
import { AppError, ERROR_CODES, Mac, Name, NetworkDraft, NetworkName } from './index';

describe('names (rule O5)', () => {
  it.each([
    ['web'],
    ['Café 1'],
    ['数据库'],
    ['🏝️ lagoon'],
    [';$(reboot)'],
    ["it's"],
    ['../x'],
    ['-rf'],
    ['x'.repeat(256)],
  ])('accept %j: every script, and shell syntax as plain text', (name) => {
    expect(Name.safeParse(name).success).toBe(true);
  });

  it.each([[''], [' x'], ['x '], ['a\nb'], ['a\u0000b'], ['a\u2028b'], ['x'.repeat(257)], ['x'.repeat(300)]])(
    'refuse %j',
    (name) => {
      expect(Name.safeParse(name).success).toBe(false);
    },
  );

  it('counts characters, not UTF-16 units', () => {
    expect(Name.safeParse('🏝'.repeat(256)).success).toBe(true);
    expect(Name.safeParse('🏝'.repeat(257)).success).toBe(false);
  });

  it.each([['bond0'], ['Bond'], ['BONDage']])('refuse %j as the name of a network', (name) => {
    expect(NetworkName.safeParse(name).success).toBe(false);
  });
});

describe('numbers and addresses', () => {
  it.each([[67], [70000], [1500.5]])('refuse the MTU %d', (mtu) => {
    expect(NetworkDraft.safeParse({ name: 'a', mtu }).success).toBe(false);
  });

  it('store MACs in lower case and refuse multicast ones', () => {
    expect(Mac.parse('56:6F:00:00:00:0A')).toBe('56:6f:00:00:00:0a');
    expect(Mac.safeParse('57:6f:00:00:00:0a').success).toBe(false);
  });

  it('refuse an unknown field, so that a typo is not silently ignored', () => {
    expect(NetworkDraft.safeParse({ name: 'a', isolated: true }).success).toBe(false);
  });
});

describe('error codes', () => {
  it('never exit with 0, and keep their data', () => {
    expect(Object.values(ERROR_CODES).every((row) => row.exit > 0)).toBe(true);
    const error = new AppError('CONFLICT', 'taken', { remedy: note('choose another'), field: 'name', rule: 'O5' });
    expect({ ...error, message: error.message }).toMatchObject({
      code: 'CONFLICT',
      message: 'taken',
      remedy: note('choose another'),
      field: 'name',
      rule: 'O5',
    });
  });
});
