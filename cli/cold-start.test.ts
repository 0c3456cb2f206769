import { readdirSync } from 'node:fs';
import { resolve } from 'node:path';
import { build } from 'esbuild';
import { expect, it } from 'vitest';
import { leanPackages } from '../scripts/lib/bundle.mjs';
import { displayWidth } from './text/width';

const ROOT = resolve(import.meta.dirname, '..');

/** Which files each file imports at once, for all that these entries lead to. */
async function importsOf(entryPoints: string[]): Promise<(entry: string) => Set<string>> {
  const { metafile } = await build({
    entryPoints,
    absWorkingDir: ROOT,
    ...{ bundle: true, splitting: true, write: false, metafile: true, outdir: 'nowhere' },
    ...{ platform: 'node', format: 'esm', packages: 'external' },
  });
  return (entry) => {
    const seen = new Set([entry]);
    for (const file of seen)
      for (const { path, kind } of metafile.inputs[file]?.imports ?? [])
        if (kind === 'import-statement') seen.add(path);
    return seen;
  };
}

const isSchema = (file: string): boolean => file === 'zod' || file === 'contract/index.ts';

it('loads neither schemas nor messages before it knows its command: they take longer than all else of a cold start', async () => {
  const files = [...(await importsOf(['cli/main.ts']))('cli/main.ts')];
  expect(files).toContain('cli/program.ts');
  expect(files.filter((file) => isSchema(file) || file === 'english/text-of.ts')).toEqual([]);
});

/** Commands that check what they send before they send it, or what they read; and the one that becomes an engine. */
const CHECKING = [
  ...['backup', 'disk-options', 'disks', 'host-add', 'host-keys', 'network-services', 'seed-options'],
  ...['start', 'verify', 'verify-page', 'vm-add'],
];

it('loads no schemas to ask the engine and to show its answer', async () => {
  const runs = readdirSync(resolve(ROOT, 'cli/run'))
    .filter((name) => !name.endsWith('.test.ts') && name !== 'start.ts')
    .map((name) => `cli/run/${name}`);
  const entries = [...runs, 'app/client.ts', 'app/start-engine.ts'];
  const from = await importsOf(entries);
  const checking = new Set(CHECKING.map((name) => `cli/run/${name}.ts`));
  expect(entries.filter((entry) => !checking.has(entry) && [...from(entry)].some(isSchema))).toEqual([]);
});

it('makes the lists of characters for the width of a text when it needs one, and then as the library does', async () => {
  const { outputFiles } = await build({
    entryPoints: ['cli/text/width.ts'],
    absWorkingDir: ROOT,
    ...{ bundle: true, write: false, outdir: 'nowhere', platform: 'node', format: 'esm', plugins: [leanPackages] },
  });
  const text = outputFiles[0]?.text ?? '';
  expect(text).not.toMatch(/= \/.*\\p\{.*\/v/);
  const built = (await import(`data:text/javascript,${encodeURIComponent(text)}`)) as {
    displayWidth(text: string): number;
  };
  for (const each of [
    'plain',
    '数据库',
    '한글',
    'e\u0301',
    '🏝️',
    '👨‍👩‍👧',
    '🇨🇿',
    '1\u20e3',
    'ｶﾞ',
    '\u1100\u1161',
    '\u200b',
    '',
  ])
    expect(built.displayWidth(each)).toBe(displayWidth(each));
});
