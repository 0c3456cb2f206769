import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { DoctorCheck } from '../../contract';
import { AppError } from '../../contract';
import { findBusybox } from '../tiny-guest/ensure';
import { findKernel } from '../tiny-guest/kernel';
import { packagedGuest } from '../tiny-guest/packaged';
import { type Remedy, install } from './packages';

const MATTERS = 'Without it tiny guests are not available; VMs from images, disks and CDs still work.';
const KERNEL = 'Kernel for tiny guests';
const BUSYBOX = 'Static busybox';

/** The parts that tiny guests are built from; an installed package contains them. */
export function guestChecks(packaged = packagedGuest()): Promise<DoctorCheck[]> {
  if (packaged) return Promise.resolve([packagedCheck('guest_kernel', KERNEL), packagedCheck('busybox', BUSYBOX)]);
  return Promise.all([
    partCheck('guest_kernel', KERNEL, unpackKernel, async () => (await findKernel()).image),
    partCheck('busybox', BUSYBOX, () => install(['busybox-static']), findBusybox),
  ]);
}

/** In a checkout, which has the script, nothing is installed: a kernel package would enter the boot menu. */
function unpackKernel(from: string = import.meta.url): Remedy {
  const script = ['../scripts/', '../../scripts/']
    .map((place) => fileURLToPath(new URL(`${place}unpack-kernel.sh`, from)))
    .find((path) => existsSync(path));
  if (script === undefined || !existsSync('/usr/bin/apt-get')) return install(['linux-image-cloud-amd64']);
  return { words: 'Download a kernel for tiny guests (nothing is installed)', command: ['bash', script], root: false };
}

const packagedCheck = (id: string, title: string): DoctorCheck => ({
  id,
  title,
  state: 'ok',
  found: 'included with Atoll',
  matters: MATTERS,
  remedy: null,
});

async function partCheck(
  id: string,
  title: string,
  install: () => Remedy,
  find: () => Promise<string>,
): Promise<DoctorCheck> {
  try {
    return { id, title, state: 'ok', found: await find(), matters: MATTERS, remedy: null };
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    // An unreadable kernel is fixed by chmod, which the error's remedy says.
    const said = error.remedy?.note ?? '';
    const unreadable = /: sudo (chmod .*)$/.exec(said)?.[1];
    const remedy = unreadable ? { words: said, command: unreadable.split(' '), root: true } : install();
    return { id, title, state: 'missing', found: error.message, matters: MATTERS, remedy };
  }
}
