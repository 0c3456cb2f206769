/**
 * Bundles the command line and the background engine into dist/. One run takes well under a second:
 * types are checked by `npm run typecheck`, not here.
 */
import { createHash } from 'node:crypto';
import { cpSync, existsSync, mkdirSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const dist = join(root, 'dist');
const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
const SOURCES = ['contract', 'engine', 'hosts', 'db', 'app', 'cli'];

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
rmSync(join(dist, 'chunks'), { recursive: true, force: true });
const result = await build({
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
  sourcemap: 'linked',
  sourcesContent: false,
  metafile: true,
  logLevel: 'warning',
  // Native code and WebAssembly are loaded from node_modules.
  external: ['better-sqlite3', 'ssh2', 'libxml2-wasm', 'electron', 'pino', 'bufferutil', 'utf-8-validate'],
  define: { __ATOLL_VERSION__: JSON.stringify(version), __ATOLL_BUILD__: JSON.stringify(digest) },
  // Bundled CommonJS packages still ask for Node's own modules by require.
  banner: {
    js: "import { createRequire as __createRequire } from 'node:module'; const require = __createRequire(import.meta.url);",
  },
});

for (const asset of ['hosts/assets', 'db/assets']) {
  if (existsSync(join(root, asset))) cpSync(join(root, asset), join(dist, 'assets'), { recursive: true });
}
mkdirSync(dist, { recursive: true });
writeFileSync(join(dist, 'stamp.json'), `${JSON.stringify({ version, digest, startedAt })}\n`);
if (process.argv.includes('--sizes')) {
  for (const [file, { bytes }] of Object.entries(result.metafile.outputs))
    if (file.endsWith('.js')) console.log(`${(bytes / 1024).toFixed(0).padStart(6)} kB  ${file}`);
} else {
  console.error(
    `built dist/cli.js (${(statSync(join(dist, 'cli.js')).size / 1024).toFixed(0)} kB) and dist/daemon.js in ${Date.now() - startedAt} ms`,
  );
}
