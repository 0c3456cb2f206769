// How the desktop app's own code is bundled, for the checkout and for packages alike: main and the engine's process as ES modules,
// preload as CommonJS, because a sandboxed preload can be nothing else.
import { join } from 'node:path';
import { build } from 'esbuild';
import { EXTERNAL, REQUIRE_BANNER, bundleBackupReader, bundleLabReader } from './bundle.mjs';
import { ROOT } from './setup.mjs';

/** Bundles as if into `outdir`; writes nothing. Returns esbuild's results, with outputFiles and metafile. */
export function bundleDesktop({ outdir, version, sourcemap }) {
  const common = {
    absWorkingDir: ROOT,
    bundle: true,
    platform: 'node',
    target: 'node22',
    minifySyntax: true,
    minifyWhitespace: sourcemap === false,
    sourcemap,
    sourcesContent: false,
    metafile: true,
    write: false,
    logLevel: 'warning',
    external: EXTERNAL,
    define: { __ATOLL_VERSION__: JSON.stringify(version), __ATOLL_BUILD__: JSON.stringify(`desktop-${version}`) },
  };
  return Promise.all([
    build({
      ...common,
      entryPoints: { index: 'main/index.ts', engine: 'main/engine-main.ts' },
      outdir: join(outdir, 'main'),
      format: 'esm',
      // The updater is a chunk of its own, read only when it is wanted.
      splitting: true,
      chunkNames: 'chunks/[name]-[hash]',
      banner: { js: REQUIRE_BANNER },
    }),
    build({
      ...common,
      entryPoints: { index: 'preload/index.ts' },
      outdir: join(outdir, 'preload'),
      format: 'cjs',
      outExtension: { '.js': '.cjs' },
    }),
    bundleLabReader({ outdir: join(outdir, 'main') }),
    bundleBackupReader({ outdir: join(outdir, 'main') }),
  ]);
}
