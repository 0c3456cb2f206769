import { execFileSync, spawnSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { virshWord } from './virsh';

const isMissing = spawnSync('virsh', ['--version']).error !== undefined;

describe.skipIf(isMissing)(`a word for virsh${isMissing ? ' (virsh is missing)' : ''}`, () => {
  it.each([
    `<domain store="a b" vm='c'/>`,
    `'; quit; '`,
    `\\' \\\\ "x" $(id) \`id\``,
    '# no comment; echo y',
    'two\nlines',
    '',
    "''''",
    '--help',
  ])('is taken as it is: %j', (text) => {
    const line = `echo -- ${virshWord(text)}`;
    expect(execFileSync('virsh', ['-q', '-c', 'test:///default', line], { encoding: 'utf8' })).toBe(text);
  });
});
