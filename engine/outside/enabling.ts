import { type Network, DEFAULT_MTU, isActive, say } from '../../contract';
import type { Outcome, Scope } from '../core/scope';
import { newId } from '../core/ids';
import { convergeJob } from '../reconcile/converge-job';
import { pendingAttachment, usersOf } from '../networks/attaching';
import { bridgeName } from '../networks/naming';
import { presentNetwork } from '../networks/present';
import { removeRows } from '../networks/removing';
import { ruleO3RemovedIsUnused, ruleO5NetworkNameIsUnique } from '../networks/rules';
import type { HostRow, NetworkRow } from '../ports/store';
import { OUT_NIC, OUTSIDE_NAME, OUTSIDE_SUBNET, outsideNetwork } from '../plan/model/outside-network';
import { ruleO3OutsideIsUnused, ruleS12EnabledOnce, ruleS12IsEnabled, ruleS12OutsideIsOfLabs } from './rules';

/** Writes the desired state that a lab has its uplink; creates the data center's network for it if it is the first. */
export function enableOutside(scope: Scope, host: HostRow, comment: string): NetworkRow {
  const { tx } = scope;
  ruleS12OutsideIsOfLabs(host);
  const network = ensureNetwork(scope, scope.refs.cluster(host.clusterId).dataCenterId, comment);
  ruleS12EnabledOnce(host, hasOutside(scope, host, network));
  if (!tx.networkClusters.ofNetwork(network.id).some((row) => row.clusterId === host.clusterId)) {
    tx.networkClusters.insert({ networkId: network.id, clusterId: host.clusterId, required: false });
  }
  tx.attachments.upsert({ ...pendingAttachment(network.id, host.id), nic: OUT_NIC });
  scope.emit('outside.enabled', 'normal', say('outside.enabled', { host: host.name }), subjectsOf(network, host));
  return network;
}

export const hasOutside = ({ tx }: Pick<Scope, 'tx'>, host: HostRow, network: NetworkRow): boolean =>
  tx.attachments.get({ networkId: network.id, hostId: host.id }) !== undefined;

/** `outside.enable` */
export function enableHandler(scope: Scope, input: { readonly host: string }): Outcome<{ network: Network }> {
  const host = scope.refs.host(input.host);
  const network = enableOutside(scope, host, '');
  const job = convergeJob(
    'outside.enable',
    say('outside.enable', { host: host.name }),
    concerned(host),
    [network.id],
    subjectsOf(network, host),
  );
  return {
    output: { network: presentNetwork(scope.tx, network) },
    lines: [say('preview.outside.enable', { host: host.name, nic: OUT_NIC, network: network.name })],
    hosts: [host.id],
    ...(job ? { job } : {}),
  };
}

/** `outside.disable` */
export function disableHandler(scope: Scope, input: { readonly host: string }): Outcome<object> {
  const { tx, refs } = scope;
  const host = refs.host(input.host);
  const network = outsideNetwork(tx, refs.cluster(host.clusterId).dataCenterId);
  const enabled = network !== undefined && hasOutside(scope, host, network);
  ruleS12IsEnabled(host, enabled);
  if (!network) return { output: {}, lines: [] };
  const users = usersOf(scope, network.id);
  ruleO3OutsideIsUnused(
    host,
    users.filter((vm) => tx.vms.get(vm.id)?.hostId === host.id),
  );
  tx.attachments.remove({ networkId: network.id, hostId: host.id });
  scope.emit('outside.disabled', 'normal', say('outside.disabled', { host: host.name }), subjectsOf(network, host));
  if (tx.attachments.ofNetwork(network.id).length === 0) {
    ruleO3RemovedIsUnused(network, users);
    removeRows(scope, network);
  }
  const title = say('outside.disable', { host: host.name });
  const job = convergeJob('outside.disable', title, concerned(host), [network.id], { hostId: host.id });
  return {
    output: {},
    lines: [say('preview.outside.disable', { host: host.name, nic: OUT_NIC })],
    hosts: [host.id],
    ...(job ? { job } : {}),
  };
}

const concerned = (host: HostRow): HostRow[] => (isActive(host.state) ? [host] : []);
const subjectsOf = (network: NetworkRow, host: HostRow) => ({ networkId: network.id, hostId: host.id });

function ensureNetwork({ tx, now, emit }: Scope, dataCenterId: string, comment: string): NetworkRow {
  const found = outsideNetwork(tx, dataCenterId);
  if (found) return found;
  const others = tx.networks.ofDataCenter(dataCenterId);
  ruleO5NetworkNameIsUnique(OUTSIDE_NAME, others);
  const id = newId();
  const row: NetworkRow = {
    id,
    dataCenterId,
    name: OUTSIDE_NAME,
    comment,
    isIsolated: false,
    vlan: null,
    mtu: DEFAULT_MTU,
    bridge: bridgeName(OUTSIDE_NAME, id, (taken) => others.some((other) => other.bridge === taken)),
    label: null,
    guestSubnet: OUTSIDE_SUBNET,
    services: null,
    stretch: null,
    createdAt: now,
  };
  tx.networks.insert(row);
  tx.vnicProfiles.insert({ id: newId(), networkId: id, name: row.name });
  emit('network.added', 'normal', say('network.added', { network: row.name, isIsolated: false, clusters: [] }), {
    networkId: id,
    dataCenterId,
  });
  return row;
}
