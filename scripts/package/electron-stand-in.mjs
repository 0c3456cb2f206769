// A folder laid out like Electron's, for proving packages where its binary can't be had: for Linux, macOS and Windows, each as far as
// electron-builder touches it. What it makes does not run: the programs in it are some bytes with the place where fuses are set.
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { electronVersion } from './electron-native.mjs';

/** @electron/fuses looks for this, then for version and length; each fuse is a digit. */
const SENTINEL = 'dL7pKGdnNz796PbbjQWNKmHXBZaB9tsX';
const FUSES = 9;
const WIRE = Buffer.concat([Buffer.from(SENTINEL), Buffer.from([1, FUSES]), Buffer.alloc(FUSES, '1')]);
const HELPERS = ['', ' (GPU)', ' (Plugin)', ' (Renderer)'];

/** `platform` as Node calls it. Returns the folder. */
export async function makeElectronStandIn(folder, platform) {
  const put = (name, contents = '', mode = 0o755) => {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), contents, { mode });
  };
  await LAYOUTS[platform](put);
  put('version', electronVersion().version, 0o644);
  put('LICENSE', 'The license of Electron is here.\n', 0o644);
  put('LICENSES.chromium.html', '<title>The licenses of Chromium are here</title>\n', 0o644);
  return folder;
}

const LAYOUTS = {
  linux(put) {
    const says = Buffer.from('#!/bin/sh\necho "a stand-in of Electron does not run" >&2\nexit 1\n');
    put('electron', Buffer.concat([says, WIRE]));
    for (const name of ['chrome-sandbox', 'chrome_crashpad_handler', 'locales/en-US.pak']) put(name);
  },
  darwin(put) {
    const app = 'Electron.app/Contents';
    put(`${app}/Info.plist`, plist('Electron'), 0o644);
    put(`${app}/MacOS/Electron`);
    put(`${app}/Resources/electron.icns`, '', 0o644);
    put(`${app}/Frameworks/Electron Framework.framework/Versions/A/Electron Framework`, WIRE);
    // On macOS a link to the version that is current; @electron/fuses goes by this name.
    put(`${app}/Frameworks/Electron Framework.framework/Electron Framework`, WIRE);
    for (const suffix of HELPERS) {
      const name = `Electron Helper${suffix}`;
      put(`${app}/Frameworks/${name}.app/Contents/Info.plist`, plist(name), 0o644);
      put(`${app}/Frameworks/${name}.app/Contents/MacOS/${name}`);
    }
  },
  async win32(put) {
    put('electron.exe', await emptyProgram());
    for (const name of ['ffmpeg.dll', 'locales/en-US.pak']) put(name);
  },
};

const plist = (name) => `<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE plist PUBLIC "-//Apple//DTD PLIST 1.0//EN" "http://www.apple.com/DTDs/PropertyList-1.0.dtd">
<plist version="1.0"><dict><key>CFBundleExecutable</key><string>${name}</string><key>CFBundleName</key><string>${name}</string></dict></plist>
`;

/** A Windows program with nothing in it but who made it, which electron-builder rewrites; the fuses lie behind its last section. */
async function emptyProgram() {
  const { NtExecutable, NtExecutableResource, Resource } = await import('resedit');
  const program = NtExecutable.createEmpty(false, false);
  const resources = NtExecutableResource.from(program);
  const about = Resource.VersionInfo.createEmpty();
  about.lang = 1033;
  about.setStringValues({ lang: 1033, codepage: 1200 }, { ProductName: 'Electron', FileDescription: 'Electron' });
  about.outputToResourceEntries(resources.entries);
  resources.outputResource(program);
  program.setExtraData(WIRE.buffer.slice(WIRE.byteOffset, WIRE.byteOffset + WIRE.length));
  return Buffer.from(program.generate());
}
