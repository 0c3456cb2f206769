// Electron for `npm start`: taken where its binary is, offered once where it is not. The npm package itself is never
// imported: in plain Node that tries a download.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import path from 'node:path';
import { ROOT, run } from './setup.mjs';

const FOLDER = path.join(ROOT, 'node_modules', 'electron');
const BINARY = { darwin: 'Electron.app/Contents/MacOS/Electron', win32: 'electron.exe' };
/** What its installer needs (its package.json's `engines`). */
const LEAST_NODE = [22, 12];

/** The binary, or null. ELECTRON_OVERRIDE_DIST_PATH is Electron's own variable. */
export function electronBinary() {
  const dist = process.env.ELECTRON_OVERRIDE_DIST_PATH ?? path.join(FOLDER, 'dist');
  const binary = path.join(dist, BINARY[process.platform] ?? 'electron');
  return existsSync(binary) ? binary : null;
}

/** Whether the store's compiled half loads in it: npm has compiled it for Node, whose binary interface is another one. */
export function canOpenStore(binary) {
  const trial = "new (require('better-sqlite3'))(':memory:').close()";
  const { status } = spawnSync(binary, ['-e', trial], {
    cwd: ROOT,
    env: { ...process.env, ELECTRON_RUN_AS_NODE: '1' },
    timeout: 20_000,
    stdio: 'ignore',
  });
  return status === 0;
}

/** Offers to fetch it, once in a lifetime: a no is remembered, and so is a download that failed. Returns the binary or null. */
export async function offerElectron(ask) {
  const [major, minor] = process.versions.node.split('.').map(Number);
  const canInstall = major > LEAST_NODE[0] || (major === LEAST_NODE[0] && minor >= LEAST_NODE[1]);
  const refusal = refusalFile();
  if (!canInstall || existsSync(refusal) || !existsSync(FOLDER)) return null;
  const yes = await ask('Fetch Electron (some 120 MB) for a window of its own? The browser does as well.');
  if (yes && run(process.execPath, [path.join(FOLDER, 'install.js')]) === 0) return electronBinary();
  mkdirSync(path.dirname(refusal), { recursive: true });
  writeFileSync(refusal, 'Asked by npm start, and not asked again. Remove this file to be asked once more.\n');
  console.log(`It will not be asked again (${refusal}).`);
  return null;
}

const refusalFile = () =>
  path.join(process.env.XDG_STATE_HOME || path.join(homedir(), '.local', 'state'), 'atoll', 'no-electron');
