import { type Network, isActive, say } from '../../contract';
import type { Outcome, Scope } from '../core/scope';
import { convergeJob } from '../reconcile/converge-job';
import { activeHostsOf } from './attaching';
import type { NetworkRow } from '../ports/store';
import { hostsOfClusters, placeByLabel } from './labels';
import { presentNetwork } from './present';
import {
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
 * `networks.update`: only MTU, VLAN and label concern hosts; the bridge keeps its name when the network gets another (rule O5). A
 * regular network is then out of sync on its hosts, and changes there when that is asked for (rule O4).
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
  if (name !== old.name) ruleO5NetworkNameIsUnique(name, tx.networks.ofDataCenter(old.dataCenterId), old.id);
  tx.networks.update(old.id, now);
  const was = { name: old.name, comment: old.comment, mtu: old.mtu, vlan: old.vlan, label: old.label };
  const undo = {
    words: name === old.name ? `change the network ${name}` : `rename the network ${old.name} to ${name}`,
    change: { kind: 'network.updated', networkId: old.id, was, now },
  } as const;
  scope.emit('network.updated', 'normal', say('network.updated', { network: name }), { networkId: old.id }, undo);
  const concerns = mtu !== old.mtu || vlan !== old.vlan;
  const moved = label === old.label ? [] : placeByLabel(tx, row, hostsOfClusters(tx, old.id));
  const hosts = [...(concerns ? activeHostsOf(tx, old.id) : []), ...moved.filter(({ state }) => isActive(state))];
  // What is now on the hosts was right until this instant: the difference is our wish, not drift.
  if (concerns) for (const each of tx.attachments.ofNetwork(old.id)) tx.attachments.update(each, { state: 'pending' });
  const job = convergeJob('networks.update', say('networks.update', { network: name }), hosts, [old.id], {
    networkId: old.id,
  });
  return {
    output: { network: presentNetwork(tx, row) },
    words: changedWords(old, row),
    hosts: hosts.map((host) => host.id),
    ...(job ? { job } : {}),
  };
}

type Shown = Pick<NetworkRow, 'name' | 'comment' | 'mtu' | 'vlan' | 'label'>;

function changedWords(old: Shown, row: Shown): string[] {
  const words: string[] = [];
  if (row.name !== old.name)
    words.push(`rename the network "${old.name}" to "${row.name}" (its bridge keeps its name)`);
  if (row.comment !== old.comment) words.push(`change the comment of "${old.name}"`);
  if (row.mtu !== old.mtu) words.push(`change the MTU of "${old.name}" from ${old.mtu} to ${row.mtu}`);
  if (row.vlan !== old.vlan)
    words.push(`change the VLAN of "${old.name}" from ${old.vlan ?? 'none'} to ${row.vlan ?? 'none'}`);
  if (row.label !== old.label)
    words.push(
      row.label === null
        ? `take the label ${old.label ?? ''} from "${old.name}": it is on all hosts of its clusters`
        : `give "${old.name}" the label ${row.label}: it is only on hosts that have it`,
    );
  return words.length > 0 ? words : ['change nothing'];
}
