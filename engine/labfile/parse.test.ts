import { describe, expect, it } from 'vitest';
import { AppError } from '../../contract';
import { parseLabFile } from './parse';

const GOOD = `atoll: 1
dataCenter: Default
networks:
  - name: blue
vms:
  - name: web
    vnics:
      - { name: nic1, network: blue }
`;

function refusal(text: string): AppError {
  try {
    parseLabFile(text);
  } catch (error) {
    if (error instanceof AppError) return error;
    throw error;
  }
  throw new Error('it was taken');
}

describe('a lab file', () => {
  it('is read, and tells where a thing stands', () => {
    const { file, lineOf } = parseLabFile(GOOD);
    expect(file.vms[0]?.vnics).toEqual([{ name: 'nic1', network: 'blue' }]);
    expect(lineOf(['vms', 0, 'vnics', 0, 'network'])).toBe(8);
    expect(lineOf(['vms', 0, 'cpus'])).toBe(6);
  });

  it.each([
    ['a key twice', `${GOOD}dataCenter: Other\n`, 'line 9: dataCenter: stands there twice'],
    ['a second document', `${GOOD}---\natoll: 1\n`, 'line 9: a second document begins'],
  ])('is refused for %s, in words for people', (_, text, words) => {
    expect(refusal(text).message).toBe(words);
  });

  it.each([
    ['an unknown field', `${GOOD}    colour: red\n`, 6, 'vms[0]'],
    ['a wrong value', `${GOOD}    cpus: many\n`, 9, 'vms[0].cpus'],
    ['a wrong version', GOOD.replace('atoll: 1', 'atoll: 2'), 1, 'atoll'],
    ['a name that is a number', GOOD.replace('blue\n', '007\n'), 4, 'networks[0].name'],
    ['a name twice', `${GOOD}  - name: web\n`, 9, 'vms[1].name'],
    ['a missing name', GOOD.replace('- name: web\n    vnics', '- vnics'), 6, 'vms[0].name'],
  ])('is refused for %s, with line and field', (_, text, line, field) => {
    const error = refusal(text);
    expect(error.message).toMatch(new RegExp(`^line ${line}: `));
    expect(error).toMatchObject({ code: 'BAD_INPUT', field });
    expect(error.hint).not.toBeNull();
  });

  it.each([
    ['an alias', 'atoll: 1\ndataCenter: &a Default\ncomment: *a\n', 'line 2'],
    [
      'a bomb of aliases',
      `a: &a [x, x]\n${[...'bcdefghij'].map((c, i) => `${c}: &${c} [*${'abcdefghi'[i] ?? ''}, *${'abcdefghi'[i] ?? ''}]`).join('\n')}\n`,
      'line 1',
    ],
    ['a tag', 'atoll: 1\ndataCenter: !!js/function "x"\n', 'line 2'],
    ['a tag of its own', '!shell\natoll: 1\n', 'line'],
    ['a key twice', `${GOOD}atoll: 1\n`, 'line 9'],
    ['a second document', `${GOOD}---\natoll: 1\n`, 'line'],
    ['no YAML', 'atoll: [1\n', 'line'],
    ['nesting in brackets', `vms: ${'['.repeat(100_000)}\n`, 'nested'],
    ['nesting in dashes', `vms:\n${'- '.repeat(100_000)}x\n`, 'nested'],
    ['nesting by indentation', Array.from({ length: 300 }, (_, i) => `${' '.repeat(i)}a:`).join('\n'), 'nested'],
    ['its size', `#${'x'.repeat(10 * 1024 * 1024)}\n`, '8 MiB'],
    ['being empty', '', 'line 1'],
    ['being a list', '- atoll: 1\n', 'line 1'],
  ])('is refused for %s', (_, text, words) => {
    const error = refusal(text);
    expect(error.code).toBe('BAD_INPUT');
    expect(error.message).toContain(words);
  });

  it('keeps names that look like code as the names they are', () => {
    const { file } = parseLabFile(`atoll: 1\ndataCenter: "$(reboot)"\nnetworks: [{ name: "__proto__" }]\n`);
    expect(file.dataCenter).toBe('$(reboot)');
    expect(file.networks[0]?.name).toBe('__proto__');
    expect(refusal(`atoll: 1\ndataCenter: x\n__proto__: { hosts: [] }\n`).code).toBe('BAD_INPUT');
  });
});
