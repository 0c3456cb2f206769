// Runs a packed main process in plain Node: `node packed-main.mjs FOLDER RESOURCES`, with a stand-in that answers to every name of
// Electron. What it proves is that the bundle holds together; what main does of Electron is proven in main/ by a stand-in with manners.
import { request } from 'node:http';
import Module, { register } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

const [folder = '', resources = ''] = process.argv.slice(2);

/** Whatever is asked of it, it is there, and can be called and made. */
const anything = new Proxy(function () {}, {
  get: (_, key) => (key === 'then' ? undefined : key === Symbol.toPrimitive ? () => '' : anything),
  apply: () => anything,
  construct: () => anything,
});
const has = (known) => new Proxy(known, { get: (_, key) => known[key] ?? (key === 'then' ? undefined : anything) });
const electron = has({
  app: has({
    isPackaged: true,
    requestSingleInstanceLock: () => true,
    whenReady: () => Promise.resolve(),
    getPath: () => join(resources, 'user'),
    getName: () => 'atoll',
    getVersion: () => '0.1.0',
  }),
  screen: { getAllDisplays: () => [] },
  net: { request: (options) => request({ ...options, session: undefined }) },
});

const load = Module._load;
Module._load = (name, ...rest) => (name === 'electron' ? electron : load(name, ...rest));
globalThis.__electron = electron;
const names = [
  'app',
  'BrowserWindow',
  'crashReporter',
  'dialog',
  'ipcMain',
  'Menu',
  'MessageChannelMain',
  'nativeImage',
];
names.push(
  'Notification',
  'powerMonitor',
  'protocol',
  'safeStorage',
  'screen',
  'session',
  'shell',
  'Tray',
  'utilityProcess',
);
const stub = names.map((name) => `export const ${name} = globalThis.__electron.${name};`).join('\n');
const hook = `export const resolve = (name, context, next) =>
  name === 'electron' ? { url: ${JSON.stringify(`data:text/javascript,${encodeURIComponent(stub)}`)}, shortCircuit: true } : next(name, context);`;
register(`data:text/javascript,${encodeURIComponent(hook)}`);

// The first look at the feed comes after a minute; here at once.
const { setTimeout: later } = globalThis;
globalThis.setTimeout = (fn, ms, ...args) => later(fn, ms === 60_000 ? 0 : ms, ...args);
process.resourcesPath = resources;
await import(pathToFileURL(join(folder, 'dist', 'main', 'index.js')).href);
// Until whoever started it has seen enough.
later(() => process.exit(1), 30_000);
