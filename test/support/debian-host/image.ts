import { execFileSync, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';

const SCRIPT = resolve('test/support/debian-host/build-image.sh');
const TOOLS = ['mmdebstrap', 'mke2fs', 'qemu-img', 'qemu-system-x86_64', 'ssh-keygen'];

/** The files that Debian hosts boot from. Hosts write to disks of their own over `disk`. */
export interface DebianImage {
  /** A raw ext4 file system without partitions. */
  readonly disk: string;
  readonly kernel: string;
  /** The key that root logs in with. */
  readonly key: string;
  /** The host's public key, a line of OpenSSH's format. */
  readonly hostKey: string;
}

/** Why no Debian host can be made here; null where one can. */
export function missingForDebianHost(): string | null {
  if (process.getuid?.() !== 0) return 'needs root';
  const absent = TOOLS.filter((tool) => spawnSync('which', [tool]).status !== 0);
  return absent.length > 0 ? `missing here: ${absent.join(', ')}` : null;
}

/** The image, built when its recipe has changed or a month has passed: in one to five minutes, from Debian's packages. */
export function debianImage(): DebianImage {
  const cache = join(process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'), 'atoll-test', 'debian-host');
  const recipe = createHash('sha256').update(readFileSync(SCRIPT));
  const folder = join(cache, `${new Date().toISOString().slice(0, 7)}-${recipe.digest('hex').slice(0, 12)}`);
  if (!existsSync(folder)) build(cache, folder);
  return {
    disk: join(folder, 'disk.raw'),
    kernel: join(folder, 'vmlinuz'),
    key: join(folder, 'key'),
    hostKey: readFileSync(join(folder, 'host_key.pub'), 'utf8'),
  };
}

/** Built aside and renamed: what has the final name is complete. */
function build(cache: string, folder: string): void {
  mkdirSync(cache, { recursive: true });
  const aside = mkdtempSync(join(cache, '.new-'));
  try {
    execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', join(aside, 'key')]);
    execFileSync('sh', [SCRIPT, aside, join(aside, 'key.pub')], { stdio: ['ignore', 'ignore', 'inherit'] });
    if (!existsSync(folder)) renameSync(aside, folder);
  } finally {
    rmSync(aside, { recursive: true, force: true });
  }
}
