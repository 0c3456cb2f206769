import type { Disposal } from '../../../engine/ports/host-driver';
import type { Shell } from '../../shell';
import type { Adoption } from './adoption';
import { emptyTrash, removeDisks, untrash } from './disks';
import {
  forgetDefinitions,
  hasTpm,
  keepDefinition,
  keepNvram,
  keepTpm,
  nvramOf,
  removeSockets,
} from './kept-definition';
import { isKept } from './mark-xml';
import type { SavedMemory } from './saved-memory';
import type { LinuxSnapshots } from './snapshots';
import type { LinuxVerbs } from './verbs';
import { dumpXml, virsh } from './virsh';
import { withXml } from './xml';

interface Context {
  readonly shell: Shell;
  readonly diskDir: string;
  readonly adoption: Adoption;
  readonly snapshots: LinuxSnapshots;
  readonly memory: SavedMemory;
  readonly verbs: LinuxVerbs;
  serialLog(vmId: string): string;
  /** Throws CONFLICT for a domain of another store. */
  requireOurs(xml: string, vmId: string): void;
}

/** Removes the VMs of a Linux host, and what an undo of that needs. */
export class Removal {
  constructor(private readonly context: Context) {}

  async remove(vmId: string, disks: Disposal, signal: AbortSignal): Promise<string[]> {
    const { context } = this;
    const existing = await dumpXml(context.shell, vmId, 'inactive', signal);
    if (existing !== null) {
      context.requireOurs(existing, vmId);
      if (withXml(existing, ({ root }) => isKept(root))) {
        await context.adoption.release(vmId, signal);
        return [];
      }
      await context.verbs.stop(vmId, signal);
      await context.snapshots.leaveOthersDisks(vmId, signal);
      await this.undefine(vmId, existing, disks, signal);
    }
    await removeSockets(context.shell, vmId, signal);
    await context.snapshots.drop(vmId, signal);
    await context.memory.drop(vmId, signal);
    return removeDisks(context.shell, { ...context, vmId, serialLog: context.serialLog(vmId) }, disks, signal);
  }

  /** Removes the definition of a VM. Unless all of it is deleted, its definition, firmware variables and TPM are kept for an undo. */
  private async undefine(vmId: string, existing: string, disks: Disposal, signal: AbortSignal): Promise<void> {
    const { context } = this;
    const args = ['undefine', vmId, '--managed-save', '--snapshots-metadata'];
    if (disks === 'delete') return void (await virsh(context.shell, [...args, '--nvram'], { signal }));
    await keepDefinition(context.shell, context, vmId, existing, signal);
    if (hasTpm(existing)) await keepTpm(context.shell, context, vmId, signal);
    await virsh(context.shell, [...args, '--keep-nvram'], { signal });
    const nvram = nvramOf(existing);
    if (nvram !== null) await keepNvram(context.shell, context, vmId, nvram, signal);
  }

  untrash(vmId: string, signal: AbortSignal): Promise<void> {
    const { context } = this;
    return untrash(context.shell, context, vmId, signal);
  }

  async emptyTrash(vmIds: readonly string[], signal: AbortSignal): Promise<void> {
    const { context } = this;
    await emptyTrash(context.shell, context, vmIds, signal);
    await forgetDefinitions(context.shell, context, vmIds, signal);
  }
}
