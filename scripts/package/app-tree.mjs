// The built app as a package has it: no source maps, no sources, no development packages, and nothing of this checkout's place.
import { cpSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, dirname, join, relative, sep } from 'node:path';
import { build as buildScreens } from 'vite';
import { EXTERNAL, bundleTerminal, sourceDigest } from '../lib/bundle.mjs';
import { ROOT } from '../lib/setup.mjs';

/** Asked for by name and never needed: other doors' and build tools. Native parts are compiled for the package's own Node. */
const NOT_TAKEN = new Set([
  'electron',
  'bufferutil',
  'utf-8-validate',
  'bindings',
  'prebuild-install',
  'cpu-features',
  'nan',
]);
const NOT_FILES = /\.(map|d\.[cm]?ts|ts|md|markdown|gyp|gypi|node|o|yml|c|cc|cpp|h|hpp|exe)$|^(\.|tsconfig|Makefile)/;
const NOT_FOLDERS = new Set([
  'test',
  'tests',
  'benchmark',
  'benchmarks',
  'bench',
  'docs',
  'examples',
  'example',
  'deps',
  'build',
]);

const manifest = (folder) => JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
const folderOf = (name) => join(ROOT, 'node_modules', name);

/**
 * Puts package.json, dist/ (command line, engine, screens) and node_modules/ into `into`.
 * Returns the names of all npm packages whose code is in it, also of those bundled into one file with ours.
 */
export async function stageApp(into, { version }) {
  const digest = sourceDigest();
  writeFile(
    join(into, 'package.json'),
    `${JSON.stringify({ name: 'atoll', version, private: true, type: 'module' }, null, 2)}\n`,
  );
  const bundle = await bundleTerminal({ outdir: join(into, 'dist'), version, digest, sourcemap: false });
  for (const { path, contents } of bundle.outputFiles) writeFile(path, contents);
  const screens = await stageScreens(into);
  const installed = stagePackages(into);
  return [...new Set([...installed, ...screens, ...packagesOf(bundle)])].sort();
}

/** Names of the npm packages that esbuild put into a bundle. */
export const packagesOf = ({ metafile }) =>
  Object.keys(metafile.inputs)
    .map(packageOf)
    .filter((name) => name !== null);

/** The packages that are not bundled, with all that they need. Returns their names. */
export function stagePackages(into) {
  const installed = closure(EXTERNAL.filter((name) => !NOT_TAKEN.has(name)));
  for (const name of installed) copyPackage(name, into);
  return installed;
}

/** Builds the screens into `into`/dist/renderer. Returns the names of the npm packages that are in them. */
export async function stageScreens(into) {
  // Else React is built for development, with the paths of our sources, when a test runs us.
  process.env['NODE_ENV'] = 'production';
  const screens = await buildScreens({
    configFile: join(ROOT, 'vite.config.ts'),
    logLevel: 'warn',
    build: { outDir: join(into, 'dist', 'renderer'), emptyOutDir: true, sourcemap: false },
  });
  const modules = [screens].flat().flatMap(({ output }) => output.flatMap((chunk) => chunk.moduleIds ?? []));
  return modules.map(packageOf).filter((name) => name !== null);
}

export function writeFile(path, contents) {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, contents);
}

/** The packages and all that they need at run time. They lie flat: two versions of one would need more than a copy. */
function closure(names, found = new Set()) {
  for (const name of names) {
    if (found.has(name) || NOT_TAKEN.has(name)) continue;
    const nested = join(folderOf(name), 'node_modules');
    if (existsSync(nested))
      throw new Error(
        `${name} has packages of its own in ${relative(ROOT, nested)}: teach ${basename(import.meta.url)} to copy them`,
      );
    found.add(name);
    closure(Object.keys(manifest(folderOf(name)).dependencies ?? {}), found);
  }
  return [...found];
}

function copyPackage(name, into) {
  const from = folderOf(name);
  const isTaken = (path) => {
    const parts = relative(from, path).split(sep);
    return (
      !parts.slice(0, -1).some((part) => NOT_FOLDERS.has(part)) &&
      !NOT_FOLDERS.has(parts.at(-1)) &&
      !NOT_FILES.test(parts.at(-1))
    );
  };
  cpSync(from, join(into, 'node_modules', name), { recursive: true, filter: isTaken });
}

/** `@scope/name` of a file within node_modules; null for our own. */
export function packageOf(file) {
  const after = file.replaceAll('\\', '/').split('node_modules/').at(-1);
  if (after === file || after === undefined) return null;
  const [first = '', second = ''] = after.split('/');
  return first.startsWith('@') ? `${first}/${second}` : first;
}
