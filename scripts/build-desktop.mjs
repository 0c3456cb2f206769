// Bundles the desktop app's own code into dist/; the screens come from scripts/build-renderer.mjs.
import { copyFileSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { bundleDesktop } from './lib/bundle-desktop.mjs';
import { packageVersion } from './lib/bundle.mjs';
import { ROOT } from './lib/setup.mjs';

const dist = join(ROOT, 'dist');
for (const { outputFiles } of await bundleDesktop({ outdir: dist, version: packageVersion(), sourcemap: 'linked' }))
  for (const { path, contents } of outputFiles) {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, contents);
  }
copyFileSync(join(ROOT, 'packaging', 'icons', '32x32.png'), join(dist, 'main', 'tray.png'));
