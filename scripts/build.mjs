/**
 * Bundles the command line and the background engine into dist/. One run takes well under a second:
 * types are checked by `npm run typecheck`, not here.
 */
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, readdirSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const dist = join(root, 'dist');
const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
const SOURCES = ['contract', 'engine', 'hosts', 'db', 'app', 'server', 'cli'];

/** The newest change among the sources, so that bin/atoll can tell a stale build. */
function sourceFiles(folder) {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && !/\.test\.tsx?$/.test(entry.name))
    .map((entry) => join(entry.parentPath ?? entry.path, entry.name))
    .sort();
}

const hash = createHash('sha256');
for (const file of SOURCES.flatMap((folder) => sourceFiles(join(root, folder))))
  hash.update(file).update('\0').update(readFileSync(file));
const digest = hash.digest('hex').slice(0, 16);

const startedAt = Date.now();
const { outputFiles, metafile } = await build({
  absWorkingDir: root,
  entryPoints: { cli: 'cli/main.ts', daemon: 'app/daemon-main.ts' },
  outdir: dist,
  bundle: true,
  platform: 'node',
  format: 'esm',
  target: 'node20',
  // A command loads only its own chunk; the engine's code is never read by the command line.
  splitting: true,
  chunkNames: 'chunks/[name]-[hash]',
  minifySyntax: true,
  minifyWhitespace: true,
  sourcemap: 'linked',
  sourcesContent: false,
  metafile: true,
  write: false,
  logLevel: 'warning',
  // Native code and WebAssembly are loaded from node_modules; `ws` asks for its two optional helpers by name.
  external: ['better-sqlite3', 'ssh2', 'libxml2-wasm', 'electron', 'pino', 'bufferutil', 'utf-8-validate'],
  define: { __ATOLL_VERSION__: JSON.stringify(version), __ATOLL_BUILD__: JSON.stringify(digest) },
  // Bundled CommonJS packages still ask for Node's own modules by require.
  banner: {
    js: "import { createRequire as __createRequire } from 'node:module'; const require = __createRequire(import.meta.url);",
  },
});

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
