import { readFileSync } from 'node:fs';
import path from 'node:path';
import ts from 'typescript';
import { describe, expect, it } from 'vitest';

const ROOT = path.resolve(import.meta.dirname, '..');
const SIDES = path.join(ROOT, 'tsconfigs');

/** The errors of files with these texts, were they files of that side. */
function errorsOn(side: string, texts: readonly string[]): string[][] {
  const config = path.join(SIDES, `${side}.json`);
  const json = ts.readConfigFile(config, ts.sys.readFile).config as { include: string[] };
  const { options } = ts.parseJsonConfigFileContent(json, ts.sys, SIDES);
  const ambient = json.include.filter((each) => each.endsWith('.d.ts')).map((each) => path.join(SIDES, each));
  const probes = new Map(texts.map((text, i) => [path.join(ROOT, `probe-${i}.ts`), `${text}\nexport {};\n`]));
  const host = ts.createCompilerHost(options);
  const { getSourceFile, fileExists } = host;
  host.fileExists = (file) => probes.has(file) || fileExists(file);
  host.getSourceFile = (file, ...rest) => {
    const text = probes.get(file);
    return text === undefined ? getSourceFile(file, ...rest) : ts.createSourceFile(file, text, ts.ScriptTarget.ES2023);
  };
  const alone = { ...options, composite: false, incremental: false, noEmit: true };
  const program = ts.createProgram([...probes.keys(), ...ambient], alone, host);
  return [...probes.keys()].map((probe) =>
    program
      .getSemanticDiagnostics(program.getSourceFile(probe))
      .map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, ' ')),
  );
}

const BROWSER = 'window.document.title;';
const PROCESS = 'process.exit(1);';
const FILES = "import { rmSync } from 'node:fs';\nrmSync('/');";
const NET = "void fetch('http://192.0.2.1/');";
const SHARED = 'const { signal } = new AbortController();\nsignal.aborted;';

const CASES: [side: string, refused: string[], known: string[]][] = [
  ['contract', [BROWSER, PROCESS, FILES, NET], [SHARED]],
  ['english', [BROWSER, PROCESS, FILES, NET], [SHARED]],
  ['engine', [BROWSER, PROCESS, FILES, NET], [SHARED, 'setImmediate(() => undefined);']],
  ['node', [BROWSER], [SHARED, PROCESS, FILES]],
  ['screens', [PROCESS, FILES], [SHARED, BROWSER]],
];

describe('the types of each side', () => {
  it.each(CASES)(
    '%s: knows its own runtime only',
    (side, refused, known) => {
      const cannotFind: unknown = [expect.stringMatching(/Cannot find/)];
      expect(errorsOn(side, [...refused, ...known])).toEqual([
        ...refused.map(() => cannotFind),
        ...known.map(() => []),
      ]);
    },
    120_000,
  );

  it('covers every folder of sources, each once', () => {
    const included = ['contract', 'english', 'engine', 'node', 'screens'].flatMap((side) =>
      (JSON.parse(readFileSync(path.join(SIDES, `${side}.json`), 'utf8')) as { include: string[] }).include
        .filter((each) => each.startsWith('../'))
        .map((each) => each.slice(3)),
    );
    const root = ts.readConfigFile(path.join(ROOT, 'tsconfig.json'), ts.sys.readFile).config as { include: string[] };
    const folders = root.include.filter((each) => !['test', 'scripts'].includes(each) && !each.includes('*'));
    expect(included.sort()).toEqual(folders.sort());
  });
});
