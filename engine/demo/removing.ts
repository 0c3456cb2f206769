import type { z } from 'zod';
import { RemoveHostPayload } from '../hosts/removing';
import { Ids } from '../core/jobs/payload';
import { isActive, say } from '../../contract';
import type { Core } from '../context';
import type { Outcome, Scope } from '../core/scope';
import { emitter } from '../core/events';
import { instant } from '../core/ids';
import { removeJob, runRemoveJob } from '../hosts/removing';
import { enterMaintenance } from '../hosts/leaving';
import { ruleO3RemovedHostHoldsNoVms } from '../hosts/rules';
import type { RunningJob } from '../core/jobs/job-kinds';
import { usersOf } from '../networks/attaching';
import { removeRows } from '../networks/removing';
import { ruleO3RemovedIsUnused } from '../networks/rules';
import { demoParts } from './parts';

/** Removes what the demo created and nothing else. Refused, with their names, if VMs of others use it. */
export function removeDemo(scope: Scope): Outcome<{ removed: string[] }> {
  const { tx } = scope;
  const { host, networks, vms } = demoParts(tx);
  if (!host) return { output: { removed: [] }, lines: [say('preview.demo.none', {})] };
  const own = new Set(vms.map((vm) => vm.id));
  ruleO3RemovedHostHoldsNoVms(
    host,
    tx.vms.ofHost(host.id).filter((vm) => !own.has(vm.id)),
  );
  for (const network of networks)
    ruleO3RemovedIsUnused(
      network,
      usersOf(scope, network.id).filter((vm) => !own.has(vm.id)),
    );
  if (isActive(host.state)) enterMaintenance(tx, host, scope.emit);
  const base = removeJob('demo.remove', say('demo.remove', { host: host.name }), host, {
    vms,
    force: true,
    whole: true,
  });
  const names = networks.map((network) => network.name);
  const steps = [...base.steps, { title: say('step.networks.remove', { networks: names }), hostId: null }];
  const payload = { ...base.payload, networkIds: networks.map((network) => network.id) };
  const removed = [...vms.map((vm) => vm.name), ...names, host.name];
  const lines = removed.map((thing) => say('preview.demo.remove', { thing }));
  return { output: { removed }, job: { ...base, payload, steps }, lines };
}

export const RemoveDemoPayload = RemoveHostPayload.extend({ networkIds: Ids });
type RemoveDemoPayload = z.infer<typeof RemoveDemoPayload>;

/** Removes the host with its VMs, then the networks, also from other hosts that had them. */
export async function runRemoveDemo(core: Core, job: RunningJob<RemoveDemoPayload>): Promise<void> {
  await runRemoveJob(core, job, job.payload, 1);
  const { networkIds } = job.payload;
  await job.step(3, async (signal) => {
    const hostIds = forgetNetworks(core, job, networkIds);
    await Promise.all(hostIds.flatMap((id) => core.actors.find(id)?.converge(signal) ?? []));
    return null;
  });
}

/** Deletes the networks' rows; returns the hosts that still have their bridges. */
function forgetNetworks(core: Core, job: RunningJob, networkIds: readonly string[]): string[] {
  const now = instant(core.clock.now());
  return core.store.transaction((tx) => {
    const hosts = new Set<string>();
    for (const id of networkIds) {
      const network = tx.networks.get(id);
      if (!network) continue;
      // One that started to use it while the job ran.
      ruleO3RemovedIsUnused(network, usersOf({ tx }, id));
      for (const { hostId } of tx.attachments.ofNetwork(id)) hosts.add(hostId);
      removeRows({ tx, emit: emitter(tx, job.actor, now) }, network);
    }
    return [...hosts];
  });
}
