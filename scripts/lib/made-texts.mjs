// Texts that are made from our sources: docs/cli.md, the man page, the completion scripts, the JSON schema of lab files, examples of them.
import { mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { build } from 'esbuild';
import { ROOT } from './setup.mjs';

const ENTRY = `
  export { cliReference } from './cli/docs';
  export { manPage } from './cli/man';
  export { routesPage } from './ovirt/docs';
  export { labFileSchema } from './contract/labfile-schema';
  export { exampleFiles } from './engine/scenarios/files';
  export { SCRIPTS } from './cli/completion-scripts';
`;

/** Returns `{ cliReference(), exampleFiles(), routesPage(), labFileSchema(), manPage(version), SCRIPTS: { bash, zsh, fish } }`. */
export async function madeTexts() {
  const folder = mkdtempSync(join(ROOT, 'node_modules', '.made-texts-'));
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
      external: ['../run/*', 'yaml', 'libxml2-wasm'],
      logLevel: 'warning',
    });
    return await import(pathToFileURL(outfile).href);
  } finally {
    rmSync(folder, { recursive: true });
  }
}
