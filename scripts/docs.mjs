/** Writes docs/cli.md from the table of commands (cli/docs.ts). */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build } from 'esbuild';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const folder = mkdtempSync(join(tmpdir(), 'atoll-docs-'));
try {
  const outfile = join(folder, 'docs.mjs');
  // The commands' code is only named there, never run: it stays outside.
  await build({
    absWorkingDir: root,
    entryPoints: ['cli/docs.ts'],
    outfile,
    bundle: true,
    platform: 'node',
    format: 'esm',
    external: ['../run/*'],
    logLevel: 'warning',
  });
  const { cliReference } = await import(pathToFileURL(outfile).href);
  writeFileSync(join(root, 'docs', 'cli.md'), cliReference());
} finally {
  rmSync(folder, { recursive: true });
}
