// What is made from the table of commands: docs/cli.md, the man page, the completion scripts.
import { mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { build } from 'esbuild';
import { ROOT } from './setup.mjs';

const ENTRY = `
  export { cliReference } from './cli/docs';
  export { manPage } from './cli/man';
  export { SCRIPTS } from './cli/completion-scripts';
`;

/** Returns `{ cliReference(), manPage(version), SCRIPTS: { bash, zsh, fish } }`. */
export async function cliTexts() {
  const folder = mkdtempSync(join(ROOT, 'node_modules', '.cli-texts-'));
  try {
    const outfile = join(folder, 'texts.mjs');
    // The commands' code is only named there, never run: it stays outside.
    await build({
      stdin: { contents: ENTRY, resolveDir: ROOT, loader: 'ts' },
      absWorkingDir: ROOT,
      outfile,
      bundle: true,
      platform: 'node',
      format: 'esm',
      external: ['../run/*'],
      logLevel: 'warning',
    });
    return await import(pathToFileURL(outfile).href);
  } finally {
    rmSync(folder, { recursive: true });
  }
}
