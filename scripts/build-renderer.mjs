/**
 * Builds the screens into dist/renderer. Its own script, because the CLI and the engine must not wait for it:
 * `scripts/build.mjs` is for terminals, this one for windows. With `--if-stale` only when a source is newer than they are.
 */
import { readdirSync, statSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'vite';

const root = fileURLToPath(new URL('..', import.meta.url));

/** Folders count too: a file that was removed changes only its folder. */
function newestIn(folder) {
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true });
  return Math.max(
    statSync(folder).mtimeMs,
    ...entries.map((entry) => statSync(path.join(entry.parentPath, entry.name)).mtimeMs),
  );
}

function isStale() {
  const built = statSync(path.join(root, 'dist/renderer/index.html'), { throwIfNoEntry: false })?.mtimeMs ?? 0;
  const sources = ['renderer', 'contract', 'english'].map((folder) => newestIn(path.join(root, folder)));
  const settings = ['vite.config.ts', 'package-lock.json'].map((file) => statSync(path.join(root, file)).mtimeMs);
  return Math.max(...sources, ...settings) > built;
}

if (!process.argv.includes('--if-stale') || isStale())
  await build({
    configFile: path.join(root, 'vite.config.ts'),
    logLevel: process.argv.includes('--quiet') ? 'error' : 'info',
  });
