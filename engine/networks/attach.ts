import { type Network, say } from '../../contract';
import type { Outcome, Scope } from '../core/scope';
import { convergeJob } from '../reconcile/converge-job';
import { attachToCluster, detachFromCluster, setUpOn, usersOf } from './attaching';
import { presentNetwork } from './present';
import {
  assertAttached,
  assertNotAttachedTwice,
  ruleO3DetachedIsUnused,
  assertNotAttachedToHosts,
  ruleS4IsolatedIsRequired,
  assertSameDataCenter,
} from './rules';

interface Input {
  readonly network: string;
  readonly cluster: string;
}

/** `networks.attach`: adds the network to the cluster, and sets up all its active hosts in parallel (S4, S5). */
export function attachHandler(
  scope: Scope,
  input: Input & { required?: boolean | undefined },
): Outcome<{ network: Network }> {
  const { tx, refs, emit } = scope;
  const network = refs.network(input.network);
  const cluster = refs.clusterIn(network.dataCenterId, input.cluster);
  assertSameDataCenter(network, cluster);
  ruleS4IsolatedIsRequired(network, input.required);
  assertNotAttachedTwice(network, cluster, tx.networkClusters.ofNetwork(network.id));
  const required = input.required ?? network.isIsolated;
  const hosts = attachToCluster(tx, network, cluster, required);
  const subjects = { networkId: network.id, clusterId: cluster.id };
  const named = { network: network.name, cluster: cluster.name };
  emit('network.attached', 'normal', say('network.attached', named), subjects, {
    words: say('undo.network.attached', named),
    change: { kind: 'network.attached', ...subjects },
  });
  const title = say('networks.attach', named);
  const job = convergeJob('networks.attach', title, hosts, [network.id], subjects);
  return {
    output: { network: presentNetwork(tx, network) },
    lines: [say('preview.network.attach', { ...named, required, isIsolated: network.isIsolated })],
    hosts: hosts.map((host) => host.id),
    ...(job ? { job } : {}),
  };
}

/** `networks.detach`: removes the network from this cluster's hosts, and no others (rule O6). */
export function detachHandler(scope: Scope, input: Input): Outcome<{ network: Network }> {
  const { tx, refs, emit } = scope;
  const network = refs.network(input.network);
  const cluster = refs.clusterIn(network.dataCenterId, input.cluster);
  assertAttached(network, cluster, tx.networkClusters.ofNetwork(network.id));
  const users = usersOf(scope, network.id).filter((vm) => vm.clusterId === cluster.id);
  ruleO3DetachedIsUnused(network, cluster, users);
  assertNotAttachedToHosts(network, setUpOn(tx, network, cluster.id));
  const hosts = detachFromCluster(tx, network, cluster);
  const subjects = { networkId: network.id, clusterId: cluster.id };
  const named = { network: network.name, cluster: cluster.name };
  emit('network.detached', 'normal', say('network.detached', named), subjects, {
    words: say('undo.network.detached', named),
    change: { kind: 'network.detached', ...subjects },
  });
  const title = say('networks.detach', named);
  const job = convergeJob('networks.detach', title, hosts, [network.id], subjects);
  return {
    output: { network: presentNetwork(tx, network) },
    lines: [say('preview.network.detach', named)],
    hosts: hosts.map((host) => host.id),
    ...(job ? { job } : {}),
  };
}
