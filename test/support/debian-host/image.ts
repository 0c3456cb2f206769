import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { buildOnce, builtFolder } from '../build-once';
import { archiveAnswers } from '../debian-archive';

const SCRIPT = resolve('test/support/debian-host/build-image.sh');
/** `shared-machine` also has the services that share a host with Atoll, all of them switched off. */
export type ImageName = 'debian-host' | 'shared-machine';
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
export function missingForDebianHost(name: ImageName = 'debian-host'): string | null {
  if (process.getuid?.() !== 0) return 'needs root';
  const absent = TOOLS.filter((tool) => spawnSync('which', [tool]).status !== 0);
  if (absent.length > 0) return `missing here: ${absent.join(', ')}`;
  const isThere = existsSync(builtFolder(name, SCRIPT)) || archiveAnswers();
  return isThere ? null : "Debian's archive can't be reached";
}

/** The image, built from Debian's packages in one to five minutes, once. */
export function debianImage(name: ImageName = 'debian-host'): DebianImage {
  const folder = buildOnce(name, SCRIPT, (aside) => {
    execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', join(aside, 'key')]);
    execFileSync('sh', [SCRIPT, aside, join(aside, 'key.pub'), name], { stdio: ['ignore', 'ignore', 'inherit'] });
  });
  return {
    disk: join(folder, 'disk.raw'),
    kernel: join(folder, 'vmlinux'),
    key: join(folder, 'key'),
    hostKey: readFileSync(join(folder, 'host_key.pub'), 'utf8'),
  };
}
