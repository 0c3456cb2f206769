import type { DoctorCheck } from '../../contract';
import { AppError } from '../../contract';
import { findBusybox } from '../tiny-guest/ensure';
import { findKernel } from '../tiny-guest/kernel';
import { install } from './packages';

const MATTERS = 'Without it there are no tiny guests; VMs from images, disks and CDs run all the same.';

/** The parts of which tiny guests are made. */
export function guestChecks(): Promise<DoctorCheck[]> {
  return Promise.all([
    partCheck(
      'guest_kernel',
      'A kernel for tiny guests',
      ['linux-image-cloud-amd64'],
      async () => (await findKernel()).image,
    ),
    partCheck('busybox', 'A static busybox', ['busybox-static'], findBusybox),
  ]);
}

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
