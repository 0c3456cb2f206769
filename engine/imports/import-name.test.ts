import { describe, expect, it } from 'vitest';
import { Name } from '../../contract';
import { importName } from './import-name';

const id = '01234567-89ab-cdef-0123-456789abcdef';
const nameOf = (name: string, taken: readonly string[] = [], domain?: string): string =>
  importName({ id, name, ...(domain === undefined ? {} : { domain }) }, (one) => taken.includes(one));

describe('the name of an imported VM', () => {
  it.each([
    ['web', 'web'],
    ['web ', 'web'],
    ['web\tserver\n1', 'web server 1'],
    ['\u202eweb\u200b', 'web'],
    ['x'.repeat(400), 'x'.repeat(240)],
    ['$(reboot)', '$(reboot)'],
    ['', 'vm-01234567'],
    ['\u200b \u2028', 'vm-01234567'],
  ])('for %j is %j', (name, cleaned) => {
    expect(nameOf(name)).toBe(cleaned);
    expect(Name.safeParse(nameOf(name)).success).toBe(true);
  });

  it("is libvirt's own name if the title can be none", () => {
    expect(nameOf(' ', [], 'guest7')).toBe('guest7');
  });

  it('has a number if it is taken', () => {
    expect(nameOf('web', ['web'])).toBe('web-2');
    expect(nameOf('web', ['web', 'web-2', 'web-3'])).toBe('web-4');
    const long = 'ü'.repeat(256);
    expect(Name.safeParse(nameOf(long, [long])).success).toBe(true);
  });
});
