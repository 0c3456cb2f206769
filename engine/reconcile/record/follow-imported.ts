import type { ObservedHost, ObservedVnic } from '../../ports/observed';
import type { HostRow, Repositories } from '../../ports/store';
import { importedBoot, otherNic } from '../../plan/other-nic';

/**
 * The owner of an imported VM decides on its memory, CPUs, and unmanaged NICs. The rows follow the observation. VMs that we are
 * changing are left to those changes.
 */
export function followImported(
  tx: Repositories,
  host: Pick<HostRow, 'id'>,
  observed: ObservedHost,
  busy: (vmId: string) => boolean,
): void {
  const rows = tx.vms.ofHost(host.id).filter(({ boot, state }) => boot.kind === 'imported' && state !== 'image_locked');
  if (rows.length === 0) return;
  const seen = new Map(observed.vms?.filter(({ ours }) => ours).map((vm) => [vm.id, vm]));
  for (const row of rows) {
    const vm = seen.get(row.id);
    if (!vm || busy(row.id) || row.boot.kind !== 'imported') continue;
    const macs = new Set(tx.vnics.ofVm(row.id).map(({ mac }) => mac));
    const others = new Set(row.boot.nics.map(({ mac }) => mac));
    // A removed NIC stays in the definition until that is written again; so does a released one, permanently.
    const isOther = ({ mac, noted }: ObservedVnic): boolean => !macs.has(mac) && (noted !== true || others.has(mac));
    const boot = importedBoot(vm, vm.vnics.filter(isOther).map(otherNic));
    const memoryMiB = Math.max(32, vm.memoryMiB);
    const cpus = vm.cpus ?? row.cpus;
    const same = JSON.stringify(boot) === JSON.stringify(row.boot);
    if (same && memoryMiB === row.memoryMiB && cpus === row.cpus) continue;
    tx.vms.update(row.id, { memoryMiB, cpus, boot });
  }
}
