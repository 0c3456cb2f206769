import { setTimeout as sleep } from 'node:timers/promises';
import { AppError, note } from '../../../contract';
import type { VnicSpec } from '../../../engine/ports/host-driver';
import { throwIfCancelled } from '../../cancelled';
import { CommandError } from '../../command-error';
import type { Shell } from '../../shell';
import { hardwareNote, isKept, metadataXml, vnicsInMetadata } from './mark-xml';
import { editInterface, findInterface, interfaceXml, serialize } from './interface-xml';
import { QUIET_TAPS } from './quiet-taps';
import { ensureUnpluggedBridge } from './unplugged-bridge';
import { dumpXml, explain, virsh, virshWithXml, virshWord } from './virsh';
import { ATOLL_NAMESPACE, withXml } from './xml';

const RELEASE_TIMEOUT_MS = 15_000;
const RELEASE_ASK_AGAIN_MS = 3_000;

/**
 * $1: the VM, $2: the namespace of our mark, $3: the mark, quoted for virsh, $4: the mark as it is, quoted likewise, $5: the NIC's MAC. The NIC
 * comes on stdin; nothing if the VM has it. One virsh attaches it, writes the mark and lists the taps, which are made quiet. It runs the
 * later commands also if an earlier one fails, and exits like the last, so its messages count too. If the NIC was refused, the mark is
 * put back to what it was. Cut off anywhere, it can be run again.
 */
const PLUG = `
LC_ALL=C; export LC_ALL; set -f
${QUIET_TAPS}
xml=$(cat)
where='--live --config'
attach="attach-device $1 /dev/stdin $where;"
[ -n "$xml" ] || attach=
said=$({ { printf '%s\\n' "$xml" | virsh -q "$attach metadata $1 $2 --set $3 $where --key atoll; domiflist $1"; echo "exit $?" >&2; } | quiet_listed; } 2>&1)
case $said in *error:*) ;; *'exit 0') exit 0 ;; esac
printf '%s\\n' "$said" | sed '$d' >&2
case $(virsh -q domiflist "$1" 2>/dev/null) in *"$5"*) ;; *) virsh -q "metadata $1 $2 --set $4 $where --key atoll" >/dev/null 2>&1 ;; esac
exit 1
`;

type ChangeOfVnics = (
  known: Array<{ id: string; mac: string }>,
) => Array<{ readonly id: string; readonly mac: string }>;

interface Ours {
  readonly storeId: string;
  /** The definition of a VM that has this store's mark; throws for another. */
  ourXml(vmId: string, which: 'live' | 'inactive', signal: AbortSignal): Promise<string>;
}

/** The vNICs of running VMs; each change is one of the VM and of its definition. */
export class LiveVnics {
  constructor(
    private readonly shell: Shell,
    private readonly ours: Ours,
  ) {}

  async plug(vmId: string, vnic: VnicSpec, signal: AbortSignal): Promise<void> {
    const live = await this.ours.ourXml(vmId, 'live', signal);
    if (vnic.bridge === null) await ensureUnpluggedBridge(this.shell, signal);
    const isThere = withXml(live, ({ root }) => findInterface(root, vnic.mac) !== null);
    const marks = [
      this.noted(vmId, live, (known) => [...known.filter(({ mac }) => mac !== vnic.mac), vnic]),
      this.noted(vmId, live, (known) => known),
    ];
    const args = [vmId, ATOLL_NAMESPACE, ...marks.map(virshWord), vnic.mac.toLowerCase()];
    await this.shell
      .script(PLUG, args, { signal, ...(isThere ? {} : { stdin: interfaceXml(vnic) }) })
      .catch((error: unknown) => {
        if (!(error instanceof CommandError)) throw error;
        return explain(new CommandError(error.host, ['virsh', 'attach-device', vmId], error.exit, error.stderr));
      });
  }

  async unplug(vmId: string, vnic: VnicSpec, signal: AbortSignal): Promise<void> {
    const live = await this.ours.ourXml(vmId, 'live', signal);
    const present = withXml(live, ({ root }) => findInterface(root, vnic.mac) !== null);
    if (present) await this.awaitUnplug(vmId, vnic.mac, signal);
    // The definition loses it only now: if the guest had not released it, VM and definition would differ.
    const inactive = await this.ours.ourXml(vmId, 'inactive', signal);
    const defined = withXml(inactive, ({ root }) => textOf(findInterface(root, vnic.mac)));
    if (defined) await virshWithXml(this.shell, ['detach-device', vmId, '/dev/stdin', '--config'], defined, { signal });
    await this.noteVnics(vmId, inactive, (known) => known.filter(({ mac }) => mac !== vnic.mac), signal);
  }

  async update(vmId: string, vnic: VnicSpec, signal: AbortSignal): Promise<void> {
    const live = await this.ours.ourXml(vmId, 'live', signal);
    if (vnic.bridge === null) await ensureUnpluggedBridge(this.shell, signal);
    const edited = withXml(live, ({ root }) => {
      const existing = findInterface(root, vnic.mac);
      if (existing) editInterface(existing, vnic);
      return textOf(existing);
    });
    if (!edited)
      throw new AppError('NOT_FOUND', `The VM has no NIC ${vnic.mac}`, { remedy: note('Plug it in first.') });
    const result = await virshWithXml(this.shell, ['update-device', vmId, '/dev/stdin', '--live', '--config'], edited, {
      signal,
      okExits: 'any',
    });
    if (result.exit !== 0) throw updateFailed(this.shell, vmId, result.exit, result.stderr);
  }

  /** Asks the guest to release a NIC, and waits until it has. A guest that is still booting can miss the first request. */
  private async awaitUnplug(vmId: string, mac: string, signal: AbortSignal): Promise<void> {
    const end = performance.now() + RELEASE_TIMEOUT_MS;
    for (let askAt = 0; performance.now() < end; await sleep(100)) {
      throwIfCancelled(signal);
      const xml = await dumpXml(this.shell, vmId, 'live', signal);
      const device = xml === null ? null : withXml(xml, ({ root }) => textOf(findInterface(root, mac)));
      if (!device) return;
      if (performance.now() < askAt) continue;
      askAt = performance.now() + RELEASE_ASK_AGAIN_MS;
      const { exit, stderr } = await virshWithXml(this.shell, ['detach-device', vmId, '/dev/stdin', '--live'], device, {
        signal,
        okExits: 'any',
      });
      if (exit !== 0 && !/in the process of unplug|not found/i.test(stderr))
        throw new CommandError(this.shell.name, ['virsh', 'detach-device'], exit, stderr);
    }
    throw new AppError(
      'HOST_COMMAND_FAILED',
      `The guest did not release the NIC ${mac} within ${RELEASE_TIMEOUT_MS / 1000} s`,
      {
        remedy: note('Wait until the guest has booted and try again, or unlink the vNIC, or stop the VM.'),
      },
    );
  }

  private async noteVnics(vmId: string, xml: string, change: ChangeOfVnics, signal: AbortSignal): Promise<void> {
    const metadata = this.noted(vmId, xml, change);
    const args = ['metadata', vmId, ATOLL_NAMESPACE, '--key', 'atoll', '--set', metadata, '--config'];
    await virsh(this.shell, [...args, '--live'], { signal });
  }

  /** Our mark with other vNICs. */
  private noted(vmId: string, xml: string, change: ChangeOfVnics): string {
    const [known, kept, hardware] = withXml(
      xml,
      ({ root }) => [vnicsInMetadata(root), isKept(root), hardwareNote(root)] as const,
    );
    return metadataXml(this.ours.storeId, vmId, change(known), kept, hardware);
  }
}

const textOf = (node: Parameters<typeof serialize>[0] | null): string | null => (node ? serialize(node) : null);

function updateFailed(shell: Shell, vmId: string, exit: number, stderr: string): AppError {
  const args = ['virsh', 'update-device', vmId];
  if (!/not supported|unable to change|cannot modify/i.test(stderr))
    return new CommandError(shell.name, args, exit, stderr);
  return new AppError(
    'NOT_SUPPORTED',
    `This libvirt can't change the vNIC while the VM runs: ${stderr.trim().split('\n').at(-1) ?? ''}`,
    {
      remedy: note('Unplug it and plug it in again, or change it while the VM is down.'),
    },
  );
}
