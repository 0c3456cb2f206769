/**
 * Bundles the desktop app's own code: main and the engine's process as ES modules, preload as CommonJS, because a sandboxed
 * preload can be nothing else. The screens come from scripts/build-renderer.mjs.
 */
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
const common = {
  absWorkingDir: root,
  bundle: true,
  platform: 'node',
  target: 'node22',
  minifySyntax: true,
  sourcemap: 'linked',
  sourcesContent: false,
  logLevel: 'warning',
  external: ['better-sqlite3', 'ssh2', 'libxml2-wasm', 'electron', 'pino', 'bufferutil', 'utf-8-validate'],
  define: { __ATOLL_VERSION__: JSON.stringify(version), __ATOLL_BUILD__: JSON.stringify(`desktop-${version}`) },
};

await build({
  ...common,
  entryPoints: { index: 'main/index.ts', engine: 'main/engine-main.ts' },
  outdir: join(root, 'dist/main'),
  format: 'esm',
  banner: {
    js: "import { createRequire as __createRequire } from 'node:module'; const require = __createRequire(import.meta.url);",
  },
});
await build({
  ...common,
  entryPoints: { index: 'preload/index.ts' },
  outdir: join(root, 'dist/preload'),
  format: 'cjs',
  outExtension: { '.js': '.cjs' },
});
