// The tiny guest for a package: made here, once, of Debian's kernel and busybox, so that who installs it needs neither.
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { ROOT } from '../lib/setup.mjs';

/**
 * Puts vmlinuz, initrd.gz and stamp into `into`. Returns the Debian source packages of what is in it, with versions.
 * Throws with the product's own words when this computer lacks a part.
 */
export function stageGuest(into) {
  const work = mkdtempSync(join(tmpdir(), 'atoll-guest-'));
  try {
    const said = execFileSync(process.execPath, [join(ROOT, 'scripts', 'build-tiny-guest.mjs'), work], {
      encoding: 'utf8',
    });
    const { kernel, initrd } = JSON.parse(said);
    mkdirSync(into, { recursive: true });
    copyFileSync(kernel, join(into, 'vmlinuz'));
    copyFileSync(initrd, join(into, 'initrd.gz'));
    const hash = createHash('sha256').update(readFileSync(kernel)).update(readFileSync(initrd)).digest('hex');
    const release = basename(dirname(kernel)).replace(/-[0-9a-f]{12}$/, '');
    writeFileSync(join(into, 'stamp'), `${release}-${hash.slice(0, 12)}\n`);
    return [...kernelSources(release), ...sourcesIn(describe(packageOfFile(busyboxFile())))];
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

/** Where scripts/unpack-kernel.sh puts a kernel that is not installed. */
const UNPACKED = [
  '/var/lib/atoll/kernel',
  join(process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'atoll', 'kernel'),
];

/** An installed kernel is known to dpkg; of one that is only unpacked the sources stand beside it. */
function kernelSources(release) {
  const installed = `/boot/vmlinuz-${release}`;
  if (existsSync(installed)) return sourcesIn(describe(packageOfFile(installed)));
  const notes = UNPACKED.map((root) => join(root, 'boot', `sources-${release}`)).find((path) => existsSync(path));
  if (notes === undefined) {
    throw new Error(`whose sources the kernel ${release} is of is not known: run scripts/unpack-kernel.sh`);
  }
  return sourcesIn(readFileSync(notes, 'utf8'));
}
const busyboxFile = () => ['/usr/bin/busybox', '/bin/busybox'].find((path) => existsSync(path));

/** `dpkg -S`; files in /bin may be registered under their place before /bin became a link. */
function packageOfFile(file) {
  const said = execFileSync('dpkg-query', ['--search', realpathSync(file)], { encoding: 'utf8' });
  return said.slice(0, said.indexOf(':'));
}

/** A package's source, and the sources of what was linked into it (Built-Using: Debian signs kernels in a source package of its own). */
const describe = (name) =>
  execFileSync('dpkg-query', ['--show', '--showformat=${source:Package} (= ${source:Version}), ${Built-Using}', name], {
    encoding: 'utf8',
  });

const sourcesIn = (text) =>
  [...text.matchAll(/(\S+) \(= (\S+)\)/g)].map(([, source, version]) => ({ source, version }));
