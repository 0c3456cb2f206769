import { setTimeout as sleep } from 'node:timers/promises';
import { AppError, note } from '../../../contract';
import { throwIfCancelled } from '../../cancelled';
import { CommandError } from '../../command-error';
import type { Shell } from '../../shell';
import { type DataDisk, findDisk, setDataDisk } from './disk-xml';
import { serialize } from './interface-xml';
import type { MediaContext } from './media';
import { dumpXml, explain, virshWithXml } from './virsh';
import { child, element, withXml } from './xml';

const RELEASE_TIMEOUT_MS = 15_000;
const ASK_AGAIN_MS = 3_000;

/** The only controller that a running VM can get for disks on SCSI. */
const SCSI = '<controller type="scsi" index="0" model="virtio-scsi"/>';

/** $1: the VM, $2: a file that its QEMU can't open itself, $3: whether the guest only reads it (media.ts). */
const LEND = `
if [ "$3" = yes ]; then exec 9<"$2"; else exec 9<>"$2"; fi &&
  cat | virsh -q "dom-fd-associate $1 atoll 9; attach-device $1 /dev/stdin --live"
`;

/** Plugs a disk whose file exists into a VM that runs, and into its definition. Does nothing where it is. */
export async function plugDisk(
  { shell, lendsFiles }: Pick<MediaContext, 'shell' | 'lendsFiles'>,
  vm: { readonly id: string; readonly live: string; readonly inactive: string },
  disk: DataDisk,
  signal: AbortSignal,
): Promise<void> {
  const lacksScsi = (xml: string): boolean =>
    disk.bus === 'scsi' && withXml(xml, ({ root }) => element(root, 'devices/controller[@type="scsi"]') === null);
  const attach = (xml: string, where: '--live' | '--config') =>
    virshWithXml(shell, ['attach-device', vm.id, '/dev/stdin', where], xml, { signal });
  if (lacksScsi(vm.live)) await attach(SCSI, '--live');
  const live = pluggedXml(vm.live, disk, lendsFiles ? 'atoll' : undefined);
  if (live !== null && lendsFiles) {
    const args = [vm.id, disk.path, disk.readOnly ? 'yes' : 'no'];
    await shell.script(LEND, args, { signal, stdin: live }).catch((error: unknown) => {
      if (!(error instanceof CommandError)) throw error;
      return explain(new CommandError(error.host, ['virsh', 'attach-device', vm.id], error.exit, error.stderr));
    });
  } else if (live !== null) await attach(live, '--live');
  if (lacksScsi(vm.inactive)) await attach(SCSI, '--config');
  const defined = pluggedXml(vm.inactive, disk);
  if (defined !== null) await attach(defined, '--config');
}

/** The element of a disk that a definition does not have yet; null: it has it. */
function pluggedXml(xml: string, disk: DataDisk, fdgroup?: string): string | null {
  return withXml(xml, ({ root }) => {
    if (findDisk(root, disk.id) !== null) return null;
    const made = setDataDisk(root, child(root, 'devices'), disk);
    if (fdgroup !== undefined) child(made, 'source').setAttr('fdgroup', fdgroup);
    return serialize(made);
  });
}

/** Asks the guest to release a disk, and waits until it has; a guest that is still booting can miss the first request. */
export async function unplugDisk(shell: Shell, vmId: string, diskId: string, signal: AbortSignal): Promise<void> {
  const end = performance.now() + RELEASE_TIMEOUT_MS;
  for (let askAt = 0; performance.now() < end; await sleep(100)) {
    throwIfCancelled(signal);
    const xml = await dumpXml(shell, vmId, 'live', signal);
    const device =
      xml === null
        ? null
        : withXml(xml, ({ root }) => {
            const found = root.attr('id') === null ? null : findDisk(root, diskId);
            return found === null ? null : serialize(found);
          });
    if (device === null) return;
    if (performance.now() < askAt) continue;
    askAt = performance.now() + ASK_AGAIN_MS;
    const options = { signal, okExits: 'any' } as const;
    const { exit, stderr } = await virshWithXml(
      shell,
      ['detach-device', vmId, '/dev/stdin', '--live'],
      device,
      options,
    );
    if (exit !== 0 && !/in the process of unplug|not found/i.test(stderr))
      throw new CommandError(shell.name, ['virsh', 'detach-device'], exit, stderr);
  }
  throw new AppError(
    'HOST_COMMAND_FAILED',
    `The guest did not release the disk within ${RELEASE_TIMEOUT_MS / 1000} s`,
    {
      field: 'disk',
      remedy: note('Unmount it in the guest and try again, or shut the VM down first.'),
    },
  );
}
