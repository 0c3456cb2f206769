import { describe, expect, it } from 'vitest';
import { AppError } from '../../contract';
import { type ParsedFile, parsedFile, readLabFile } from './parse';

const parseLabFile = (text: string): ParsedFile => parsedFile(readLabFile(text));

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

const keys = (count: number): string[] => Array.from({ length: count }, (_, i) => `k${i}: 1`);

describe('a lab file', () => {
  it('is parsed, with the line of each value', () => {
    const { file, lineOf } = parseLabFile(GOOD);
    expect(file.vms[0]?.vnics).toEqual([{ name: 'nic1', network: 'blue' }]);
    expect(lineOf(['vms', 0, 'vnics', 0, 'network'])).toBe(8);
    expect(lineOf(['vms', 0, 'cpus'])).toBe(6);
  });

  it.each([
    ['a key twice', `${GOOD}dataCenter: Other\n`, 'line 9: dataCenter: duplicate key'],
    ['a second document', `${GOOD}---\natoll: 1\n`, 'line 9: a second document begins'],
  ])('is refused for %s, with a readable message', (_, text, words) => {
    expect(refusal(text).message).toBe(words);
  });

  it.each([
    ['an unknown field', `${GOOD}    color: red\n`, 6, 'vms[0]'],
    ['a wrong value', `${GOOD}    cpus: many\n`, 9, 'vms[0].cpus'],
    ['a wrong version', GOOD.replace('atoll: 1', 'atoll: 2'), 1, 'atoll'],
    ['a name that is a number', GOOD.replace('blue\n', '007\n'), 4, 'networks[0].name'],
    ['a name twice', `${GOOD}  - name: web\n`, 9, 'vms[1].name'],
    ['a missing name', GOOD.replace('- name: web\n    vnics', '- vnics'), 6, 'vms[0].name'],
  ])('is refused for %s, with line and field', (_, text, line, field) => {
    const error = refusal(text);
    expect(error.message).toMatch(new RegExp(`^line ${line}: `));
    expect(error).toMatchObject({ code: 'BAD_INPUT', field });
    expect(error.remedy).not.toBeNull();
  });

  it.each([
    ['unknown keys', `${GOOD}    color: red\n    shape: round\n`, 'line 6: vms[0]: unknown keys: "color", "shape"'],
    [
      'any number of unknown keys',
      `${GOOD}${keys(80).join('\n')}\n`,
      'line 1: unknown keys: "k0", "k1", "k2", "k3", "k4" and 75 more',
    ],
    ['an unknown key of any length', `${GOOD}${'x'.repeat(900)}: 1\n`, `line 1: unknown key: "${'x'.repeat(100)}…"`],
    [
      'a long key twice',
      `${GOOD}${'x'.repeat(900)}: 1\n${'x'.repeat(900)}: 1\n`,
      `line 10: ${'x'.repeat(100)}…: duplicate key`,
    ],
    [
      'a boot source of an unknown kind',
      'atoll: 1\ndataCenter: Default\nvms:\n  - name: a\n    boot: { kind: cdrom }\n',
      'line 5: vms[0].boot.kind: must be one of tiny, image, disk, devices, iso, kernel, not "cdrom"',
    ],
    [
      'a boot source without a kind',
      'atoll: 1\ndataCenter: Default\nvms:\n  - name: a\n    boot: { image: debian }\n',
      'line 5: vms[0].boot.kind: is missing; it must be one of tiny, image, disk, devices, iso, kernel',
    ],
  ])('is refused for %s, and names only a few', (_, text, words) => {
    expect(refusal(text).message).toBe(words);
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
    ['500,000 anchors', `x: ${'&a '.repeat(500_000)}a`, 'anchors and aliases are not supported'],
    ['500,000 tags', `x: ${'!!str '.repeat(500_000)}a`, 'two tags for one value'],
    ['its size', `#${'x'.repeat(10 * 1024 * 1024)}\n`, '8 MiB'],
    ['being empty', '', 'line 1'],
    ['being a list', '- atoll: 1\n', 'line 1'],
  ])('is refused for %s', (_, text, words) => {
    const error = refusal(text);
    expect(error.code).toBe('BAD_INPUT');
    expect(error.message).toContain(words);
  });

  it('finds the line of each value in any notation', () => {
    const { lineOf } = parseLabFile(`# a lab
atoll: 1
dataCenter: Default
comment: |
  # two lines
  of text
clusters: []
vms: [{ name: a, vnics: [{ name: one },
    { name: two }] },
  { name: b,
    cpus: 2 }]
hosts:
- kind: lab
  name: here
  cluster:
    Default
- { kind: lab, name: there }
`);
    const lines: Array<[number, ...Array<string | number>]> = [
      [2],
      [2, 'atoll'],
      [4, 'comment'],
      [7, 'clusters'],
      [8, 'vms', 0, 'vnics', 0, 'name'],
      [9, 'vms', 0, 'vnics', 1, 'name'],
      [10, 'vms', 1],
      [11, 'vms', 1, 'cpus'],
      [10, 'vms', 1, 'memoryMiB'],
      [13, 'hosts', 0, 'kind'],
      [16, 'hosts', 0, 'cluster'],
      [17, 'hosts', 1, 'name'],
    ];
    for (const [line, ...path] of lines) expect([path, lineOf(path)]).toEqual([path, line]);
  });

  it('accepts long texts and many lines', () => {
    const long = Array.from({ length: 150 }, (_, i) => `  key${i}: "[{- ?`).join('\n');
    const lab = parseLabFile(`atoll: 1\ndataCenter: Default\ncomment: |\n${long}\nvms: [{ name: x }]\n`);
    expect(lab.file.comment?.split('\n')).toHaveLength(151);
    const vms = Array.from(
      { length: 300 },
      (_, i) => `- { name: vm${i}, boot: { kind: tiny }, vnics: [{ name: nic1, network: blue }, { name: nic2 }] }`,
    );
    const many = parseLabFile(`atoll: 1\ndataCenter: Default\nvms:\n${vms.join('\n')}\n`);
    expect(many.file.vms).toHaveLength(300);
    expect(many.lineOf(['vms', 299, 'vnics', 1, 'name'])).toBe(303);
  });

  // The number of lines read is what counts: each of these has hundreds of thousands of lines or letters after the first ones.
  it.each([
    ['300,000 keys in a block', keys(300_000).join('\n'), 101],
    ['40,000 keys in a block within a list', `vms:\n- ${keys(40_000).join('\n  ')}`, 102],
    ['300,000 keys in brackets', `x: { ${keys(300_000).join(', ')} }`, 1],
    [
      'keys that are asked for',
      keys(300_000)
        .map((key) => `? ${key}`)
        .join('\n'),
      101,
    ],
    ['250,000 escaped line breaks', `"${'\\\n'.repeat(250_000)}"`, 1],
    ['a plain text without end', `x: ${'word '.repeat(400_000)}`, 1],
    ['a block of text without end', `x: |\n${'  line\n'.repeat(200_000)}`, 2],
    ['100,000 lists in lists', `vms:\n${'- [[[[[[x]]]]]]\n'.repeat(100_000)}`, 2],
    ['100,000 dashes after dashes', `vms:\n${'- - x\n'.repeat(100_000)}`, 2],
    ['half a million things in brackets', `vms: [${'a, '.repeat(500_000)}]`, 1],
    ['a million lines', '\n'.repeat(1_000_000), 300_000],
    ['a million comments', '# x\n'.repeat(1_000_000), 300_000],
  ])('is refused for %s at the limit', (_, text, line) => {
    const error = refusal(text);
    expect(error).toMatchObject({ code: 'BAD_INPUT', field: 'text' });
    expect(error.remedy).not.toBeNull();
    const [, at] = /^line (\d+): /.exec(error.message) ?? [];
    expect(Number(at)).toBeLessThanOrEqual(line);
  });

  it('keeps names that look like code unchanged', () => {
    const { file } = parseLabFile(`atoll: 1\ndataCenter: "$(reboot)"\nnetworks: [{ name: "__proto__" }]\n`);
    expect(file.dataCenter).toBe('$(reboot)');
    expect(file.networks[0]?.name).toBe('__proto__');
    expect(refusal(`atoll: 1\ndataCenter: x\n__proto__: { hosts: [] }\n`).code).toBe('BAD_INPUT');
  });
});
