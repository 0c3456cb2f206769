import { execFileSync } from 'node:child_process';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { shellCommand, shellWord } from './shell-word';

const HOSTILE = [
  '$(touch x)',
  '`id`',
  "it's",
  '"',
  ';reboot',
  'a\nb',
  '*',
  '-rf',
  '--help',
  '\u202egnp',
  'a\u200bb',
  '',
  '~',
  '#',
  '\\',
  "$'x'",
];

it.each(HOSTILE)('the name %j is one word for bash, unchanged', (name) => {
  for (const text of [shellWord(name), shellCommand([name])])
    expect(execFileSync('bash', ['-c', `printf '%s\\0' ${text}`]).toString()).toBe(`${name}\0`);
});

it('any name is one word, without invisible characters', () => {
  const names = fc
    .string({ unit: 'binary', maxLength: 12 })
    .filter((name) => !name.includes('\0') && Buffer.from(name).toString() === name);
  const property = fc.property(fc.array(names, { minLength: 1, maxLength: 40 }), (words) => {
    const text = shellCommand(words);
    expect(text).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u);
    expect(execFileSync('bash', ['-c', `printf '%s\\0' ${text}`]).toString()).toBe(
      words.map((word) => `${word}\0`).join(''),
    );
  });
  fc.assert(property, { numRuns: 50 });
});

it('plain names are not quoted, but anything like an option or with final punctuation is', () => {
  expect(['web1', 'a.b', '-x', 'web.'].map(shellWord)).toEqual(['web1', 'a.b', "'-x'", "'web.'"]);
  expect(shellCommand(['apt-get', 'install', '--yes', 'a b'])).toBe("apt-get install --yes 'a b'");
});
