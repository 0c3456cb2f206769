// What the desktop packages hold, as a folder that electron-builder packs: our bundles, the screens, the packages that can't be
// bundled, the store's native half for Electron, the tiny guest where it can be made, and the licenses of it all.
import { copyFileSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { bundleDesktop } from '../lib/bundle-desktop.mjs';
import { ROOT } from '../lib/setup.mjs';
import { packagesOf, stagePackages, stageScreens, writeFile } from './app-tree.mjs';
import { noticesText } from './licenses.mjs';

/** Not in LICENSES.txt: Electron itself, whose own licenses lie beside it. */
const NOT_OURS = new Set(['electron']);

/** Stages into `into`, emptied before. `native`: the compiled halves of better-sqlite3, each named by its binary interface. */
export async function stageDesktop(into, { version, native }) {
  rmSync(into, { recursive: true, force: true });
  mkdirSync(join(into, 'dist', 'native'), { recursive: true });
  const manifest = {
    name: 'atoll',
    productName: 'Atoll',
    // By it a desktop knows that the window belongs to the entry in its menu.
    desktopName: 'atoll-desktop.desktop',
    version,
    description: 'Isolated virtual machine networks on one computer or many',
    author: 'The Atoll developers <atoll@localhost>',
    license: 'Apache-2.0',
    homepage: 'https://atoll.invalid',
    private: true,
    type: 'module',
    main: 'dist/main/index.js',
  };
  writeFileSync(join(into, 'package.json'), `${JSON.stringify(manifest, null, 2)}\n`);
  const bundles = await bundleDesktop({ outdir: join(into, 'dist'), version, sourcemap: false });
  for (const { path, contents } of bundles.flatMap(({ outputFiles }) => outputFiles)) writeFile(path, contents);
  copyFileSync(join(ROOT, 'packaging', 'icons', '32x32.png'), join(into, 'dist', 'main', 'tray.png'));
  const screens = await stageScreens(into);
  const installed = stagePackages(into);
  for (const file of native) copyFileSync(file, join(into, 'dist', 'native', basename(file)));
  const packages = [...new Set([...installed, ...screens, ...bundles.flatMap(packagesOf)])]
    .filter((name) => !NOT_OURS.has(name))
    .sort();
  writeFileSync(join(into, 'LICENSES.txt'), noticesText(packages));
  return packages;
}
