// `node scripts/native.mjs [node|electron]`: better-sqlite3 for another runtime than the one that installed it, put into dist/native,
// where the checkout's own bundles find it too. Both lie side by side; which is loaded is decided at run time.
import { copyFileSync, mkdirSync } from 'node:fs';
import { basename, join } from 'node:path';
import { ROOT } from './lib/setup.mjs';
import { sqliteForElectron } from './package/electron-native.mjs';
import { sqliteFor } from './package/native.mjs';
import { nodeRuntime } from './package/runtime.mjs';

const wanted = process.argv.slice(2);
const makers = { node: () => sqliteFor(nodeRuntime()), electron: sqliteForElectron };
for (const name of wanted.length > 0 ? wanted : Object.keys(makers)) {
  const make = makers[name];
  if (make === undefined) throw new Error(`there is no runtime ${name}: node or electron`);
  const file = make();
  const folder = join(ROOT, 'dist', 'native');
  mkdirSync(folder, { recursive: true });
  copyFileSync(file, join(folder, basename(file)));
  console.log(`${name}: dist/native/${basename(file)}`);
}
