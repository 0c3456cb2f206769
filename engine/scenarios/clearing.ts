import { leaveStretches } from '../networks/stretches';
import { type StepResult, type StepTitle, say } from '../../contract';
import PQueue from 'p-queue';
import { cancelled } from '../core/errors';
import type { Core } from '../context';
import type { RunningJob } from '../core/jobs/job-kinds';
import { removeRows } from '../networks/removing';
import type { HostRow } from '../ports/store';
import { subjectsOf } from '../hosts/adding';
import { inChunks, scopeIn } from './in-chunks';
import { hostsIn } from './place';

/** Titles of the steps of `clear`. */
export const CLEAR_STEPS: readonly StepTitle[] = [
  say('step.scenario.clear_hosts', {}),
  say('step.scenario.clear_place', {}),
];

/** Hosts that are removed at once. */
const AT_ONCE = 4;

/** Removes a data center of simulated hosts with everything in it, in steps 1 and 2. */
export async function clear(core: Core, job: RunningJob, dataCenterId: string): Promise<void> {
  await job.step(1, () => clearHosts(core, job, dataCenterId));
  await job.step(2, async () => {
    await clearPlace(core, job, dataCenterId);
    return null;
  });
}

async function clearHosts(core: Core, job: RunningJob, dataCenterId: string): Promise<StepResult> {
  const hosts = hostsIn(core.store, dataCenterId);
  const queue = new PQueue({ concurrency: AT_ONCE });
  let gone = 0;
  const one = async (host: HostRow): Promise<void> => {
    if (job.signal.aborted) throw cancelled();
    await clearHost(core, job, host);
    gone += 1;
    if (gone % 10 === 0) job.note(1, say('result.hosts_removed', { done: gone, total: hosts.length }));
  };
  const results = await Promise.allSettled(hosts.map((host) => queue.add(() => one(host))));
  const failed = results.find((result) => result.status === 'rejected');
  if (failed) throw failed.reason;
  return say('result.hosts_removed', { done: hosts.length, total: hosts.length });
}

/** The row is removed last, so that a failure leaves a host in maintenance, to be cleared again. */
async function clearHost(core: Core, job: RunningJob, host: HostRow): Promise<void> {
  await core.actors.release(host.id);
  const driver = core.actors.driver(host);
  try {
    await driver.powerOff(job.signal);
    await driver.destroy(job.signal);
  } finally {
    await driver.close();
  }
  const vms = core.store.vms.ofHost(host.id);
  await inChunks(core, job, vms, ({ tx }, chunk) => {
    for (const { id } of chunk) tx.vms.remove(id);
  });
  core.store.transaction((tx) => {
    for (const attachment of tx.attachments.ofHost(host.id)) tx.attachments.remove(attachment);
    leaveStretches(tx, [host.id]);
    tx.hosts.remove(host.id);
    const words = say('host.removed_with_vms', { host: host.name, vms: vms.length });
    scopeIn(core, job, tx).emit('host.removed', 'normal', words, subjectsOf(host));
  });
}

async function clearPlace(core: Core, job: RunningJob, dataCenterId: string): Promise<void> {
  const { store } = core;
  const clusters = store.clusters.ofDataCenter(dataCenterId);
  const homeless = clusters.flatMap(({ id }) => store.vms.ofCluster(id));
  await inChunks(core, job, homeless, ({ tx }, vms) => {
    for (const { id } of vms) tx.vms.remove(id);
  });
  await inChunks(core, job, store.networks.ofDataCenter(dataCenterId), (scope, networks) => {
    for (const network of networks) removeRows(scope, network);
  });
  store.transaction((tx) => {
    const place = tx.dataCenters.get(dataCenterId);
    if (!place) return;
    for (const { id } of tx.clusters.ofDataCenter(dataCenterId)) tx.clusters.remove(id);
    tx.dataCenters.remove(dataCenterId);
    const words = say('data_center.removed', { dataCenter: place.name });
    scopeIn(core, job, tx).emit('data_center.removed', 'normal', words, { dataCenterId });
  });
}
