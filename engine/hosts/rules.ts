import {
  AppError,
  type HostAction,
  type HostKind,
  hostAllows,
  isRunning,
  type Remedy,
  note,
  run,
  spaced,
} from '../../contract';
import { listed } from '../core/listed';
import type { HostRow, VmRow } from '../ports/store';

type Named = { readonly id: string; readonly name: string };

/** Bad: a second host "lab1", new or by renaming. */
export function ruleO5HostNameIsUnique(name: string, others: readonly Named[], self?: string): void {
  if (!others.some((other) => other.name === name && other.id !== self)) return;
  throw new AppError('CONFLICT', `There already is a host "${name}"`, {
    rule: 'O5',
    field: 'name',
    remedy: note('Choose another name.'),
  });
}

/** Bad: this computer as a second host: both would have the same marks and undo each other's work. */
export function assertOneLocalHost(kind: HostKind, others: readonly Pick<HostRow, 'name' | 'kind'>[]): void {
  const there = kind === 'local' ? others.find((other) => other.kind === 'local') : undefined;
  if (!there) return;
  throw new AppError('CONFLICT', `This computer is already a host: "${there.name}"`, {
    rule: 'S2',
    field: 'how',
    remedy: note('Use that host. Labs on this computer can be added beside it.'),
  });
}

/** What is not possible, after "Can't". */
const REFUSED: Readonly<Record<HostAction, (host: string) => string>> = {
  activate: (host) => `activate ${host}`,
  maintenance: (host) => `put ${host} into maintenance`,
  sync: (host) => `sync ${host}`,
  setupNetworks: (host) => `set up the networks of ${host}`,
  import: (host) => `import from ${host}`,
  takeOver: (host) => `take over from a lost database on ${host}`,
  remove: (host) => `remove ${host}`,
  runVms: (host) => `run VMs on ${host}`,
};

/** Bad: activating a host that is up, removing one that is up: whatever the table in contract/state/host does not allow. */
export function assertHostStateAllows(host: Pick<HostRow, 'name' | 'state'>, action: HostAction): void {
  if (hostAllows(host.state, action)) return;
  const state = host.state === 'maintenance' ? 'in maintenance' : spaced(host.state);
  throw new AppError('STATE_ILLEGAL', `Can't ${REFUSED[action](`the host "${host.name}"`)}: it is ${state}`, {
    rule: 'O1',
    field: 'host',
    remedy: wayTo(host, action),
  });
}

/** What leads to a state in which the action is possible. */
function wayTo(host: Pick<HostRow, 'name' | 'state'>, action: HostAction): Remedy {
  if (host.state === 'maintenance') return run('hosts.activate', { host: host.name });
  if (action === 'remove') return run('hosts.maintenance', { host: host.name });
  return run('hosts.show', { host: host.name }, 'See the reason of its state on the host.');
}

/** Bad: maintenance of a host on which "web1" runs, without an explicit stop of its VMs. `vms`: those on the host. */
export function ruleO1MaintenanceHasNoRunningVms(host: Named, vms: readonly Pick<VmRow, 'name' | 'state'>[]): void {
  const running = vms.filter((vm) => isRunning(vm.state));
  if (running.length === 0) return;
  throw new AppError('RULE_BROKEN', `VMs run on the host "${host.name}": ${listed(running)}`, {
    rule: 'O1',
    field: 'stopVms',
    remedy: run('hosts.maintenance', { host: host.name, stopVms: true }, 'Stop them, or let Atoll stop them.'),
  });
}

/** Bad: maintenance of a host while a snapshot of "web1" is taken: it would be left frozen. `vms`: those on the host. */
export function ruleO1NoJobIsAtItsVms(host: Named, vms: readonly Pick<VmRow, 'name' | 'state'>[]): void {
  const locked = vms.filter((vm) => vm.state === 'image_locked');
  if (locked.length === 0) return;
  throw new AppError('STATE_ILLEGAL', `A job is running on VMs of the host "${host.name}": ${listed(locked)}`, {
    rule: 'O1',
    field: 'host',
    remedy: run('jobs.list', {}, 'Wait until it has ended, or cancel it.'),
  });
}

/** Bad: leaving our objects on a lab or a simulated host, which is removed as a whole. */
export function assertKeepAllowed(host: Pick<HostRow, 'name' | 'kind'>, keep: boolean): void {
  if (!keep || host.kind === 'local' || host.kind === 'ssh') return;
  throw new AppError('BAD_INPUT', `Nothing can be left on "${host.name}": it is removed as a whole`, {
    field: 'keep',
    remedy: note('Remove it with what Atoll created on it, or put it into maintenance: then all of it stays.'),
  });
}

/** Bad: forgetting the VMs of a host while our objects are removed from it: they would lose their bridges. */
export function assertForgottenVmsKept({ forgetVms, force, keep }: Record<Leaving, boolean>): void {
  if (!forgetVms || force || keep) return;
  throw new AppError('BAD_INPUT', 'Its VMs can only be forgotten if what Atoll created is left on it too', {
    field: 'forgetVms',
    remedy: note('Leave what Atoll created on it, or force the removal if the host does not respond.'),
  });
}
type Leaving = 'forgetVms' | 'force' | 'keep';

/** Bad: removing a host with the disks of "web1", which would be lost. `vms`: those on the host, running or not. */
export function ruleO3RemovedHostHoldsNoVms(
  host: Named & { readonly kind: HostKind },
  vms: readonly { readonly name: string }[],
): void {
  if (vms.length === 0) return;
  const removeFirst = 'Remove these VMs first.';
  const orForget = `${removeFirst} If the host is lost for good, forget it with its VMs.`;
  const forget = run('hosts.remove', { host: host.name, force: true, forgetVms: true }, orForget);
  const remedies: Record<HostKind, Remedy> = {
    simulated: note(removeFirst),
    lab: run('labs.remove', { lab: host.name }, `${removeFirst} Or remove the lab with its host and its VMs.`),
    local: forget,
    ssh: forget,
  };
  throw new AppError('RULE_BROKEN', `The host "${host.name}" has the disks of ${listed(vms)}`, {
    rule: 'O3',
    field: 'host',
    remedy: remedies[host.kind],
  });
}
