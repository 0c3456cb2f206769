import * as electron from 'electron';
import { join } from 'node:path';
import { watchCrashes } from '../app/diagnostics';
import { homeAt, openHome, resolveHome } from '../app/home';
import { openLog } from '../app/logger';
import { startDesktop } from './desktop';
import type { Updater } from './updates';

const home = resolveHome(undefined);
openHome(home);
// The engine's process writes engine.log; this one has a file of its own beside it.
const { log } = openLog({ ...homeAt(home.path), log: join(home.path, 'desktop.log') });
watchCrashes(home, log, (code) => electron.app.exit(code));

startDesktop(electron, {
  platform: process.platform,
  argv: process.argv.slice(1),
  resources: process.resourcesPath,
  logFile: home.log,
  // Chromium runs as root in no other way.
  unsandboxed: process.getuid?.() !== 0 && electron.app.commandLine.hasSwitch('no-sandbox'),
  log: (fields, message) => log.warn(fields, message),
  // A CommonJS package: bundled, it has only its default.
  loadUpdater: async (): Promise<Updater> => (await import('electron-updater')).default.autoUpdater,
});
