import { type LabFileHost, say } from '../../contract';
import { addHost } from '../hosts/adding';
import { relabelHost, sortedLabels } from '../hosts/labels';
import { enableOutside, hasOutside } from '../outside/enabling';
import { OUT_NIC, outsideNetwork } from '../plan/model/outside-network';
import type { HostHow } from '../ports/hosts';
import type { HostRow } from '../ports/store';
import { type Applying, isAnother } from './applying';
import { DEFAULT_CLUSTER } from './places';

/**
 * The hosts of the file. Host names are unique in the whole database (rule O5), so the same name in another data center is a
 * different host.
 */
export function applyHosts(applying: Applying): void {
  for (const [i, entry] of applying.parsed.file.hosts.entries()) {
    const path = ['hosts', i];
    const cluster = applying.cluster(entry.cluster ?? DEFAULT_CLUSTER, path);
    applying.at(path, () => {
      const host = ensureHost(applying, entry, cluster);
      if (entry.kind === 'lab' && entry.outside === true) ensureOutside(applying, host);
    });
  }
}

function ensureHost(applying: Applying, entry: LabFileHost, cluster: { id: string; name: string }): HostRow {
  const { scope } = applying;
  const { name, kind, comment, labels } = entry;
  const found = scope.tx.hosts.byName(name);
  if (!found) {
    const host = addHost(scope, { name, cluster: cluster.id, comment: comment ?? '', labels, how: howOf(entry) });
    applying.toBringUp.set(host.id, host);
    applying.add(say('preview.host.add', { host: name, kind, cluster: cluster.name }));
    return host;
  }
  if (found.kind !== kind)
    throw isAnother(
      `The host "${name}" is a ${found.kind} host, not a ${kind} one`,
      'Give the host in the file another name.',
    );
  if (found.clusterId !== cluster.id)
    throw isAnother(
      `The host "${name}" is in another cluster`,
      'Give the host in the file another name, or its own cluster.',
    );
  if (comment !== undefined && comment !== found.comment) {
    scope.tx.hosts.update(found.id, { comment });
    scope.emit('host.updated', 'normal', say('host.updated', { host: name, fingerprint: null }), { hostId: found.id });
    applying.add(say('preview.host.comment', { host: name }));
  }
  const lacks = (labels ?? []).filter((label) => !found.labels.includes(label));
  if (lacks.length > 0) {
    if (relabelHost(scope, found, sortedLabels([...found.labels, ...lacks]))) applying.touch([found]);
    applying.add(...lacks.map((label) => say('preview.host.label', { host: name, label })));
  }
  return found;
}

function howOf(entry: LabFileHost): HostHow {
  if (entry.kind === 'lab') return { kind: 'lab' };
  const { delayMs = 50, memoryMiB = 65_536, cpus = 16 } = entry;
  return { kind: 'simulated', delayMs, faultRate: 0, memoryMiB, cpus };
}

function ensureOutside(applying: Applying, host: HostRow): void {
  const { scope } = applying;
  const network = outsideNetwork(scope.tx, applying.dataCenterId);
  if (network && hasOutside(scope, host, network)) return;
  const { name } = enableOutside(scope, host, '');
  applying.touch([host]);
  applying.add(say('preview.outside.enable', { host: host.name, nic: OUT_NIC, network: name }));
}
