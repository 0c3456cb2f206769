import { type Host, isActive, say } from '../../contract';
import type { Outcome, Scope } from '../core/scope';
import { placeByLabel } from '../networks/labels';
import type { HostRow, Repositories } from '../ports/store';
import { convergeJob } from '../reconcile/converge-job';

/** Unique and sorted alphabetically. */
export const sortedLabels = (labels: readonly string[]): string[] => [...new Set(labels)].sort();

interface Input {
  readonly host: string;
  readonly add: readonly string[];
  readonly remove: readonly string[];
}

/** Writes the labels of a host, and with them which isolated networks it has (rule S9). Returns whether those change. */
export function relabelHost({ tx, emit }: Scope, host: HostRow, labels: readonly string[]): boolean {
  tx.hosts.update(host.id, { labels: [...labels] });
  const row = { ...host, labels: [...labels] };
  const networks = tx.networkClusters
    .ofCluster(host.clusterId)
    .flatMap(({ networkId }) => tx.networks.get(networkId) ?? []);
  const moved = networks.filter((network) => placeByLabel(tx, network, [row]).length > 0);
  const message = say('host.labelled', { host: host.name, labels: [...labels] });
  emit('host.updated', 'normal', message, { hostId: host.id, clusterId: host.clusterId });
  return moved.length > 0;
}

/** `hosts.label`: networks with these labels are added to and removed from the host. */
export function labelHandler(
  scope: Scope,
  input: Input,
  present: (tx: Repositories, host: HostRow) => Host,
): Outcome<{ host: Host }> {
  const { tx } = scope;
  const host = scope.refs.host(input.host);
  const gone = new Set(input.remove);
  const labels = sortedLabels([...host.labels, ...input.add].filter((label) => !gone.has(label)));
  if (labels.join() === host.labels.join())
    return { output: { host: present(tx, host) }, lines: [say('preview.nothing', {})] };
  const moved = relabelHost(scope, host, labels);
  const lines = [
    ...labels
      .filter((label) => !host.labels.includes(label))
      .map((label) => say('preview.host.label', { host: host.name, label })),
    ...host.labels
      .filter((label) => gone.has(label))
      .map((label) => say('preview.host.unlabel', { host: host.name, label })),
  ];
  const subjects = { hostId: host.id, clusterId: host.clusterId };
  const job =
    moved && isActive(host.state)
      ? convergeJob('hosts.label', say('hosts.label', { host: host.name }), [host], null, subjects)
      : undefined;
  return { output: { host: present(tx, host) }, lines, hosts: job ? [host.id] : [], ...(job ? { job } : {}) };
}
