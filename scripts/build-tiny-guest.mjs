// Builds the tiny guest into a folder (default: ./dist/tiny-guest) and prints its files. The app does the same when it needs one.
import { mkdtemp, rm } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { build } from 'esbuild';

const out = resolve(process.argv[2] ?? 'dist/tiny-guest');
const root = resolve(import.meta.dirname, '..');
const temp = await mkdtemp(join(root, 'node_modules', '.tiny-guest-'));
try {
  const outfile = join(temp, 'ensure.mjs');
  await build({
    entryPoints: [join(root, 'hosts/tiny-guest/ensure.ts')],
    outfile,
    bundle: true,
    platform: 'node',
    format: 'esm',
    packages: 'external',
  });
  const { ensureTinyGuest } = await import(pathToFileURL(outfile).href);
  console.log(JSON.stringify(await ensureTinyGuest(out), null, 2));
} catch (error) {
  console.error(error.hint ? `${error.message}\n${error.hint}` : error);
  process.exitCode = 1;
} finally {
  await rm(temp, { recursive: true, force: true });
}
