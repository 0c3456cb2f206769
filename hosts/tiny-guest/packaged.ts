import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** A tiny guest from an installed package, so that none has to be built from this computer's parts. */
export interface PackagedGuest {
  readonly folder: string;
  /** Changes with every part of the guest; becomes a folder's name in the home. */
  readonly stamp: string;
}

/** Beside the bundle (dist/daemon.js), or beside its folder (dist/chunks, dist/main). */
const PLACES = ['./guest/', '../guest/'];
const STAMP = /^[A-Za-z0-9._+-]+$/;

/** The guest of the current package; null in a checkout. */
export function packagedGuest(from: string = import.meta.url): PackagedGuest | null {
  // QEMU can't read inside Electron's archive; the guest is unpacked beside it.
  const places = PLACES.map((place) =>
    fileURLToPath(new URL(place, from)).replace(/\bapp\.asar(?=[\\/])/, 'app.asar.unpacked'),
  );
  const folder = places.find((path) => existsSync(join(path, 'stamp')));
  if (folder === undefined) return null;
  const stamp = readFileSync(join(folder, 'stamp'), 'utf8').trim();
  return STAMP.test(stamp) ? { folder, stamp } : null;
}
