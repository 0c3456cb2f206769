// `npm run dist:deb [-- --version V --out DIR --quick]`: makes atoll_VERSION_amd64.deb, into dist/ by default.
// Needs Debian or Ubuntu on amd64 with a compiler, and the kernel and busybox that tiny guests are made of. Run by the checkout's Node.
import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { gzipSync } from 'node:zlib';
import { packageVersion } from './lib/bundle.mjs';
import { madeTexts } from './lib/made-texts.mjs';
import { ROOT, ensureNodeModules } from './lib/setup.mjs';
import { stageApp } from './package/app-tree.mjs';
import { buildDeb } from './package/debian.mjs';
import { stageGuest } from './package/guest.mjs';
import { copyrightText } from './package/licenses.mjs';
import { sqliteFor } from './package/native.mjs';
import { nodeRuntime } from './package/runtime.mjs';

const { values } = parseArgs({
  options: { version: { type: 'string' }, out: { type: 'string' }, quick: { type: 'boolean', default: false } },
});
const version = values.version ?? packageVersion();
const out = resolve(values.out ?? join(ROOT, 'dist'));
const parts = join(ROOT, 'packaging', 'deb');

/** The commit's time, so that it is a property of what is built and not of when. */
function sourceEpoch() {
  if (process.env['SOURCE_DATE_EPOCH']) return Number(process.env['SOURCE_DATE_EPOCH']);
  const git = ['-c', `safe.directory=${ROOT}`, 'log', '-1', '--format=%ct'];
  return Number(execFileSync('git', git, { cwd: ROOT, encoding: 'utf8' }));
}

function put(path, contents, mode = 0o644) {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, contents);
  chmodSync(path, mode);
}

const part = (name) => readFileSync(join(parts, name));

ensureNodeModules();
const started = Date.now();
const tree = mkdtempSync(join(tmpdir(), 'atoll-deb-'));
try {
  const usr = (...names) => join(tree, 'usr', ...names);
  const app = usr('lib', 'atoll');
  const runtime = nodeRuntime();
  const packages = await stageApp(app, { version });
  stageRuntime(app, runtime);
  const debian = stageGuest(join(app, 'dist', 'guest'));
  await stageShell(usr);
  put(usr('share', 'doc', 'atoll', 'copyright'), copyrightText({ packages, node: runtime.folder, debian }));
  for (const name of ['postinst', 'prerm', 'postrm']) put(join(tree, 'DEBIAN', name), part(name), 0o755);
  mkdirSync(out, { recursive: true });
  const file = join(out, `atoll_${version}_amd64.deb`);
  const builtUsing = debian.map(({ source, version: of }) => `${source} (= ${of})`).join(', ');
  const fields = { VERSION: version, BUILT_USING: builtUsing };
  buildDeb({ tree, control: part('control').toString(), fields, epoch: sourceEpoch(), file, quick: values.quick });
  const megabytes = (statSync(file).size / 1e6).toFixed(1);
  console.log(
    `${basename(file)}: ${megabytes} MB, ${packages.length} npm packages, in ${((Date.now() - started) / 1000).toFixed(0)} s\n${file}`,
  );
} finally {
  rmSync(tree, { recursive: true, force: true });
}

/** Node without its symbols (a quarter of its size), and the store's native half for it. */
function stageRuntime(app, runtime) {
  const node = join(app, 'node');
  copyFileSync(runtime.node, node);
  chmodSync(node, 0o755);
  execFileSync('strip', ['--strip-unneeded', node]);
  const native = sqliteFor(runtime);
  mkdirSync(join(app, 'dist', 'native'), { recursive: true });
  copyFileSync(native, join(app, 'dist', 'native', basename(native)));
}

/** What makes it a program of the system: PATH, completions, man page, menu, icons, profile. */
async function stageShell(usr) {
  const { SCRIPTS, exampleFiles, labFileSchema, manPage } = await madeTexts();
  put(usr('bin', 'atoll'), part('launcher'), 0o755);
  put(usr('share', 'bash-completion', 'completions', 'atoll'), SCRIPTS.bash);
  put(usr('share', 'zsh', 'vendor-completions', '_atoll'), SCRIPTS.zsh);
  put(usr('share', 'fish', 'vendor_completions.d', 'atoll.fish'), SCRIPTS.fish);
  put(usr('share', 'man', 'man1', 'atoll.1.gz'), gzipSync(manPage(version), { level: 9 }));
  put(usr('share', 'applications', 'atoll.desktop'), part('atoll.desktop'));
  put(usr('share', 'atoll', 'apparmor'), part('apparmor'));
  put(usr('share', 'atoll', 'schema', 'lab-1.json'), labFileSchema());
  for (const { name, text } of exampleFiles()) put(usr('share', 'atoll', 'labs', name), text);
  const icons = (size) => usr('share', 'icons', 'hicolor', size, 'apps');
  put(join(icons('scalable'), 'atoll.svg'), readFileSync(join(ROOT, 'renderer', 'public', 'icon.svg')));
  for (const size of [16, 32, 48, 64, 128, 256, 512])
    put(
      join(icons(`${size}x${size}`), 'atoll.png'),
      readFileSync(join(ROOT, 'packaging', 'icons', `${size}x${size}.png`)),
    );
}
