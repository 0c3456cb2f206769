// A folder laid out like Electron's, for proving packages where its binary can't be had. What it makes does not run: the program in
// it is some bytes with the place where fuses are set.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** @electron/fuses looks for this, then for version and length; each fuse is a digit. */
const SENTINEL = 'dL7pKGdnNz796PbbjQWNKmHXBZaB9tsX';
const FUSES = 9;

export function makeElectronStandIn(folder, version) {
  mkdirSync(join(folder, 'resources'), { recursive: true });
  mkdirSync(join(folder, 'locales'), { recursive: true });
  const fuses = Buffer.concat([Buffer.from(SENTINEL), Buffer.from([1, FUSES]), Buffer.alloc(FUSES, '1')]);
  const program = Buffer.concat([
    Buffer.from('#!/bin/sh\necho "a stand-in of Electron does not run" >&2\nexit 1\n'),
    fuses,
  ]);
  writeFileSync(join(folder, 'electron'), program, { mode: 0o755 });
  for (const name of ['chrome-sandbox', 'chrome_crashpad_handler'])
    writeFileSync(join(folder, name), '', { mode: 0o755 });
  writeFileSync(join(folder, 'locales', 'en-US.pak'), '');
  writeFileSync(join(folder, 'version'), version);
  writeFileSync(join(folder, 'LICENSE'), 'The licence of Electron is here.\n');
  writeFileSync(join(folder, 'LICENSES.chromium.html'), '<title>The licences of Chromium are here</title>\n');
}
