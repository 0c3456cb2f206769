import { type Network, isActive, say, type PreviewLine } from '../../contract';
import type { Outcome, Scope } from '../core/scope';
import { convergeJob } from '../reconcile/converge-job';
import { activeHostsOf } from './attaching';
import type { NetworkRow } from '../ports/store';
import { hostsOfClusters, placeByLabel } from './labels';
import { presentNetwork } from './present';
import {
  assertMtuServes,
  ruleO3ManagementIsNotIsolated,
  ruleO5NetworkNameIsUnique,
  ruleS1IsolatedIsFixed,
  ruleS3IsolatedHasNoVlan,
} from './rules';

interface Input {
  readonly network: string;
  readonly name?: string | undefined;
  readonly comment?: string | undefined;
  readonly mtu?: number | undefined;
  readonly isIsolated?: boolean | undefined;
  readonly vlan?: number | null | undefined;
  readonly label?: string | null | undefined;
}

/**
 * `networks.update`: only MTU, VLAN and label concern hosts; renaming keeps the bridge's name (rule O5). A regular network is then
 * out of sync on its hosts, and changes there on request only (rule O4).
 */
export function updateNetwork(scope: Scope, input: Input): Outcome<{ network: Network }> {
  const { tx } = scope;
  const old = scope.refs.network(input.network);
  const { name = old.name, comment = old.comment, mtu = old.mtu, vlan = old.vlan, label = old.label } = input;
  const now = { name, comment, mtu, vlan, label };
  const row = { ...old, ...now };
  ruleS1IsolatedIsFixed(old, input.isIsolated);
  ruleS3IsolatedHasNoVlan(row);
  ruleO3ManagementIsNotIsolated(row);
  assertMtuServes(row);
  if (name !== old.name) ruleO5NetworkNameIsUnique(name, tx.networks.ofDataCenter(old.dataCenterId), old.id);
  tx.networks.update(old.id, now);
  const was = { name: old.name, comment: old.comment, mtu: old.mtu, vlan: old.vlan, label: old.label };
  const undo = {
    words:
      name === old.name
        ? say('undo.network.updated', { network: name })
        : say('undo.network.renamed', { was: old.name, now: name }),
    change: { kind: 'network.updated', networkId: old.id, was, now },
  } as const;
  scope.emit('network.updated', 'normal', say('network.updated', { network: name }), { networkId: old.id }, undo);
  const concerns = mtu !== old.mtu || vlan !== old.vlan;
  const moved = label === old.label ? [] : placeByLabel(tx, row, hostsOfClusters(tx, old.id));
  const hosts = [...(concerns ? activeHostsOf(tx, old.id) : []), ...moved.filter(({ state }) => isActive(state))];
  // The state of the hosts was right until now: the difference comes from our change, and is no drift.
  if (concerns) for (const each of tx.attachments.ofNetwork(old.id)) tx.attachments.update(each, { state: 'pending' });
  const job = convergeJob('networks.update', say('networks.update', { network: name }), hosts, [old.id], {
    networkId: old.id,
  });
  return {
    // A host that has lost the label is no longer a member of the stretch.
    output: { network: presentNetwork(tx, tx.networks.get(old.id) ?? row) },
    lines: linesOf(old, row),
    hosts: hosts.map((host) => host.id),
    ...(job ? { job } : {}),
  };
}

type Shown = Pick<NetworkRow, 'name' | 'comment' | 'mtu' | 'vlan' | 'label'>;

function linesOf(old: Shown, row: Shown): PreviewLine[] {
  const network = old.name;
  const lines: PreviewLine[] = [];
  if (row.name !== old.name) lines.push(say('preview.network.rename', { was: network, now: row.name }));
  if (row.comment !== old.comment) lines.push(say('preview.network.comment', { network }));
  if (row.mtu !== old.mtu) lines.push(say('preview.network.mtu', { network, was: old.mtu, now: row.mtu }));
  if (row.vlan !== old.vlan) lines.push(say('preview.network.vlan', { network, was: old.vlan, now: row.vlan }));
  if (row.label !== old.label)
    lines.push(
      row.label === null
        ? say('preview.network.unlabel', { network, label: old.label ?? '' })
        : say('preview.network.label', { network, label: row.label }),
    );
  return lines.length > 0 ? lines : [say('preview.nothing', {})];
}
