import { describe, expect, it } from 'vitest';
import { printable, printableLines, safeJson } from './escape';
import { layFields, layTable } from './layout';
import { bytes, duration, mebibytes } from './units';
import { displayWidth, pad } from './width';

describe('text for a terminal', () => {
  it.each([
    ['\u001b[31mred', '\\e[31mred'],
    ['\u001b]0;title\u0007', '\\e]0;title\\u{7}'],
    ['\u009b31m', '\\u{9b}31m'],
    ['a\r\nb', 'a\\r\\nb'],
    ['a\tb', 'a\\tb'],
    ['\u202egnp.exe', '\\u{202e}gnp.exe'],
    ['a\u2028b', 'a\\u{2028}b'],
    ['we\u200bb', 'we\\u{200b}b'],
    ['\ufeffweb', '\\u{feff}web'],
    ['w\u00adeb', 'w\\u{ad}eb'],
    ['w\u2800eb', 'w\\u{2800}eb'],
    ['w\ufff9eb', 'w\\u{fff9}eb'],
    ['w\u206aeb', 'w\\u{206a}eb'],
    ['w\u{e0041}eb', 'w\\u{e0041}eb'],
    ['w\u{1d173}eb', 'w\\u{1d173}eb'],
    ['\ud800', '\\u{d800}'],
  ])('escapes %j', (text, shown) => expect(printable(text)).toBe(shown));

  it.each([['Café'], ['数据库'], ['👨‍👩‍👧'], ['🏝️'], [';$(reboot)'], ['\\e']])('leaves %j unchanged', (text) => {
    expect(printable(text)).toBe(text);
  });

  it('keeps only the line breaks of a multi-line text', () => {
    expect(printableLines('a\u001b[2J\nb')).toBe('a\\e[2J\nb');
  });

  it('makes JSON safe without changing its value', () => {
    const value = { comment: 'a\u001b[31m\u009b\u007f\u202e\u2028\u2800\u{e0041}', name: '🏝️' };
    const text = safeJson(value);
    expect(text).not.toMatch(/[\u0000-\u001f\u007f-\u009f\u2028\u202e\u2800\u{e0041}]/u);
    expect(JSON.parse(text)).toEqual(value);
  });
});

describe('display width', () => {
  it.each([
    ['abc', 3],
    ['数据库', 6],
    ['한글', 4],
    ['é', 1],
    ['e\u0301', 1],
    ['🏝️', 2],
    ['👨‍👩‍👧', 2],
    ['🇨🇿', 2],
    ['ｆｕｌｌ', 8],
    ['', 0],
  ])('of %j is %d cells', (text, cells) => expect(displayWidth(text)).toBe(cells));

  it('is used for padding', () => {
    expect(pad('数据', 6)).toBe('数据  ');
    expect(pad('toolong', 3)).toBe('toolong');
  });
});

describe('a table', () => {
  const columns = [
    { title: 'name', of: (row: { name: string; n: number | null }) => row.name },
    { title: 'n', of: (row: { name: string; n: number | null }) => row.n },
  ];

  it('is aligned by display width, and keeps every row on its line', () => {
    expect(
      layTable(columns, [
        { name: '数据', n: 1 },
        { name: 'a\nb', n: null },
        { name: 'plain', n: 0 },
      ]),
    ).toEqual(['NAME   N', '数据   1', 'a\\nb   -', 'plain  0']);
  });

  it('shows fields in two columns, without missing ones', () => {
    expect(
      layFields([
        ['name', 'x'],
        ['reason', undefined],
        ['isolated', true],
        ['host', null],
      ]),
    ).toEqual(['name      x', 'isolated  yes', 'host      -']);
  });
});

describe('units', () => {
  it.each([
    [0, '0 B'],
    [1023, '1023 B'],
    [1536, '1.5 KiB'],
    [200 * 1024 * 1024, '200 MiB'],
  ])('%d bytes are %s', (count, text) => expect(bytes(count)).toBe(text));

  it('formats MiB and time', () => {
    expect(mebibytes(1024)).toBe('1.0 GiB');
    expect(duration(340)).toBe('0.3 s');
    expect(duration(-90_000)).toBe('0.0 s');
    expect(duration(250_000)).toBe('4 min 10 s');
    expect(duration(3 * 3_600_000 + 5 * 60_000)).toBe('3 h 5 min');
  });
});
