import { constants } from 'node:fs';
import { access, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { AppError, note } from '../../contract';
import { userHome } from '../account';

/** A kernel of this computer with its modules. */
export interface Kernel {
  readonly release: string;
  readonly image: string;
  readonly modules: string;
}

/** What the guest needs beyond a kernel for VMs, in loading order: NICs, and the power button as an input device. */
const WANTED = ['virtio_net', 'button', 'evdev', 'af_packet'];

/**
 * Finds a kernel to boot guests with: Debian's cloud kernel if installed (small, made for VMs), else any.
 * @throws AppError NOT_SUPPORTED if there is none, or no readable one (some distributions hide it from users)
 */
export async function findKernel(roots: readonly string[] = places()): Promise<Kernel> {
  const kernels = (await candidates(roots)).sort(
    (a, b) => Number(b.release.includes('cloud')) - Number(a.release.includes('cloud')),
  );
  for (const kernel of kernels) if (await isReadable(kernel.image)) return kernel;
  const unreadable = kernels[0];
  if (unreadable) {
    throw new AppError(
      'NOT_SUPPORTED',
      `The kernel ${unreadable.image} can't be read by this user, and tiny guests boot it`,
      {
        remedy: note(`Make it readable: sudo chmod a+r ${unreadable.image}`),
      },
    );
  }
  throw new AppError('NOT_SUPPORTED', 'No kernel found in /boot that tiny guests can boot', {
    remedy: note(
      'On Debian: sudo apt-get install linux-image-cloud-amd64, or, in a checkout of Atoll, scripts/unpack-kernel.sh, which installs nothing. Other VMs (--image, --iso, --kernel) need none.',
    ),
  });
}

/** The module files to load in that order, dependencies first; a built-in module has none. */
export async function moduleFiles(kernel: Kernel): Promise<string[]> {
  const lines = (await readFile(join(kernel.modules, 'modules.dep'), 'utf8')).split('\n');
  const files: string[] = [];
  for (const name of WANTED) {
    const line = lines.find((candidate) => moduleName(candidate.split(':')[0] ?? '') === name);
    if (!line) continue;
    const [file = '', dependencies = ''] = line.split(':');
    // modules.dep lists the dependencies so that the last must be loaded first (depmod(8)).
    files.push(...dependencies.split(' ').filter(Boolean).reverse(), file);
  }
  return [...new Set(files)].map((file) => join(kernel.modules, file));
}

/** `virtio_net` for `kernel/drivers/net/virtio_net.ko.xz`. */
export function moduleName(file: string): string {
  return (file.split('/').at(-1) ?? '').replace(/\.ko(\.(xz|zst|gz))?$/, '').replaceAll('-', '_');
}

/** Where to find a kernel: this computer's own, and one that scripts/unpack-kernel.sh has prepared for guests. */
function places(): string[] {
  const cache = process.env['XDG_CACHE_HOME'] ?? join(userHome(), '.cache');
  return ['/', '/var/lib/atoll/kernel', join(cache, 'atoll', 'kernel')];
}

async function candidates(roots: readonly string[]): Promise<Kernel[]> {
  const found: Kernel[] = [];
  for (const root of roots) {
    for (const release of await folder(join(root, 'lib/modules'))) {
      const modules = join(root, 'lib/modules', release);
      if (!(await isReadable(join(modules, 'modules.dep')))) continue;
      for (const image of [join(root, 'boot', `vmlinuz-${release}`), join(modules, 'vmlinuz')]) {
        if (await exists(image)) found.push({ release, image, modules });
      }
    }
  }
  return found;
}

const isReadable = (path: string): Promise<boolean> => access(path, constants.R_OK).then(yes, no);
const exists = (path: string): Promise<boolean> => access(path, constants.F_OK).then(yes, no);
const folder = (path: string): Promise<string[]> => readdir(path).catch(() => []);
const yes = (): boolean => true;
const no = (): boolean => false;
