import { resolve } from 'node:path';
import { build } from 'esbuild';
import { expect, it } from 'vitest';

/** The files that the command line loads at once, before it knows its command. */
async function loadedAtOnce(): Promise<string[]> {
  const entry = 'cli/main.ts';
  const { metafile } = await build({
    entryPoints: [entry],
    absWorkingDir: resolve(import.meta.dirname, '..'),
    ...{ bundle: true, splitting: true, write: false, metafile: true, outdir: 'nowhere' },
    ...{ platform: 'node', format: 'esm', packages: 'external' },
  });
  const seen = new Set([entry]);
  for (const file of seen)
    for (const { path, kind } of metafile.inputs[file]?.imports ?? []) if (kind === 'import-statement') seen.add(path);
  return [...seen];
}

it('loads no schemas before it knows its command: they take longer than all else of a cold start', async () => {
  const files = await loadedAtOnce();
  expect(files).toContain('cli/program.ts');
  expect(files.filter((file) => file === 'zod' || file === 'contract/index.ts')).toEqual([]);
});
