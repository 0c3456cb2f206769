/**
 * `npm run dev`: the screens with hot reload, before a real engine that is built and restarted when its sources change. Vite serves the
 * screens; calls and sign-in go to the engine's own browser door, which checks them as in the product (scripts/lib/dev-proxy.mjs).
 */
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer as createTcpServer } from 'node:net';
import { homedir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { createServer } from 'vite';
import { ENGINE_SOURCES } from './lib/bundle.mjs';
import { doorProxy, newSecret, wasSignedIn } from './lib/dev-proxy.mjs';
import { ROOT } from './lib/setup.mjs';

const USAGE = `npm run dev [-- OPTIONS]
  --port N      the port on 127.0.0.1 (default: 5173, or the next free one)
  --home DIR    the home to work on (default: ~/.local/share/atoll-dev, so that your own is left alone)
  --no-open     print the link, open nothing`;

const CLI = path.join(ROOT, 'dist', 'cli.js');
/** Saving several files at once is one change. */
const QUIET_MS = 150;
/** A link expires after this time. */
const LINK_MS = 60_000;
const OPENERS = { darwin: ['open'], win32: ['rundll32', 'url.dll,FileProtocolHandler'] };

const { values: options } = parseArgs({
  options: {
    port: { type: 'string', default: '5173' },
    home: { type: 'string', default: path.join(homedir(), '.local', 'share', 'atoll-dev') },
    'no-open': { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
});
if (options.help) {
  console.log(USAGE);
  process.exit(0);
}

const build = (script, ...args) =>
  spawnSync(process.execPath, [path.join(ROOT, 'scripts', script), ...args], { cwd: ROOT, stdio: 'inherit' }).status ===
  0;

if (!build('build.mjs')) process.exit(1);
// The door refuses to open without screens of its own, though nobody sees them here.
if (!existsSync(path.join(ROOT, 'dist/renderer/index.html')) && !build('build-renderer.mjs', '--quiet'))
  process.exit(1);

const secret = newSecret();
// The same port for each engine: the names of its cookies depend on it.
const doorPort = await freePort();
let engine = startEngine();
let isEnding = false;

const vite = await createServer({
  configFile: path.join(ROOT, 'vite.config.ts'),
  plugins: [{ name: 'atoll-sign-in', configureServer: ({ middlewares }) => void middlewares.use(signIn) }],
  server: {
    host: '127.0.0.1',
    port: Number(options.port),
    // No other page needs to read these answers.
    cors: false,
    proxy: doorProxy({ doorPort, ownHosts, secret }),
    watch: { ignored: ['**/dist/**'] },
  },
});
await vite.listen();
watchSources();
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.once(signal, end);
await engine.ready;
const link = await newLink();
console.log(`Atoll for development: ${link}`);
console.log('The link signs one browser in, once, within a minute. Ctrl-C ends both servers; labs and VMs continue.');
if (!options['no-open']) openSignedIn(link);

function ownHosts() {
  const address = vite.httpServer?.address();
  return address === null || typeof address !== 'object'
    ? []
    : ['127.0.0.1', 'localhost'].map((name) => `${name}:${address.port}`);
}

/** Screens are shown to whoever the door shows them to. A browser that signed in earlier is signed in to a restarted engine. */
async function signIn(request, response, next) {
  const isPage = request.method === 'GET' && (request.headers.accept ?? '').includes('text/html');
  const isOwn = ownHosts().includes(request.headers.host);
  if (!isPage || !isOwn || request.url.startsWith('/enter')) return next();
  try {
    await engine.ready;
    const answer = await fetch(`http://127.0.0.1:${doorPort}/`, { headers: { cookie: request.headers.cookie ?? '' } });
    if (answer.status !== 401) return next();
    if (wasSignedIn(request.headers, secret)) return void response.writeHead(302, { location: await newLink() }).end();
    response.writeHead(401, Object.fromEntries(answer.headers)).end(await answer.text());
  } catch (error) {
    response.writeHead(502, { 'content-type': 'text/plain' }).end(`The engine does not answer: ${error.message}\n`);
  }
}

/** Starts the engine with its door; `ready` resolves when the door is open, and rejects when the engine ends first. */
function startEngine() {
  const child = spawn(
    process.execPath,
    [CLI, '--home', options.home, '--json', 'start', '--no-open', '--port', String(doorPort)],
    { cwd: ROOT, stdio: ['ignore', 'pipe', 'inherit'] },
  );
  const ended = new Promise((resolve) => child.once('exit', resolve));
  const ready = new Promise((resolve, reject) => {
    createInterface({ input: child.stdout }).once('line', resolve);
    child.once('error', reject);
    child.once('exit', (code) => reject(new Error(`The engine ended with exit code ${code}`)));
  });
  ready.catch((error) => isEnding || console.error(`${error.message}; Atoll starts it again when a source changes.`));
  const stop = async () => {
    child.kill('SIGTERM');
    await ended;
  };
  return { ready, stop };
}

/** A sign-in link of the door, at the development server's address. */
async function newLink() {
  const child = spawn(process.execPath, [CLI, '--home', options.home, '--json', 'link'], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let output = '';
  for await (const chunk of child.stdout) output += chunk;
  const { hash, pathname } = new URL(JSON.parse(output).link);
  return `http://${ownHosts()[0]}${pathname}${hash}`;
}

/** Opens the link by way of a page that only this user can read: every user of this computer can read arguments. */
function openSignedIn(link) {
  const folder = mkdtempSync(path.join(options.home, 'dev-open-'));
  const page = path.join(folder, 'open.html');
  writeFileSync(page, `<!doctype html><meta http-equiv="refresh" content="0; url=${link}" />\n`, { mode: 0o600 });
  const remove = () => rmSync(folder, { recursive: true, force: true });
  setTimeout(remove, LINK_MS).unref();
  process.once('exit', remove);
  const [program, ...args] = OPENERS[process.platform] ?? ['xdg-open'];
  const child = spawn(program, [...args, pathToFileURL(page).href], { detached: true, stdio: 'ignore' });
  // The link was printed, so a computer without a browser needs no message.
  child.once('error', () => undefined);
  child.unref();
}

function watchSources() {
  const folders = ENGINE_SOURCES.map((folder) => path.join(ROOT, folder));
  vite.watcher.add(folders);
  let timer;
  let work = Promise.resolve();
  vite.watcher.on('all', (_event, file) => {
    const isSource = folders.some((folder) => file.startsWith(folder + path.sep)) && !/\.(test\.ts|md)$/.test(file);
    if (!isSource || isEnding) return;
    clearTimeout(timer);
    timer = setTimeout(() => (work = work.then(restart)), QUIET_MS);
  });
}

/** Builds, and puts a new engine in the place of the old; a build that fails leaves the old one running. */
async function restart() {
  if (isEnding || !build('build.mjs')) return;
  await engine.stop();
  if (isEnding) return;
  engine = startEngine();
  const isUp = await engine.ready.then(
    () => true,
    () => false,
  );
  if (!isUp) return;
  console.log('The engine was restarted.');
  vite.ws.send({ type: 'full-reload' });
}

async function end() {
  isEnding = true;
  await Promise.all([engine.stop(), vite.close()]);
  process.exit(0);
}

function freePort() {
  return new Promise((resolve, reject) => {
    const server = createTcpServer().once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });
}
