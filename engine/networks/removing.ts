import { type Undoable, isActive, say, type PreviewLine } from '../../contract';
import type { Outcome, Scope } from '../core/scope';
import { convergeJob } from '../reconcile/converge-job';
import type { NetworkRow } from '../ports/store';
import { keptUsers, releaseNics } from './release-nics';
import { setUpOn, usersOf } from './attaching';
import { presentNetwork } from './present';
import { ruleO3RemovedIsUnused, assertNotAttachedToHosts } from './rules';

/** Removes networks from the desired state at once; the job removes their bridges from the hosts. */
export function removeNetworks(scope: Scope, kind: string, networks: readonly NetworkRow[]): Outcome<object> {
  const bearers = new Set<string>();
  const lines: PreviewLine[] = [];
  for (const network of networks) {
    const kept = new Set(keptUsers(scope.tx, network).map(({ id }) => id));
    ruleO3RemovedIsUnused(
      network,
      usersOf(scope, network.id).filter(({ id }) => !kept.has(id)),
    );
    assertNotAttachedToHosts(network, setUpOn(scope.tx, network));
    const attachments = scope.tx.attachments.ofNetwork(network.id);
    for (const { hostId } of attachments) bearers.add(hostId);
    const imported = attachments.filter((row) => row.imported !== null);
    lines.push(
      say('preview.network.remove', { network: network.name }),
      ...imported.map(({ hostId }) => bridgeStays(scope, network, hostId)),
    );
    releaseNics(scope.tx, network);
    // An imported bridge belongs to its owner again: restoring the network would require another import.
    removeRows(scope, network, imported.length > 0 ? null : undoOf(scope, network));
  }
  const hosts = [...bearers].flatMap((id) => scope.tx.hosts.get(id) ?? []).filter((host) => isActive(host.state));
  const [first] = networks;
  const title =
    networks.length === 1 && first
      ? say('networks.remove', { network: first.name })
      : say('networks.remove_many', { count: networks.length });
  const ids = networks.map((network) => network.id);
  const job = convergeJob(kind, title, hosts, ids, networks.length === 1 && first ? { networkId: first.id } : {});
  return {
    output: {},
    lines,
    hosts: hosts.map((host) => host.id),
    ...(job ? { job } : {}),
  };
}

const bridgeStays = ({ tx }: Scope, { bridge }: NetworkRow, hostId: string): PreviewLine =>
  say('preview.network.bridge_stays', { bridge, host: tx.hosts.get(hostId)?.name ?? hostId });

function undoOf({ tx }: Scope, network: NetworkRow): Undoable {
  const profiles = tx.vnicProfiles.ofNetwork(network.id);
  const change = { kind: 'network.removed', network: presentNetwork(tx, network), profiles } as const;
  return { words: say('undo.network.removed', { network: network.name }), change };
}

/** Removes a network; its attachments, memberships, profiles and checks are removed by their foreign keys. */
export function removeRows(
  { tx, emit }: Pick<Scope, 'tx' | 'emit'>,
  { id, name, dataCenterId }: NetworkRow,
  undo: Undoable | null = null,
): void {
  tx.networks.remove(id);
  emit('network.removed', 'normal', say('network.removed', { network: name }), { networkId: id, dataCenterId }, undo);
}
