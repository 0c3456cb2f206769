import type { DoctorCheck } from '../../contract';
import { AppError } from '../../contract';
import { findBusybox } from '../tiny-guest/ensure';
import { findKernel } from '../tiny-guest/kernel';
import { packagedGuest } from '../tiny-guest/packaged';
import { install } from './packages';

const MATTERS = 'Without it there are no tiny guests; VMs from images, disks and CDs run all the same.';
const KERNEL = 'A kernel for tiny guests';
const BUSYBOX = 'A static busybox';

/** The parts of which tiny guests are made; an installed package has brought them along. */
export function guestChecks(packaged = packagedGuest()): Promise<DoctorCheck[]> {
  if (packaged) return Promise.resolve([packagedCheck('guest_kernel', KERNEL), packagedCheck('busybox', BUSYBOX)]);
  return Promise.all([
    partCheck('guest_kernel', KERNEL, ['linux-image-cloud-amd64'], async () => (await findKernel()).image),
    partCheck('busybox', BUSYBOX, ['busybox-static'], findBusybox),
  ]);
}

const packagedCheck = (id: string, title: string): DoctorCheck => ({
  id,
  title,
  state: 'ok',
  found: 'in the tiny guest that came with Atoll',
  matters: MATTERS,
  remedy: null,
});

async function partCheck(
  id: string,
  title: string,
  packages: readonly string[],
  find: () => Promise<string>,
): Promise<DoctorCheck> {
  try {
    return { id, title, state: 'ok', found: await find(), matters: MATTERS, remedy: null };
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    // A kernel that is there and can't be read is mended by chmod, which the error's hint says.
    const unreadable = /^sudo (chmod .*)$/.exec(error.hint ?? '')?.[1];
    const remedy = unreadable
      ? { words: error.hint ?? '', command: unreadable.split(' '), root: true }
      : install(packages);
    return { id, title, state: 'missing', found: error.message, matters: MATTERS, remedy };
  }
}
