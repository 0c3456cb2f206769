import { setTimeout as sleep } from 'node:timers/promises';
import { AppError, type Cdrom, note, run } from '../../../contract';
import type { CopyProgress } from '../../../engine/ports/host-driver';
import { throwIfCancelled } from '../../cancelled';
import { CommandError } from '../../command-error';
import type { Shell } from '../../shell';
import { type BootContext, mediumOnHost } from './boot-files';
import { drivesIn, setMedium } from './hardware-xml';
import { serialize } from './interface-xml';
import { explain, virshWithXml } from './virsh';
import { withXml } from './xml';

export interface MediaContext extends BootContext {
  /** Whether QEMU can open no file of a user's by its path (hosts/lab/cage.ts), and gets open descriptors instead. */
  readonly lendsFiles: boolean;
}

/** How often a guest that keeps its drive locked is asked to release it, and the pause between, milliseconds. */
const ATTEMPTS = 3;
const PAUSE_MS = 1_500;

/**
 * $1: the VM, $2: a file. libvirt passes the descriptor on to QEMU if both commands come over one connection; the XML, on stdin, names
 * the group. No name or path is part of virsh's command line.
 */
const LEND = `exec 9<"$2" && cat | virsh -q "dom-fd-associate $1 atoll 9; update-device $1 /dev/stdin --live"`;

/** Changes the medium in a drive of a running VM, and in its definition. `live`, `inactive`: both as libvirt has them. */
export async function changeMedium(
  context: MediaContext,
  vm: { readonly id: string; readonly live: string; readonly inactive: string },
  cdrom: Cdrom,
  signal: AbortSignal,
  progress?: CopyProgress,
): Promise<void> {
  const { shell, lendsFiles } = context;
  const path = cdrom.path === null ? null : await mediumOnHost(context, cdrom.path, signal, progress);
  const group = lendsFiles && path !== null ? 'atoll' : undefined;
  await insert(shell, vm.id, driveWith(vm.live, cdrom.name, path, group), group === undefined ? null : path, signal);
  const defined = driveWith(vm.inactive, cdrom.name, path);
  await virshWithXml(shell, ['update-device', vm.id, '/dev/stdin', '--config'], defined, { signal });
}

function driveWith(xml: string, name: string, path: string | null, fdgroup?: string): string {
  return withXml(xml, ({ root }) => {
    const drive = drivesIn(root).get(name);
    if (!drive)
      throw new AppError('NOT_FOUND', `The running VM has no CD drive ${name}`, {
        field: 'drive',
        remedy: run('vms.shutdown', {}, 'It gets the drive at its next start.'),
      });
    setMedium(drive, path, fdgroup);
    return serialize(drive);
  });
}

/** `lent`: the file that QEMU can't open itself. */
async function insert(
  shell: Shell,
  vmId: string,
  xml: string,
  lent: string | null,
  signal: AbortSignal,
): Promise<void> {
  for (let attempt = 1; ; attempt += 1) {
    throwIfCancelled(signal);
    const options = { signal, okExits: 'any' } as const;
    const { exit, stderr } =
      lent === null
        ? await virshWithXml(shell, ['update-device', vmId, '/dev/stdin', '--live'], xml, options)
        : await shell.script(LEND, [vmId, lent], { ...options, stdin: xml });
    if (exit === 0) return;
    if (!/\btray\b|locked/i.test(stderr))
      explain(new CommandError(shell.name, ['virsh', 'update-device'], exit, stderr));
    if (attempt === ATTEMPTS) throw locked();
    await sleep(PAUSE_MS);
  }
}

const locked = (): AppError =>
  new AppError('STATE_ILLEGAL', 'The guest keeps the CD drive locked: it uses the CD', {
    rule: 'CD_LOCKED',
    field: 'drive',
    remedy: note('Unmount or eject the CD in the guest and try again, or stop the VM and change the CD then.'),
  });
