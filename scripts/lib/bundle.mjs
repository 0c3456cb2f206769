// How the command line and the background engine are bundled, for the checkout and for packages alike.
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join, relative } from 'node:path';
import { build } from 'esbuild';
import { ROOT } from './setup.mjs';

/** The folders that the command line and the engine are made of. */
export const ENGINE_SOURCES = ['contract', 'english', 'engine', 'hosts', 'db', 'app', 'ovirt', 'server', 'cli'];

/** Native code and WebAssembly are loaded from node_modules; `ws` asks for its two optional helpers by name. */
export const EXTERNAL = ['better-sqlite3', 'ssh2', 'libxml2-wasm', 'electron', 'bufferutil', 'utf-8-validate'];

/** Bundled CommonJS packages still ask for Node's own modules by require. */
export const REQUIRE_BANNER =
  "import { createRequire as __createRequire } from 'node:module'; const require = __createRequire(import.meta.url);";

/**
 * Makes the regular expressions of string-width when they are first used. V8 takes 30 ms for their lists of characters, even where a literal is
 * only read, and nearly all text is ASCII, for which the package needs none.
 */
function withLateExpressions(text) {
  const names = [];
  const late = text.replace(/^const (\w+) = \/(.*)\/([a-z]*);$/gm, (_, name, source, flags) => {
    names.push(name);
    return `let made_${name}; const ${name} = () => (made_${name} ??= new RegExp(${JSON.stringify(source)}, '${flags}'));`;
  });
  if (names.length < 4) throw new Error('string-width has no regular expressions where they were');
  const use = new RegExp(`\\b(${names.join('|')})\\b(?! = )`, 'g');
  return late.replace(use, '$1()');
}

/** What each start would pay for and nearly none needs: these expressions, and zod's messages in 50 languages beside English, which it sets itself. */
export const leanPackages = {
  name: 'lean-packages',
  setup({ onLoad }) {
    onLoad({ filter: /\/zod\/v4\/locales\/index\.js$/ }, () => ({ contents: 'export {};' }));
    onLoad({ filter: /\/node_modules\/string-width\/index\.js$/ }, ({ path }) => ({
      contents: withLateExpressions(readFileSync(path, 'utf8')),
    }));
  },
};

export const packageVersion = () => JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')).version;

function sourceFiles(folder) {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && !/\.test\.tsx?$/.test(entry.name))
    .map((entry) => join(entry.parentPath ?? entry.path, entry.name))
    .sort();
}

/** Tells two builds of one version apart, wherever the checkout lies. */
export function sourceDigest() {
  const hash = createHash('sha256');
  for (const file of ENGINE_SOURCES.flatMap((folder) => sourceFiles(join(ROOT, folder))))
    hash.update(relative(ROOT, file)).update('\0').update(readFileSync(file));
  return hash.digest('hex').slice(0, 16);
}

/**
 * Bundles the program of the thread that reads lab files (app/lab-texts.ts) as one script, as if into `outdir`; writes nothing.
 * Returns esbuild's result, with its outputFiles and metafile.
 */
export function bundleLabReader({ outdir }) {
  return build({
    absWorkingDir: ROOT,
    entryPoints: { 'lab-reader': 'app/lab-reader.ts' },
    outdir,
    outExtension: { '.js': '.cjs' },
    bundle: true,
    platform: 'node',
    format: 'cjs',
    target: 'node20',
    minifySyntax: true,
    minifyWhitespace: true,
    metafile: true,
    write: false,
    logLevel: 'warning',
  });
}

/** The same for the process that reads backups (app/read-backup.ts); it loads SQLite's native half. */
export function bundleBackupReader({ outdir }) {
  return build({
    absWorkingDir: ROOT,
    entryPoints: { 'backup-reader': 'app/backup-reader.ts' },
    outdir,
    outExtension: { '.js': '.mjs' },
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node20',
    minifySyntax: true,
    minifyWhitespace: true,
    metafile: true,
    write: false,
    logLevel: 'warning',
    external: EXTERNAL,
    banner: { js: REQUIRE_BANNER },
  });
}

/**
 * Bundles cli.js, daemon.js, their chunks and the two readers, as if into `outdir`; writes nothing.
 * Returns esbuild's result, with its outputFiles and metafile.
 */
export async function bundleTerminal({ outdir, version, digest, sourcemap }) {
  const all = await Promise.all([
    bundleLabReader({ outdir }),
    bundleBackupReader({ outdir }),
    bundlePrograms({ outdir, version, digest, sourcemap }),
  ]);
  return {
    outputFiles: all.flatMap(({ outputFiles }) => outputFiles),
    metafile: {
      inputs: Object.assign({}, ...all.map(({ metafile }) => metafile.inputs)),
      outputs: Object.assign({}, ...all.map(({ metafile }) => metafile.outputs)),
    },
  };
}

function bundlePrograms({ outdir, version, digest, sourcemap }) {
  return build({
    absWorkingDir: ROOT,
    entryPoints: { cli: 'cli/main.ts', daemon: 'app/daemon-main.ts' },
    outdir,
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node20',
    // A command loads only its own chunk; the engine's code is never read by the command line.
    splitting: true,
    chunkNames: 'chunks/[name]-[hash]',
    minifySyntax: true,
    minifyWhitespace: true,
    sourcemap,
    sourcesContent: false,
    metafile: true,
    write: false,
    logLevel: 'warning',
    external: EXTERNAL,
    plugins: [leanPackages],
    define: { __ATOLL_VERSION__: JSON.stringify(version), __ATOLL_BUILD__: JSON.stringify(digest) },
    banner: { js: REQUIRE_BANNER },
  });
}
