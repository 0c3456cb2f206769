/**
 * Bundles the command line and the background engine into dist/. One run takes well under a second:
 * types are checked by `npm run typecheck`, not here.
 */
import { mkdirSync, readdirSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { bundleTerminal, packageVersion, sourceDigest } from './lib/bundle.mjs';
import { ROOT } from './lib/setup.mjs';

const dist = join(ROOT, 'dist');
const version = packageVersion();
// Before bundling: a change in the meantime makes the build stale (bin/atoll).
const startedAt = Date.now();
const digest = sourceDigest();
const { outputFiles, metafile } = await bundleTerminal({ outdir: dist, version, digest, sourcemap: 'linked' });

/** By rename: an engine that runs, or a second build beside this one, never sees half a file. */
function put(path, contents) {
  mkdirSync(dirname(path), { recursive: true });
  const temporary = `${path}.${process.pid}`;
  writeFileSync(temporary, contents);
  renameSync(temporary, path);
}

// Chunks first, what names them last.
const isChunk = ({ path }) => path.includes(`${join('dist', 'chunks')}`);
for (const file of [...outputFiles.filter(isChunk), ...outputFiles.filter((file) => !isChunk(file))])
  put(file.path, file.contents);
put(join(dist, 'stamp.json'), `${JSON.stringify({ version, digest, startedAt })}\n`);

// A running engine of an older build may still load its chunks, so they are kept for a day.
const kept = new Set(outputFiles.map(({ path }) => path));
for (const name of readdirSync(join(dist, 'chunks'))) {
  const path = join(dist, 'chunks', name);
  if (!kept.has(path) && Date.now() - statSync(path).mtimeMs > 86_400_000) rmSync(path, { force: true });
}

const kilobytes = (bytes) => `${(bytes / 1024).toFixed(0)} kB`;
if (process.argv.includes('--sizes')) {
  for (const [file, { bytes }] of Object.entries(metafile.outputs))
    if (file.endsWith('.js')) console.log(`${kilobytes(bytes).padStart(9)}  ${file}`);
} else {
  console.error(
    `built dist/cli.js (${kilobytes(statSync(join(dist, 'cli.js')).size)}) and dist/daemon.js in ${Date.now() - startedAt} ms`,
  );
}
