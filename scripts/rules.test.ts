import { existsSync, readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';

const ROOT = path.resolve(import.meta.dirname, '..');
/** Nothing of a file that is gone: what is named in it is reported as missing. */
const read = (file: string): string =>
  existsSync(path.join(ROOT, file)) ? readFileSync(path.join(ROOT, file), 'utf8') : '';

interface Named {
  readonly rule: string;
  readonly name: string;
  readonly file: string;
}

/** What docs/rules.md says: sections by id, the functions and tests of each, and ids of rules without a number. */
function readRules(text: string) {
  const ids: string[] = [];
  const functions: Named[] = [];
  const tests: Named[] = [];
  for (const line of text.split('\n')) {
    const [, id] = /^## ([SO]\d+)$/.exec(line) ?? /^\| `([A-Z_]+)` +\|/.exec(line) ?? [];
    if (id !== undefined) ids.push(id);
    const rule = ids.at(-1) ?? '';
    const [, called, home] = /^- `(\w+)` in `([\w./-]+)`$/.exec(line) ?? [];
    if (called !== undefined && home !== undefined) functions.push({ rule, name: called, file: home });
    const [, title, proof] = /^- "(.+)" in `([\w./-]+)`$/.exec(line) ?? [];
    if (title !== undefined && proof !== undefined) tests.push({ rule, name: title, file: proof });
    else if (line.startsWith('- ') && called === undefined) throw new Error(`docs/rules.md: cannot read "${line}"`);
  }
  return { ids, functions, tests };
}

const declares = (source: string, name: string): boolean =>
  new RegExp(`^(export )?(async )?(function|const|class|interface) ${name}\\b`, 'm').test(source);

const hasTitle = (source: string, title: string): boolean =>
  [`'${title.replaceAll("'", "\\'")}'`, `"${title}"`, `\`${title}\``].some((literal) => source.includes(literal));

const FOLDERS = ['contract', 'english', 'engine', 'hosts', 'db', 'app', 'main', 'server', 'ovirt', 'cli', 'renderer'];
const sources = FOLDERS.flatMap((folder) =>
  readdirSync(path.join(ROOT, folder), { recursive: true, encoding: 'utf8' })
    .filter((file) => /\.tsx?$/.test(file) && !/\.test\.tsx?$/.test(file))
    .map((file) => ({ file: `${folder}/${file}`, text: read(`${folder}/${file}`) })),
);

describe('docs/rules.md', () => {
  const { ids, functions, tests } = readRules(read('docs/rules.md'));

  it('has S1 to S12 and O1 to O6, each once', () => {
    const numbered = ids.filter((id) => /\d/.test(id));
    const all = [
      ...Array.from({ length: 12 }, (_, i) => `S${i + 1}`),
      ...Array.from({ length: 6 }, (_, i) => `O${i + 1}`),
    ];
    expect(numbered).toEqual(all);
  });

  it('names functions and tests of every rule', () => {
    const of = (list: readonly Named[]): string[] => [...new Set(list.map(({ rule }) => rule))];
    const implemented = ids.filter((id) => /\d/.test(id));
    expect(of(functions)).toEqual(implemented);
    expect(of(tests)).toEqual(implemented);
  });

  it('names functions that exist', () => {
    expect(functions.filter(({ name, file }) => !declares(read(file), name))).toEqual([]);
  });

  it('names tests that exist', () => {
    expect(tests.filter(({ name, file }) => !hasTitle(read(file), name))).toEqual([]);
  });

  it('has every id that the code refuses with', () => {
    const used = sources.flatMap(({ file, text }) =>
      [...text.matchAll(/\brule: '([A-Z][A-Z0-9_]*)'/g), ...text.matchAll(/\brules? ([SO]\d+)\b/g)].map(
        ([, id = '']) => `${id} (${file})`,
      ),
    );
    expect(used.length).toBeGreaterThan(80);
    expect(used.filter((each) => !ids.includes(each.split(' ')[0] ?? ''))).toEqual([]);
  });

  it('has every function that carries a rule in its name, under that rule', () => {
    const inCode = sources.flatMap(({ text }) =>
      [...text.matchAll(/\bfunction (rule([SO]\d+)[A-Z]\w*)/g)].map(([, name = '', rule = '']) => ({ name, rule })),
    );
    expect(inCode.length).toBeGreaterThan(20);
    const isNamed = (one: { name: string; rule: string }): boolean =>
      functions.some(({ name, rule }) => name === one.name && rule === one.rule);
    expect(inCode.filter((one) => !isNamed(one))).toEqual([]);
  });
});
