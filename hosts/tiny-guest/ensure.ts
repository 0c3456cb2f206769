import { createHash } from 'node:crypto';
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { copyFile, mkdir, mkdtemp, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { gunzipSync, gzip } from 'node:zlib';
import { AppError, note } from '../../contract';
import { inHome } from '../home-errors';
import { cpioArchive, type CpioEntry } from './cpio';
import { isStaticProgram } from './elf';
import { GUEST_FILES, GUEST_FOLDERS } from './guest-files';
import { findKernel, moduleFiles, moduleName, type Kernel } from './kernel';
import { packagedGuest } from './packaged';
import { unpackedKernel } from './unpack-kernel';

const run = promisify(execFile);
const compress = promisify(gzip);

/** The boot files of a tiny guest, as absolute paths. */
export interface TinyGuest {
  readonly kernel: string;
  readonly initrd: string;
  /** The same kernel, uncompressed: it starts faster, and is five times as large. Omitted: there is none. */
  readonly unpacked?: string;
}

const KERNEL = 'vmlinuz';
const UNPACKED = 'vmlinux';
const INITRD = 'initrd.gz';
const BUSYBOXES = ['/bin/busybox', '/usr/bin/busybox', '/usr/lib/busybox/busybox-static', '/bin/busybox.static'];

/**
 * The tiny guest in `<home>/guest/<stamp>/`: the packaged one, else built from this computer's kernel and busybox, if it does not
 * exist yet. Older ones stay: a suspended VM still needs the kernel that it was started with, also after an upgrade.
 * @throws AppError NOT_SUPPORTED that names what is missing on this computer
 */
export async function ensureTinyGuest(home: string, packaged = packagedGuest()): Promise<TinyGuest> {
  if (packaged) return ensure(home, packaged.stamp, (aside) => copyGuest(packaged.folder, aside));
  const kernel = await findKernel();
  const busybox = await findBusybox();
  return ensure(home, await stampOf(kernel, busybox), (aside) => makeGuest(aside, kernel, busybox));
}

async function ensure(home: string, stamp: string, fill: (aside: string) => Promise<void>): Promise<TinyGuest> {
  const folder = join(home, 'guest', stamp);
  if (!existsSync(folder)) await inHome(home, () => build(home, folder, fill));
  const unpacked = join(folder, UNPACKED);
  const boot = { kernel: join(folder, KERNEL), initrd: join(folder, INITRD) };
  return existsSync(unpacked) ? { ...boot, unpacked } : boot;
}

/** The path of a statically linked busybox. Throws AppError NOT_SUPPORTED if there is none. */
export async function findBusybox(): Promise<string> {
  for (const path of BUSYBOXES) if (existsSync(path) && isStaticProgram(await readFile(path))) return path;
  throw new AppError('NOT_SUPPORTED', 'No statically linked busybox found, which tiny guests require', {
    remedy: note('On Debian and Ubuntu: sudo apt-get install busybox-static'),
  });
}

/** Changes with every input of the guest. */
async function stampOf(kernel: Kernel, busybox: string): Promise<string> {
  const hash = createHash('sha256').update(JSON.stringify([GUEST_FILES, GUEST_FOLDERS, kernel.release]));
  for (const path of [kernel.image, busybox]) {
    const { size, mtimeMs } = await stat(path);
    hash.update(`${path} ${size} ${mtimeMs}\n`);
  }
  return `${kernel.release.replace(/[^A-Za-z0-9.+-]/g, '_')}-${hash.digest('hex').slice(0, 12)}`;
}

/** Built in a temporary folder and moved in one step: a folder under the final name is complete. */
async function build(home: string, folder: string, fill: (aside: string) => Promise<void>): Promise<void> {
  await mkdir(join(home, 'guest'), { recursive: true, mode: 0o700 });
  const aside = await mkdtemp(join(home, 'guest', '.new-'));
  try {
    await fill(aside);
    const unpacked = await unpackedKernel(await readFile(join(aside, KERNEL)));
    if (unpacked) await writeFile(join(aside, UNPACKED), unpacked);
    await rename(aside, folder).catch((error: NodeJS.ErrnoException) => {
      // A concurrent build finished first; its folder is equivalent.
      if (error.code !== 'ENOTEMPTY' && error.code !== 'EEXIST') throw error;
    });
  } finally {
    await rm(aside, { recursive: true, force: true });
  }
}

async function copyGuest(from: string, aside: string): Promise<void> {
  for (const name of [KERNEL, INITRD]) await copyFile(join(from, name), join(aside, name));
}

async function makeGuest(aside: string, kernel: Kernel, busybox: string): Promise<void> {
  await copyFile(kernel.image, join(aside, KERNEL));
  await writeFile(join(aside, INITRD), await initramfs(kernel, busybox));
}

async function initramfs(kernel: Kernel, busybox: string): Promise<Buffer> {
  const applets = (await run(busybox, ['--list'])).stdout
    .split('\n')
    .filter((name) => /^[a-z0-9_[\].+-]+$/i.test(name) && name !== 'busybox');
  const modules = await moduleFiles(kernel);
  const entries: CpioEntry[] = [
    ...GUEST_FOLDERS.map((name) => ({ kind: 'folder' as const, name })),
    // The kernel opens it for PID 1 before anything is mounted.
    { kind: 'character device', name: 'dev/console', major: 5, minor: 1 },
    { kind: 'file', name: 'bin/busybox', mode: 0o755, data: await readFile(busybox) },
    ...applets.map((name) => ({ kind: 'link' as const, name: `bin/${name}`, target: 'busybox' })),
    ...GUEST_FILES.map(([name, mode, text]) => ({ kind: 'file' as const, name, mode, data: Buffer.from(text) })),
    {
      kind: 'file',
      name: 'etc/modules',
      mode: 0o644,
      data: Buffer.from(modules.map((file) => `${moduleName(file)}\n`).join('')),
    },
  ];
  for (const file of modules) {
    entries.push({
      kind: 'file',
      name: `lib/modules/${moduleName(file)}.ko`,
      mode: 0o644,
      data: await plainModule(file, busybox),
    });
  }
  return compress(cpioArchive(entries), { level: 9 });
}

/** Modules are stored compressed; the guest has no use for another layer. */
async function plainModule(file: string, busybox: string): Promise<Buffer> {
  const options = { encoding: 'buffer' as const, maxBuffer: 64 * 1024 * 1024 };
  if (file.endsWith('.xz')) return (await run(busybox, ['unxz', '-c', file], options)).stdout;
  if (file.endsWith('.zst')) return (await run('zstd', ['-dcq', file], options)).stdout;
  const bytes = await readFile(file);
  return file.endsWith('.gz') ? gunzipSync(bytes) : bytes;
}
