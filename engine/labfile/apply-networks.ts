import { type LabFileNetwork, STRETCHED_MTU, say } from '../../contract';
import { NetworkAdder } from '../networks/adding';
import { attachHandler } from '../networks/attach';
import { activeHostsOf } from '../networks/attaching';
import { hostsOfClusters } from '../networks/labels';
import { updateNetwork } from '../networks/updating';
import { isOutside } from '../plan/model/outside-network';
import type { NetworkRow } from '../ports/store';
import { type Applying, isAnother } from './applying';
import { DEFAULT_CLUSTER } from './places';

/** The networks of the file, in its order. */
export function applyNetworks(applying: Applying): void {
  const { scope, parsed } = applying;
  const known = new Map(scope.tx.networks.ofDataCenter(applying.dataCenterId).map((row) => [row.name, row]));
  const adder = new NetworkAdder(scope);
  for (const [i, entry] of parsed.file.networks.entries()) {
    const path = ['networks', i];
    const clusters = (entry.clusters ?? defaultClusters(applying)).map((name) => applying.cluster(name, path).id);
    const found = known.get(entry.name);
    applying.at(path, () => (found ? adopt(applying, found, entry, clusters) : add(applying, adder, entry, clusters)));
  }
}

/** A file that names no clusters has one, and its networks are in it. */
const defaultClusters = ({ parsed: { file } }: Applying): string[] =>
  file.clusters.length === 0 ? [DEFAULT_CLUSTER] : [];

function add(applying: Applying, adder: NetworkAdder, entry: LabFileNetwork, clusters: readonly string[]): void {
  const { name, comment = '', isolated = true, vlan = null, label = null, stretch = null } = entry;
  // The members are written once the hosts of the file are there.
  const mtu = entry.mtu ?? (stretch === null ? undefined : STRETCHED_MTU);
  const shape = { name, comment, isIsolated: isolated, mtu, vlan, label, nic: null, dataCenter: applying.dataCenterId };
  applying.touch(adder.add({ ...shape, clusters: [...clusters] }).hosts);
  applying.add(say('preview.network.add', { network: name, isIsolated: isolated, bridge: null }));
}

function adopt(applying: Applying, found: NetworkRow, entry: LabFileNetwork, clusters: readonly string[]): void {
  const { scope } = applying;
  if (isOutside(found))
    throw isAnother(
      `"${entry.name}" is the uplink network of labs here`,
      'Set `outside: true` on the lab, and omit this network.',
    );
  const { comment, mtu, vlan, label, isolated } = entry;
  const same = (comment ?? found.comment) === found.comment && (mtu ?? found.mtu) === found.mtu;
  const sameVlan = vlan === undefined || vlan === found.vlan;
  const sameLabel = label === undefined || label === found.label;
  if (!same || !sameVlan || !sameLabel || (isolated ?? found.isIsolated) !== found.isIsolated) {
    const draft = { network: found.id, comment, mtu, vlan, label, isIsolated: isolated };
    applying.add(...updateNetwork(scope, draft).lines);
    if (!sameLabel) applying.touch(hostsOfClusters(scope.tx, found.id));
    if (mtu !== undefined && mtu !== found.mtu) applying.touch(activeHostsOf(scope.tx, found.id));
  }
  const has = new Set(scope.tx.networkClusters.ofNetwork(found.id).map(({ clusterId }) => clusterId));
  for (const cluster of clusters.filter((id) => !has.has(id))) {
    applying.add(...attachHandler(scope, { network: found.id, cluster }).lines);
    applying.touch(activeHostsOf(scope.tx, found.id));
  }
}
