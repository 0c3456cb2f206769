import { type ChangeOf, isActive, say, type PreviewLine } from '../../contract';
import type { Outcome, Scope } from '../core/scope';
import { usersOf } from '../networks/attaching';
import { removeRows } from '../networks/removing';
import { ruleO3RemovedIsUnused } from '../networks/rules';
import type { HostRow } from '../ports/store';
import { forgetJob } from '../vms/forget-vm';
import { assertVmStateAllows } from '../vms/rules';
import { keptUsers, releaseNics } from '../networks/release-nics';

/**
 * Undoes an import: first releases the bridges with all VMs on them, then forgets the VMs. What sealing removed from a bridge
 * (addresses of the host) is not restored.
 */
export function undoImportHandler(scope: Scope, { vmIds, networkIds }: ChangeOf<'imported'>): Outcome<object> {
  const { tx } = scope;
  const vms = vmIds.flatMap((id) => tx.vms.get(id) ?? []).filter(({ boot }) => boot.kind === 'imported');
  const networks = networkIds.flatMap((id) => tx.networks.get(id) ?? []);
  for (const vm of vms) assertVmStateAllows(vm, 'forget');
  const hosts = new Map<string, HostRow>();
  const lines: PreviewLine[] = [];
  for (const network of networks) {
    const kept = new Set(keptUsers(tx, network).map(({ id }) => id));
    ruleO3RemovedIsUnused(
      network,
      usersOf(scope, network.id).filter(({ id }) => !kept.has(id)),
    );
    for (const { hostId } of tx.attachments.ofNetwork(network.id)) {
      const host = tx.hosts.get(hostId);
      if (host && isActive(host.state)) hosts.set(hostId, host);
    }
    releaseNics(tx, network);
    removeRows(scope, network);
    lines.push(say('preview.release.bridge', { bridge: network.bridge, network: network.name }));
  }
  lines.push(...vms.map(({ name }) => say('preview.release.vm', { vm: name })));
  const forgotten = vms.map((vm) => ({ vm, host: vm.hostId === null ? undefined : tx.hosts.get(vm.hostId) }));
  const job = forgetJob(
    say('imports.release', {}),
    forgotten,
    [...hosts.values()],
    networks.map(({ id }) => id),
  );
  return { output: {}, lines, hosts: [...hosts.keys()], job };
}
