import { z } from 'zod';
import { Id, DEFAULT_MTU, isActive, isRunning, say } from '../../contract';
import { Ids } from '../core/jobs/payload';
import type { Core } from '../context';
import type { JobDraft, Outcome, Scope } from '../core/scope';
import { newId } from '../core/ids';
import { addHost, beginActivation, subjectsOf } from '../hosts/adding';
import { NetworkAdder } from '../networks/adding';
import { attachToCluster } from '../networks/attaching';
import type { HostRow, NetworkRow, VmRow } from '../ports/store';
import { addVm } from '../vms/add-vm';
import { openGateway } from './gateway';
import { DEMO_COMMENT, DEMO_HOST, DEMO_NETWORKS, DEMO_VMS, GATEWAY, assertDemoOwned } from './parts';

/** The payload of the demo's job. */
export const DemoPayload = z.strictObject({
  hostId: Id,
  vmIds: Ids,
  /** Other active hosts of the cluster, which get its networks too (rule S5). */
  otherHostIds: Ids.optional(),
});
export type DemoPayload = z.infer<typeof DemoPayload>;

export interface Made {
  readonly host: string;
  readonly networks: string[];
  readonly vms: string[];
  /** The gateway's page as a link for this computer's browser; null without the uplink. */
  readonly page: string | null;
}

/**
 * Writes the missing parts of the demo, and the job that brings the host up and starts the VMs. `port`: of this computer, for the
 * gateway's page; null: without the uplink.
 */
export function makeDemo(core: Core, scope: Scope, port: number | null): Outcome<Made> {
  const clusterId = ensureDefaultCluster(scope);
  const host = ensureHost(scope, clusterId);
  const made = DEMO_NETWORKS.map((name) => ensureNetwork(scope, clusterId, name));
  const networks = made.map(({ row }) => row);
  const others = otherHosts(host, made);
  const vms = DEMO_VMS.map(({ name, networks: on }) => ensureVm(core, scope, host, name, on));
  const page = port === null ? null : openGateway(core, scope, host, port);
  const toStart = vms.filter((vm) => !isRunning(vm.state));
  const ready = host.state === 'up' && toStart.length + others.length === 0;
  const output = {
    host: host.name,
    networks: networks.map(({ name }) => name),
    vms: vms.map(({ name }) => name),
    page,
  };
  const lines = [
    say('preview.demo.host', { host: host.name, kind: host.kind }),
    say('preview.demo.networks', { networks: [...DEMO_NETWORKS] }),
    ...(page === null ? [] : [say('preview.demo.page', { vm: GATEWAY, page })]),
    say('preview.demo.vms', { vms: DEMO_VMS.map(({ name }) => name) }),
  ];
  return {
    output,
    lines,
    hosts: [host.id, ...others.map(({ id }) => id)],
    ...(ready ? {} : { job: demoJob(host, toStart, others) }),
  };
}

/** Other active hosts that got one of the networks. */
function otherHosts(own: HostRow, made: readonly Ensured[]): HostRow[] {
  const unique = new Map(made.flatMap(({ hosts }) => hosts.map((host) => [host.id, host] as const)));
  unique.delete(own.id);
  return [...unique.values()];
}

function demoJob(host: HostRow, vms: readonly VmRow[], others: readonly HostRow[]): JobDraft {
  const payload: DemoPayload = {
    hostId: host.id,
    vmIds: vms.map((vm) => vm.id),
    otherHostIds: others.map(({ id }) => id),
  };
  const steps = [
    { title: say('step.host.connect', { host: host.name }), hostId: host.id },
    { title: say('step.host.validate', { host: host.name }), hostId: host.id },
    ...vms.map((vm) => ({ title: say('step.vm.start', { vm: vm.name, host: null }), hostId: host.id })),
    ...others.map(({ id, name }) => ({ title: say('step.host.set_up', { host: name }), hostId: id })),
  ];
  return { kind: 'demo.add', title: say('demo.add', { host: host.name }), payload, subjects: subjectsOf(host), steps };
}

function ensureDefaultCluster({ tx, now, emit }: Scope): string {
  const found = tx.dataCenters.byName('Default');
  const dataCenterId = found?.id ?? newId();
  if (!found) {
    tx.dataCenters.insert({ id: dataCenterId, name: 'Default', comment: '', createdAt: now });
    emit('data_center.added', 'normal', say('data_center.added', { dataCenter: 'Default', isSimulated: false }), {
      dataCenterId,
    });
  }
  const cluster = tx.clusters.ofDataCenter(dataCenterId).find(({ name }) => name === 'Default');
  if (cluster) return cluster.id;
  const id = newId();
  tx.clusters.insert({ id, dataCenterId, name: 'Default', comment: '', createdAt: now });
  emit('cluster.added', 'normal', say('cluster.added', { cluster: 'Default' }), { clusterId: id, dataCenterId });
  return id;
}

function ensureHost(scope: Scope, clusterId: string): HostRow {
  const { tx } = scope;
  const { name, how } = DEMO_HOST;
  const found = tx.hosts.byName(name);
  if (!found) return addHost(scope, { name, how, cluster: clusterId, comment: DEMO_COMMENT });
  assertDemoOwned('host', found);
  if (isActive(found.state)) return found;
  beginActivation(scope, found);
  return { ...found, state: 'connecting' };
}

/** A network, and the active hosts that have to be set up for it. */
interface Ensured {
  readonly row: NetworkRow;
  readonly hosts: readonly HostRow[];
}

function ensureNetwork(scope: Scope, clusterId: string, name: string): Ensured {
  const { tx } = scope;
  const cluster = scope.refs.cluster(clusterId);
  const found = tx.networks.ofDataCenter(cluster.dataCenterId).find((network) => network.name === name);
  if (!found) {
    const draft = {
      name,
      isIsolated: true,
      dataCenter: cluster.dataCenterId,
      mtu: DEFAULT_MTU,
      vlan: null,
      label: null,
      nic: null,
    };
    return new NetworkAdder(scope).add({ ...draft, comment: DEMO_COMMENT, clusters: [clusterId] });
  }
  assertDemoOwned('network', found);
  const attached = tx.networkClusters.ofNetwork(found.id).some((row) => row.clusterId === clusterId);
  return { row: found, hosts: attached ? [] : attachToCluster(tx, found, cluster) };
}

function ensureVm(core: Core, scope: Scope, host: HostRow, name: string, networks: readonly string[]): VmRow {
  const dataCenterId = scope.refs.cluster(host.clusterId).dataCenterId;
  const found = scope.tx.vms.byName(name).find((vm) => vm.dataCenterId === dataCenterId);
  if (found) {
    assertDemoOwned('VM', found);
    return found;
  }
  return addVm(scope, core.store.storeId, {
    name,
    cluster: host.clusterId,
    comment: DEMO_COMMENT,
    host: host.id,
    boot: { kind: 'tiny' },
    cpus: 1,
    vnics: networks.map((network) => ({ network, plugged: true, linked: true })),
  });
}
