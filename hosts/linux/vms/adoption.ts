import { AppError, note } from '../../../contract';
import type { VnicSpec } from '../../../engine/ports/host-driver';
import { CommandError } from '../../command-error';
import type { Shell } from '../../shell';
import { hardwareNote, isKept, metadataXml, storeOf, vnicsInMetadata } from './mark-xml';
import { dumpXml, virsh } from './virsh';
import { whyNotAdopted } from './why-not-adopted';
import { ATOLL_NAMESPACE, withXml } from './xml';

interface Ours {
  readonly storeId: string;
  /** Throws for a definition without this store's mark. */
  requireOurs(xml: string, vmId: string): void;
}

/** Puts this store's mark on VMs that existed before, and takes it away again. Nothing else of them changes. */
export class Adoption {
  constructor(
    private readonly shell: Shell,
    private readonly ours: Ours,
  ) {}

  async adopt(
    vmId: string,
    vnics: ReadonlyArray<Pick<VnicSpec, 'id' | 'mac'>>,
    signal: AbortSignal,
    from?: string,
  ): Promise<void> {
    const existing = await dumpXml(this.shell, vmId, 'inactive', signal);
    if (existing === null)
      throw new AppError('NOT_FOUND', `The VM ${vmId} is no longer on ${this.shell.name}`, { field: 'vms' });
    const owner = withXml(existing, ({ root }) => storeOf(root));
    if (owner !== null && owner === from) await this.requireKnown(existing, vmId, signal);
    else if (owner !== null) this.ours.requireOurs(existing, vmId);
    const { stdout } = await virsh(this.shell, ['list', '--transient', '--uuid'], { signal });
    if (stdout.split('\n').includes(vmId))
      throw new AppError('NOT_SUPPORTED', `The VM ${vmId} would disappear when it ends (libvirt calls it transient)`, {
        field: 'vms',
        remedy: note('Define it on the host (virsh define), then import it.'),
      });
    const metadata = metadataXml(this.ours.storeId, vmId, vnics, true);
    const args = ['metadata', vmId, ATOLL_NAMESPACE, '--key', 'atoll', '--set', metadata];
    await virsh(this.shell, [...args, '--config'], { signal });
    await this.live(args, signal);
  }

  async whyNotAdopted(vmId: string, signal: AbortSignal): Promise<string | null> {
    const existing = await dumpXml(this.shell, vmId, 'inactive', signal);
    if (existing === null) return 'it is no longer on its host';
    return whyNotAdopted(this.shell, vmId, existing, signal);
  }

  private async requireKnown(existing: string, vmId: string, signal: AbortSignal): Promise<void> {
    const why = await whyNotAdopted(this.shell, vmId, existing, signal);
    if (why === null) return;
    throw new AppError('RULE_BROKEN', `The VM ${vmId} on ${this.shell.name} can't be taken over: ${why}`, {
      rule: 'TAKE_OVER',
      field: 'from',
      remedy: note('Change its definition on the host (virsh edit), then take the host over again.'),
    });
  }

  async release(vmId: string, signal: AbortSignal, to?: string): Promise<void> {
    const existing = await dumpXml(this.shell, vmId, 'inactive', signal);
    if (existing === null) return;
    const live = await dumpXml(this.shell, vmId, 'live', signal);
    const ours = (xml: string | null): boolean =>
      xml !== null && withXml(xml, ({ root }) => storeOf(root)) === this.ours.storeId;
    const kept = withXml(existing, ({ root }) => [vnicsInMetadata(root), isKept(root), hardwareNote(root)] as const);
    const metadata = to === undefined ? null : metadataXml(to, vmId, ...kept);
    const args = [
      'metadata',
      vmId,
      ATOLL_NAMESPACE,
      ...(metadata === null ? ['--remove'] : ['--key', 'atoll', '--set', metadata]),
    ];
    // The definition last: if it is still ours, it is found again.
    if (ours(live)) await this.live(args, signal);
    if (ours(existing)) await virsh(this.shell, [...args, '--config'], { signal });
  }

  /** The same for the running VM; a stopped one has only its definition. */
  private async live(args: readonly string[], signal: AbortSignal): Promise<void> {
    const { exit, stderr } = await virsh(this.shell, [...args, '--live'], { signal, okExits: 'any' });
    if (exit === 0 || /not running|metadata element is not present/i.test(stderr)) return;
    throw new CommandError(this.shell.name, ['virsh', 'metadata', '--live'], exit, stderr);
  }
}
