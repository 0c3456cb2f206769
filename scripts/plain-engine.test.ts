import { readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';

/** A command line of the CLI, or its option for the home. The name of the product in a sentence has a capital; `atoll` alone is a mark, a folder or a package. */
const COMMAND = /(?<![\w./-])atoll (?:--)?[a-z]|(?<![\w-])--home\b/;
/** An HTML tag in a text. Types and XML of libvirt have other names. */
const TAG =
  /<\/?(?:a|b|body|br|button|code|dd|div|dl|dt|h[1-6]|head|html|i|li|p|pre|span|strong|style|table|td|th|tr|ul)(?:\s[^<>]*)?>/;

/** The page that a tiny guest serves is a file of the guest. */
const OF_GUESTS = path.join('tiny-guest', 'guest-files.ts');

/** Lines of a source that name a command or hold HTML. Comments may: they are for who reads the source. */
const offending = (source: string): string[] =>
  source
    .replace(/\/\*[\s\S]*?\*\//g, (comment) => comment.replace(/[^\n]/g, ' '))
    .split('\n')
    .map((line) => line.replace(/(^|\s)\/\/ .*$/, ''))
    .filter((line) => COMMAND.test(line) || TAG.test(line));

describe('engine and hosts', () => {
  const files = ['engine', 'hosts'].flatMap((folder) =>
    readdirSync(path.join(import.meta.dirname, '..', folder), { recursive: true, withFileTypes: true })
      .filter(({ name }) => name.endsWith('.ts') && !name.endsWith('.test.ts'))
      .map((entry) => path.join(entry.parentPath, entry.name))
      .filter((file) => !file.endsWith(OF_GUESTS)),
  );

  it('hold no command line and no HTML: those belong to the catalogue in english/', () => {
    expect(files.length).toBeGreaterThan(300);
    const found = files.flatMap((file) =>
      offending(readFileSync(file, 'utf8')).map((line) => `${file}: ${line.trim()}`),
    );
    expect(found).toEqual([]);
  });

  it.each([
    ["note('Activate it first: atoll host activate node1.')"],
    ['`Run \\`atoll --home /x doctor\\`.`'],
    ["note('Choose another folder with --home.')"],
    ["'<b>isolated</b>'"],
    ['`<td class="x">`'],
  ])('finds a planted line: %s', (line) => {
    expect(offending(line)).toEqual([line]);
  });

  it.each([
    ["'Atoll connects the host automatically'"],
    ["table inet 'atoll'"],
    ['new Map<string, b>()'],
    ['// atoll host list'],
  ])('leaves alone: %s', (line) => {
    expect(offending(line)).toEqual([]);
  });
});
