// The tiny guest for a package: made here, once, of Debian's kernel and busybox, so that who installs it needs neither.
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
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
    return [...new Set([kernelFile(release), busyboxFile()].map(packageOfFile))].flatMap(sourcesOf);
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

const kernelFile = (release) =>
  join('/boot', readdirSync('/boot').find((name) => name === `vmlinuz-${release}`) ?? 'vmlinuz');
const busyboxFile = () => ['/usr/bin/busybox', '/bin/busybox'].find((path) => existsSync(path));

/** `dpkg -S`; files in /bin may be registered under their place before /bin became a link. */
function packageOfFile(file) {
  const said = execFileSync('dpkg-query', ['--search', realpathSync(file)], { encoding: 'utf8' });
  return said.slice(0, said.indexOf(':'));
}

/** Its source, and the sources of what was linked into it (Built-Using: Debian signs kernels in a source package of its own). */
function sourcesOf(name) {
  const format = '${source:Package} (= ${source:Version}), ${Built-Using}';
  const said = execFileSync('dpkg-query', ['--show', `--showformat=${format}`, name], { encoding: 'utf8' });
  return [...said.matchAll(/(\S+) \(= (\S+)\)/g)].map(([, source, version]) => ({ source, version }));
}
