import { execFileSync, spawnSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { answerIds, answerXml, virshWord } from './virsh';

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

describe('the answer of a virsh that stays', () => {
  it.each([
    ["<domain type='kvm'>\n</domain>\n\n", "<domain type='kvm'>\n</domain>\n"],
    ["error: failed to get domain 'x'\n", null],
    ["error: failed to get domain 'x'\nerror: Domain not found: no domain with matching uuid\n", null],
    ["error: failed to get domain 'x'\nerror: Cannot recv data\n", undefined],
    ['error: Disconnected from qemu:///system\n<domain>\n</domain>\n', undefined],
    ['<domain>\n', undefined],
    ['', undefined],
    [undefined, undefined],
  ])('%j is the definition %j', (answer, xml) => {
    expect(answerXml(answer)).toBe(xml);
  });

  const ID = '11111111-2222-4333-8444-555555555555';
  it.each([
    ['\n', []],
    [`${ID}\n\n`, [ID]],
    ['error: Failed to list domains\n', null],
    [`error: Reconnected to the hypervisor\n${ID}\n`, null],
    [undefined, null],
  ])('%j is the list %j', (answer, ids) => {
    expect(answerIds(answer)).toEqual(ids);
  });
});
