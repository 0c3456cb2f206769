import type { Host, Job, Vm } from '../../contract';
import { type BoundAction, bind } from '../actions/registry/action';
import { ACTIONS } from '../actions/registry/actions';

/** The action that takes a job's effect back where undo can't, by the procedure that requested the job. */
const VM_WAYS: ReadonlyMap<string, string> = new Map([
  ['vms.start', 'shutdown'],
  ['vms.shutdown', 'start'],
  ['vms.stop', 'start'],
  ['vms.suspend', 'resume'],
]);
const HOST_WAYS: ReadonlyMap<string, string> = new Map([
  ['hosts.maintenance', 'activate'],
  ['hosts.activate', 'maintenance'],
]);

/** What to do instead of undoing the job; null: there is no such action, or it is not possible now. */
export function insteadOf(
  { kind, subjects }: Job,
  vms: ReadonlyMap<string, Vm>,
  hosts: ReadonlyMap<string, Host>,
): BoundAction | null {
  const [vm, host] = [vms.get(subjects.vmId ?? ''), hosts.get(subjects.hostId ?? '')];
  const ofVm = ACTIONS.vm.find(({ id }) => id === VM_WAYS.get(kind));
  const ofHost = ACTIONS.host.find(({ id }) => id === HOST_WAYS.get(kind));
  const bound =
    ofVm !== undefined && vm !== undefined
      ? bind(ofVm, vm)
      : ofHost !== undefined && host !== undefined
        ? bind(ofHost, host)
        : null;
  return bound?.whyNot === null ? bound : null;
}
