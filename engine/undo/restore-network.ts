import { type ChangeOf, isActive, say } from '../../contract';
import type { Outcome, Scope } from '../core/scope';
import { convergeJob } from '../reconcile/converge-job';
import { writeAttachments } from '../networks/attaching';
import { presentNetwork } from '../networks/present';
import { newPair, pairsOf, stretchOf } from '../networks/stretches';
import { ruleO5NetworkNameIsUnique } from '../networks/rules';
import type { NetworkRow } from '../ports/store';

/** The job that creates a network on hosts again. */
export const RESTORE_NETWORK = 'networks.restore';

/** Writes a removed network again: its id, bridge, profiles and clusters. Its checks are lost. */
export function restoreNetwork(scope: Scope, { network, profiles }: ChangeOf<'network.removed'>): Outcome<object> {
  const { tx, emit } = scope;
  const { clusters, ...removed } = network satisfies NetworkRow;
  const { stretch } = removed;
  const hostsLeft = stretch?.hosts.filter((id) => tx.hosts.get(id)) ?? [];
  const row = { ...removed, stretch: stretch && stretchOf(stretch.vni, hostsLeft) };
  ruleO5NetworkNameIsUnique(row.name, tx.networks.ofDataCenter(row.dataCenterId));
  tx.networks.insert(row);
  for (const key of pairsOf(row.stretch?.hosts ?? []))
    if (!tx.tunnelPairs.get(key)) tx.tunnelPairs.insert(newPair(key));
  for (const profile of profiles) tx.vnicProfiles.insert(profile);
  const hosts = clusters.flatMap(({ clusterId }) => {
    const cluster = tx.clusters.get(clusterId);
    const ofCluster = tx.hosts.ofCluster(clusterId);
    if (cluster) writeAttachments(tx, row, cluster, ofCluster);
    return ofCluster.filter((host) => isActive(host.state));
  });
  const subjects = { networkId: row.id, dataCenterId: row.dataCenterId };
  const change = { kind: 'network.added', networkId: row.id } as const;
  emit('network.added', 'normal', say('network.brought_back', { network: row.name }), subjects, {
    words: say('undo.network.restored', { network: row.name }),
    change,
  });
  const job = convergeJob(RESTORE_NETWORK, say('networks.bring_back', { network: row.name }), hosts, [row.id], {
    networkId: row.id,
  });
  return {
    output: { network: presentNetwork(tx, row) },
    lines: [say('preview.network.restore', { network: row.name, bridge: row.bridge })],
    hosts: hosts.map((host) => host.id),
    ...(job ? { job } : {}),
  };
}
