import { expect, test } from 'vitest';
import { hasControlCharacters, linesOf, needsAsking, withoutControlCharacters } from './pasting';

test('sends a single line directly, and asks about text that is executed, long or invisible', () => {
  expect(needsAsking('ls -l')).toBe(false);
  expect(needsAsking('\tls — é 漢')).toBe(false);
  for (const text of ['ls\n', 'a\rb', 'a\r\nb', 'x'.repeat(1001), 'a\u001b[201~rm -rf /', 'a\u202eb'])
    expect(needsAsking(text), JSON.stringify(text)).toBe(true);
});

test('counts lines as a shell executes them', () => {
  expect(linesOf('a')).toBe(1);
  expect(linesOf('a\n')).toBe(1);
  expect(linesOf('a\r\nb\rc\n\n')).toBe(3);
});

test('removes invisible characters, but keeps tabs and line breaks', () => {
  expect(hasControlCharacters('a\tb\nc')).toBe(false);
  expect(withoutControlCharacters('a\u001b[31m\u0007b\tc\n\u200bd')).toBe('a[31mb\tc\nd');
});
