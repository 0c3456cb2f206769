import { z } from 'zod';
import { RemoveHostPayload } from '../hosts/removing';
import { LeavePayload } from '../hosts/leaving';
import { AppError, isActive, type Lab, note, say } from '../../contract';
import type { Core } from '../context';
import { throwIfCancelled } from '../core/errors';
import { nearNames } from '../core/suggest-names';
import type { RunningJob } from '../core/jobs/job-kinds';
import type { HostRow } from '../ports/store';
import { assertNotBeingRemoved, subjectsOf } from '../hosts/adding';
import { beginMaintenance, enterMaintenance, leaveHost, runningOn } from '../hosts/leaving';
import { removeJob, runRemoveJob } from '../hosts/removing';

/** Labs by the id of their host, which is theirs too; a folder left by a removed host has only the id. */
export function labHandlers(core: Core) {
  const { os, command } = core;
  core.kinds.define('labs.stop', LeavePayload, (job) => runStop(core, job));
  core.kinds.define('labs.remove', z.union([RemoveHostPayload, FolderPayload]), (job) => runRemove(core, job));
  return {
    list: os.labs.list.handler(() => listLabs(core)),
    stop: os.labs.stop.handler(async ({ input, context }) => {
      const lab = await findLab(core, input.lab);
      const host = lab.hostId === null ? undefined : core.store.hosts.get(lab.hostId);
      if (!host)
        throw new AppError('NOT_FOUND', `The lab "${input.lab}" has no host`, {
          field: 'lab',
          remedy: note('Remove it.'),
        });
      return command<{ dryRun: boolean }, { lab: Lab | null; job: string | null; preview: null }>((scope) => {
        const row = scope.refs.host(host.id);
        if (row.state !== 'maintenance') return stopActive(scope, row, input.stopVms, lab);
        const job = {
          kind: 'labs.stop',
          title: say('labs.stop', { host: row.name }),
          payload: { hostId: row.id, vmIds: [] },
          subjects: subjectsOf(row),
        };
        const steps = [
          { title: say('step.host.release', { host: row.name }), hostId: row.id },
          { title: say('step.lab.stop_processes', {}), hostId: row.id },
        ];
        return { output: { lab }, job: { ...job, steps }, lines: [say('preview.lab.stop', { lab: row.name })] };
      })({ input, context });
    }),
    remove: os.labs.remove.handler(async ({ input, context }) => {
      const lab = await findLab(core, input.lab);
      return command<{ dryRun: boolean }, { job: string | null; preview: null }>((scope) => {
        const host = lab.hostId === null ? undefined : scope.tx.hosts.get(lab.hostId);
        return host ? removeWithHost(scope, host) : removeFolder(lab);
      })({ input, context });
    }),
  };
}

type Scope = Parameters<typeof beginMaintenance>[0];

function stopActive(scope: Scope, host: HostRow, stopVms: boolean, lab: Lab) {
  const { job, lines } = beginMaintenance(scope, host, stopVms, 'labs.stop');
  const steps = [...(job?.steps ?? []), { title: say('step.lab.stop_processes', {}), hostId: host.id }];
  const whole = job ? { job: { ...job, title: say('labs.stop', { host: host.name }), steps } } : {};
  return { output: { lab }, lines: [...lines, say('preview.lab.stop', { lab: host.name })], ...whole };
}

/** A lab is removed with its host and all VMs on it, running or not: ending it ends them. */
function removeWithHost({ tx, emit }: Scope, host: HostRow) {
  assertNotBeingRemoved(tx, host);
  const vms = tx.vms.ofHost(host.id);
  const running = runningOn(tx, host.id).length;
  if (host.state !== 'maintenance') enterMaintenance(tx, host, emit);
  const job = removeJob('labs.remove', say('labs.remove', { host: host.name }), host, {
    vms,
    force: true,
    whole: true,
  });
  const lines = [
    ...vms.map((vm) => say('preview.vm.remove', { vm: vm.name, disks: 'delete' })),
    say('preview.lab.remove', { lab: host.name, running }),
  ];
  return { output: {}, job, lines };
}

function removeFolder(lab: Lab) {
  const steps = [{ title: say('step.lab.remove_folder', {}), hostId: null }];
  const job = {
    kind: 'labs.remove',
    title: say('labs.remove_folder', { folder: lab.id }),
    payload: { labId: lab.id },
    steps,
  };
  return { output: {}, job, lines: [say('preview.lab.remove_folder', { path: lab.path })] };
}

async function runStop(core: Core, job: RunningJob<LeavePayload>): Promise<void> {
  const used = await leaveHost(core, job);
  const { hostId } = job.payload;
  await job.step(used + 1, async (signal) => {
    const host = core.store.hosts.get(hostId);
    if (!host) return say('result.host_removed', {});
    if (isActive(host.state)) return say('result.host_active_again', {});
    const driver = core.actors.driver(host);
    try {
      await driver.powerOff(signal);
    } finally {
      await driver.close();
    }
    return null;
  });
}

const FolderPayload = z.strictObject({ labId: z.string() });

async function runRemove(
  core: Core,
  job: RunningJob<RemoveHostPayload | z.infer<typeof FolderPayload>>,
): Promise<void> {
  const { payload } = job;
  if (!('labId' in payload)) return runRemoveJob(core, job, payload, 1);
  const { labId } = payload;
  await job.step(1, async (signal) => {
    throwIfCancelled(signal);
    await core.hosts.removeLab(labId);
    return null;
  });
}

async function listLabs({ hosts, store }: Core): Promise<Lab[]> {
  const labs = await hosts.labs();
  return labs.map((lab) => {
    const host = store.hosts.get(lab.id);
    return { ...lab, hostId: host?.id ?? null, host: host?.name ?? null };
  });
}

async function findLab(core: Core, ref: string): Promise<Lab> {
  const labs = await listLabs(core);
  const found = labs.find((lab) => lab.id === ref || lab.host === ref);
  if (found) return found;
  const near = nearNames(
    ref,
    labs.map((lab) => lab.host ?? lab.id),
  );
  const hint =
    near.length > 0 ? `Did you mean ${near.map((name) => `"${name}"`).join(' or ')}?` : 'List the labs to see them.';
  throw new AppError('NOT_FOUND', `There is no lab "${ref}"`, { field: 'lab', remedy: note(hint) });
}
