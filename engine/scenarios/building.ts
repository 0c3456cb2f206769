import PQueue from 'p-queue';
import { AppError, DEFAULT_MTU, isActive, type StepResult, type StepTitle, say } from '../../contract';
import type { Core } from '../context';
import type { Scope } from '../core/scope';
import { cancelled, throwIfCancelled } from '../core/errors';
import { newId } from '../core/ids';
import { addHost, beginActivation, bringUp } from '../hosts/adding';
import type { RunningJob } from '../core/jobs/job-kinds';
import { NetworkAdder } from '../networks/adding';
import type { HostRow } from '../ports/store';
import { addVm } from '../vms/add-vm';
import { bootOn } from './booting';
import { inChunks, scopeIn } from './in-chunks';
import { ensureDataCenter } from './place';
import {
  type Scenario,
  type ScenarioCluster,
  type ScenarioHost,
  type ScenarioVm,
  hostsOf,
  networksOf,
  vmsOf,
} from './scenario';

/** Hosts that are set up at once: enough to keep a core busy while others wait for their simulated delays. */
const AT_ONCE = 8;

/** Titles of the steps of `build`: first the rows, then the work on each host. */
export function buildSteps(scenario: Scenario): StepTitle[] {
  const counts = {
    networks: networksOf(scenario).length,
    hosts: hostsOf(scenario).length,
    vms: vmsOf(scenario).length,
  };
  const each = scenario.clusters.flatMap((cluster) =>
    cluster.hosts.map(({ name }) => say('step.scenario.start', { host: name, vms: vmsOn(cluster, name).length })),
  );
  return [say('step.scenario.write', counts), ...each];
}

const vmsOn = ({ vms }: ScenarioCluster, host: string): ScenarioVm[] => vms.filter((vm) => vm.host === host);

/** Creates the missing parts of a scenario, from step `first` on. A host that fails does not block the others. */
export async function build(core: Core, job: RunningJob, scenario: Scenario, first: number): Promise<void> {
  const placed: Placed[] = [];
  await job.step(first, async () => {
    for (const cluster of scenario.clusters) placed.push(...(await placeCluster(core, job, scenario, cluster)));
    return null;
  });
  const queue = new PQueue({ concurrency: AT_ONCE });
  const results = await Promise.allSettled(
    placed.map((each, i) => queue.add(() => job.step(first + 1 + i, (signal) => setUp(core, job, each, signal)))),
  );
  if (job.signal.aborted) throw cancelled();
  const failed = results.find((result) => result.status === 'rejected');
  if (failed) throw failed.reason;
}

/** A host whose rows are written, and its VMs. */
interface Placed {
  readonly host: HostRow;
  readonly vms: readonly ScenarioVm[];
}

/** Writes the missing rows of a cluster with its networks, hosts and VMs. */
async function placeCluster(core: Core, job: RunningJob, scenario: Scenario, spec: ScenarioCluster): Promise<Placed[]> {
  const clusterId = core.store.transaction((tx) => ensureCluster(scopeIn(core, job, tx), scenario, spec.name));
  const dataCenter = core.store.clusters.get(clusterId)?.dataCenterId ?? '';
  const there = new Set(core.store.networks.ofDataCenter(dataCenter).map(({ name }) => name));
  const missing = spec.networks.filter((name) => !there.has(name));
  await inChunks(core, job, missing, (scope, names) => {
    const adder = new NetworkAdder(scope);
    const shape = { isIsolated: true, dataCenter, mtu: DEFAULT_MTU, vlan: null, label: null, nic: null, comment: '' };
    for (const name of names) adder.add({ ...shape, name, clusters: [clusterId] });
  });
  const known = new Set(core.store.vms.ofCluster(clusterId).map(({ name }) => name));
  const placed: Placed[] = [];
  for (const host of spec.hosts) {
    throwIfCancelled(job.signal);
    const vms = vmsOn(spec, host.name);
    // In one transaction, so that observers see a host appear together with its VMs.
    placed.push(core.store.transaction((tx) => placeHost(core, scopeIn(core, job, tx), clusterId, host, vms, known)));
    await new Promise((resolve) => setImmediate(resolve));
  }
  return placed;
}

function placeHost(
  core: Core,
  scope: Scope,
  clusterId: string,
  spec: ScenarioHost,
  vms: readonly ScenarioVm[],
  known: ReadonlySet<string>,
): Placed {
  const host = ensureHost(scope, clusterId, spec);
  for (const vm of vms) if (!known.has(vm.name)) insertVm(core, scope, host, vm);
  return { host, vms };
}

function ensureCluster(scope: Scope, scenario: Scenario, name: string): string {
  const { tx, now, emit } = scope;
  const dataCenterId = ensureDataCenter(scope, scenario);
  const found = tx.clusters.ofDataCenter(dataCenterId).find((cluster) => cluster.name === name);
  if (found) return found.id;
  const id = newId();
  tx.clusters.insert({ id, dataCenterId, name, comment: '', createdAt: now });
  emit('cluster.added', 'normal', say('cluster.added', { cluster: name }), { clusterId: id, dataCenterId });
  return id;
}

async function setUp(core: Core, job: RunningJob, { host, vms }: Placed, signal: AbortSignal): Promise<StepResult> {
  await bringUp(core, host.id, signal);
  const names = new Set(vms.map(({ name }) => name));
  const own = core.store.vms.ofHost(host.id).filter(({ name }) => names.has(name));
  return say('result.vms_started', { count: await bootOn(core, job, host, own, signal) });
}

function ensureHost(scope: Scope, clusterId: string, spec: ScenarioHost): HostRow {
  const found = scope.tx.hosts.byName(spec.name);
  if (!found) return addHost(scope, { name: spec.name, cluster: clusterId, comment: '', how: howOf(spec) });
  if (found.clusterId !== clusterId)
    throw new AppError('CONFLICT', `Another data center now has a host "${spec.name}"`);
  if (!isActive(found.state)) beginActivation(scope, found);
  return found;
}

function howOf({ delayMs = 0, memoryMiB = 65_536, cpus = 16, mischief }: ScenarioHost): HostRow['how'] {
  const how = { kind: 'simulated', delayMs, faultRate: 0, memoryMiB, cpus } as const;
  return mischief ? { ...how, mischief } : how;
}

function insertVm(core: Core, scope: Scope, host: HostRow, { name, networks }: ScenarioVm): void {
  addVm(scope, core.store.storeId, {
    name,
    cluster: host.clusterId,
    comment: '',
    host: host.id,
    boot: { kind: 'tiny' },
    cpus: 1,
    vnics: networks.map((network) => ({ network, plugged: true, linked: true })),
  });
}
