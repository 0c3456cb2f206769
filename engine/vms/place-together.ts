import { z } from 'zod';
import {
  AppError,
  Id,
  isRunning,
  type Network,
  say,
  someNames,
  type StepResult,
  note,
  run,
  type PreviewLine,
} from '../../contract';
import type { Core } from '../context';
import type { JobDraft, Outcome, Scope } from '../core/scope';
import { cancelled, describeError } from '../core/errors';
import type { RunningJob } from '../core/jobs/job-kinds';
import { presentNetwork } from '../networks/present';
import type { HostRow, NetworkRow, Repositories, VmRow } from '../ports/store';
import { networksOf } from './choose-host';
import { MOVE_JOB } from './move-job';
import { beginMove, rulesOfAMove } from './move-vm';
import { clauseOf } from './placement-errors';
import { type Together, planTogether } from './plan-together';
import { apartLines } from './warn-if-split';
import { runAndWait, startAndWait } from './start-and-wait';
import { verbJob } from './verbs';

export const TOGETHER_JOB = 'networks.placeTogether';

interface Input {
  readonly network: string;
  readonly host?: string | undefined;
  readonly stopVms: boolean;
  readonly start: boolean;
}

export const TogetherPayload = z.strictObject({
  hostId: Id,
  vms: z.array(z.strictObject({ vmId: Id, stop: z.boolean(), move: z.boolean(), start: z.boolean() })).readonly(),
});
export type TogetherPayload = z.infer<typeof TogetherPayload>;

interface Answer {
  readonly network: Network;
  readonly host: { readonly id: string; readonly name: string };
}

/** `networks.placeTogether` */
export function placeTogetherHandler(scope: Scope, input: Input): Outcome<Answer> {
  const { tx, refs } = scope;
  const network = refs.network(input.network);
  ruleS10OnlyIsolatedIsApart(network);
  const together = planTogether(
    tx,
    network,
    input.host === undefined ? undefined : refs.host(input.host),
    input.stopVms,
  );
  ruleS10SomeVmHasAHost(network, together);
  const { host, gather, left } = together;
  ruleS10SomethingCanBeGathered(network, together, input.stopVms);
  for (const { vm, move } of gather) if (!move) tx.vms.update(vm.id, { hostId: host.id });
  const output = { network: presentNetwork(tx, network), host: { id: host.id, name: host.name } };
  const lines = [
    ...linesOf(scope, network, together),
    ...left.map(({ vm, why }) => say('preview.together.left', { vm: vm.name, why })),
  ];
  const job = togetherJob(scope, network, together, input.start);
  const foresees = (db: Repositories): void => gather.forEach(({ vm }) => db.vms.update(vm.id, { hostId: host.id }));
  return { output, lines, foresees, ...(job ? { job } : {}) };
}

function linesOf({ tx }: Scope, network: NetworkRow, { host, gather }: Together): PreviewLine[] {
  if (gather.length === 0) return [say('preview.together.already', { network: network.name, host: host.name })];
  return gather.flatMap(({ vm, stop, move }) => {
    const from = move ? (tx.hosts.get(vm.hostId ?? '')?.name ?? '') : null;
    const line = say('preview.together.gather', { vm: vm.name, host: host.name, from, stop });
    // What joins it to these mates may separate it from others.
    const elsewhere = networksOf(tx, vm).filter(({ id }) => id !== network.id);
    return [line, ...apartLines(tx, { ...vm, hostId: host.id }, elsewhere)];
  });
}

function togetherJob({ tx }: Scope, network: NetworkRow, { host, gather }: Together, start: boolean): JobDraft | null {
  const ids = new Set(gather.map(({ vm }) => vm.id));
  const mates = tx.vnics.ofNetwork(network.id).flatMap((vnic) => (vnic.plugged ? (tx.vms.get(vnic.vmId) ?? []) : []));
  const alsoStarted = start
    ? mates.filter(
        (vm, i) => mates.indexOf(vm) === i && vm.hostId === host.id && !ids.has(vm.id) && !isRunning(vm.state),
      )
    : [];
  const vms = [
    ...gather.map(({ vm, stop, move }) => ({ vmId: vm.id, stop, move, start: stop || start })),
    ...[...new Map(alsoStarted.map((vm) => [vm.id, vm])).values()].map((vm) => ({
      vmId: vm.id,
      stop: false,
      move: false,
      start: true,
    })),
  ];
  const steps = vms.flatMap((each) => stepsOf(each, tx.vms.get(each.vmId), host));
  if (steps.length === 0) return null;
  const payload: TogetherPayload = { hostId: host.id, vms };
  const title = say('networks.place_together', { network: network.name, host: host.name });
  return { kind: TOGETHER_JOB, title, payload, subjects: { networkId: network.id, hostId: host.id }, steps };
}

function stepsOf(
  { stop, move, start }: TogetherPayload['vms'][number],
  vm: VmRow | undefined,
  host: HostRow,
): JobDraft['steps'] {
  const name = vm?.name ?? 'a VM';
  return [
    ...(stop ? [{ title: say('step.vm.shutdown', { vm: name }), hostId: vm?.hostId ?? null }] : []),
    ...(move ? [{ title: say('step.vm.move', { vm: name, host: host.name }), hostId: host.id }] : []),
    ...(start ? [{ title: say('step.vm.start', { vm: name, host: host.name }), hostId: host.id }] : []),
  ];
}

/** One VM at a time: each is a separate job, and one that fails does not block the others. */
export async function runPlaceTogether(core: Core, job: RunningJob<TogetherPayload>): Promise<void> {
  const { hostId, vms } = job.payload;
  const failed: string[] = [];
  let step = 1;
  for (const each of vms) {
    const steps = [each.stop && stopIt, each.move && moveIt, each.start && startIt].flatMap((work) => work || []);
    const first = step;
    step += steps.length;
    try {
      for (const [i, work] of steps.entries())
        await job.step(first + i, (signal) => work(core, job, each.vmId, hostId, signal));
    } catch (error) {
      if (job.signal.aborted) throw cancelled();
      failed.push(`${core.store.vms.get(each.vmId)?.name ?? each.vmId}: ${describeError(error).message}`);
    }
  }
  if (failed.length === 0) return;
  throw new AppError('JOB_FAILED', `${failed.length} of ${vms.length} VMs could not be placed. ${failed.join('; ')}`, {
    remedy: note('VMs that were placed stay in place; repeat the command when the others can be moved.'),
  });
}

type Work = (
  core: Core,
  job: RunningJob,
  vmId: string,
  hostId: string,
  signal: AbortSignal,
) => Promise<StepResult | null>;

const stopIt: Work = async (core, job, vmId, hostId, signal) => {
  const vm = core.store.vms.get(vmId);
  if (!vm || !isRunning(vm.state) || vm.hostId === hostId) return say('result.not_running', {});
  await runAndWait(core, job, () => verbJob('shutdown', vm, core.store.hosts.get(vm.hostId ?? '')), signal);
  return null;
};

const moveIt: Work = async (core, job, vmId, hostId, signal) => {
  // From a killed engine's move, which was resumed like this job.
  const open = core.store.jobs
    .inState(['queued', 'running'])
    .find(({ kind, subjects }) => kind === MOVE_JOB && subjects.vmId === vmId);
  if (open) await core.jobs.ended(open.id);
  const vm = core.store.vms.get(vmId);
  if (!vm) return say('result.vm_removed', {});
  if (vm.hostId === hostId) return say('result.already_there', {});
  await runAndWait(
    core,
    job,
    (tx) => {
      const to = tx.hosts.get(hostId);
      const from = to && rulesOfAMove(tx, vm, to);
      if (!to || !from) throw new AppError('NOT_FOUND', 'The host was removed in the meantime', { field: 'host' });
      return beginMove(tx, vm, from, to);
    },
    signal,
  );
  return null;
};

const startIt: Work = (core, job, vmId, _hostId, signal) => startAndWait(core, job, vmId, signal);

/** Bad: a regular network, whose VMs are joined by the NICs of their hosts wherever they are. */
function ruleS10OnlyIsolatedIsApart(network: NetworkRow): void {
  if (network.isIsolated) return;
  throw new AppError(
    'RULE_BROKEN',
    `The network "${network.name}" is not isolated: its VMs reach each other over the NICs of their hosts`,
    {
      rule: 'S10',
      field: 'network',
      remedy: note('There is nothing to place together.'),
    },
  );
}

/** Bad: a network without VMs, or whose VMs were never started. */
function ruleS10SomeVmHasAHost(network: NetworkRow, together: Together | null): asserts together is Together {
  if (together) return;
  throw new AppError('RULE_BROKEN', `No VM of the network "${network.name}" is on a host yet`, {
    rule: 'S10',
    field: 'network',
    remedy: note('Name the host, or start one of the VMs: the others follow it.'),
  });
}

/** Bad: two VMs that run on two hosts, if none may be stopped: nothing at all could be done. */
function ruleS10SomethingCanBeGathered(network: NetworkRow, { host, gather, left }: Together, stopVms: boolean): void {
  if (gather.length > 0 || left.length === 0) return;
  const running = left.filter(({ vm }) => isRunning(vm.state));
  const names = someNames(left.map(({ vm }) => `"${vm.name}"`));
  const [first] = left;
  const canStop = !stopVms && running.length > 0;
  throw new AppError(
    'RULE_BROKEN',
    `Can't move ${names} to "${host.name}", where the other VMs of "${network.name}" are${first === undefined ? '' : `: ${left.length === 1 ? '' : `"${first.vm.name}": `}${clauseOf(first.why)}`}`,
    {
      rule: 'S10',
      field: 'network',
      remedy: canStop
        ? run(
            'networks.placeTogether',
            { network: network.name, stopVms: true },
            'Allow Atoll to shut them down, move them and start them again.',
          )
        : note('Choose another host, or remove what keeps them on theirs.'),
    },
  );
}
