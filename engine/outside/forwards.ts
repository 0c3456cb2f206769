import { z } from 'zod';
import { Id, type Forward, isActive, say } from '../../contract';
import type { JobDraft, Outcome, Scope } from '../core/scope';
import { newId } from '../core/ids';
import type { ForwardRow, HostRow, VmRow } from '../ports/store';
import { outsideNetwork } from '../plan/model/outside-network';
import { ruleS12ForwardNeedsOutside, ruleS12GuestAddressIsKnown, ruleS12PortIsUnique } from './rules';
import { type ForwardInput, forwardEnds, presentForward } from '../plan/forwards';

/** The payload of the jobs of forwards. */
export const ForwardPayload = z.strictObject({ forwardId: Id, hostId: Id });
export type ForwardPayload = z.infer<typeof ForwardPayload>;

/** Writes the desired state of a forward to a VM on *outside*. */
export function addForward(scope: Scope, vm: VmRow, { protocol, guestPort, hostPort }: ForwardInput): ForwardRow {
  const { tx } = scope;
  const vnics = tx.vnics.ofVm(vm.id);
  const outside = ruleS12ForwardNeedsOutside(vm, outsideNetwork(tx, vm.dataCenterId), vnics);
  ruleS12GuestAddressIsKnown(
    vm,
    vnics.filter(({ networkId }) => networkId === outside.id),
  );
  const holder = tx.forwards.byHostPort(protocol, hostPort);
  ruleS12PortIsUnique(protocol, hostPort, holder && tx.vms.get(holder.vmId));
  const row: ForwardRow = {
    id: newId(),
    vmId: vm.id,
    protocol,
    hostPort,
    guestPort,
    state: 'pending',
    message: null,
    createdAt: scope.now,
  };
  tx.forwards.insert(row);
  scope.emit('forward.added', 'normal', say('forward.added', forwardEnds(vm, row)), { vmId: vm.id });
  return row;
}

/** `forwards.add` */
export function addForwardHandler(
  scope: Scope,
  input: ForwardInput & { readonly vm: string },
): Outcome<{ forward: Forward }> {
  const vm = scope.refs.vm(input.vm);
  const row = addForward(scope, vm, input);
  return {
    output: { forward: presentForward(row) },
    lines: [say('preview.forward.add', forwardEnds(vm, row))],
    ...work(scope, 'forwards.add', vm, row),
  };
}

/** `forwards.remove` */
export function removeForwardHandler(scope: Scope, input: { readonly forward: string }): Outcome<object> {
  const row = scope.refs.forward(input.forward);
  const vm = scope.refs.vm(row.vmId);
  scope.tx.forwards.remove(row.id);
  scope.emit('forward.removed', 'normal', say('forward.removed', forwardEnds(vm, row)), { vmId: vm.id });
  return {
    output: {},
    lines: [say('preview.forward.remove', forwardEnds(vm, row))],
    ...work(scope, 'forwards.remove', vm, row),
  };
}

/** The work on the VM's host; none while the VM has no host, or one in maintenance. */
function work(
  { tx }: Scope,
  kind: 'forwards.add' | 'forwards.remove',
  vm: VmRow,
  row: ForwardRow,
): { job?: JobDraft; hosts?: string[] } {
  const host: HostRow | undefined = vm.hostId === null ? undefined : tx.hosts.get(vm.hostId);
  if (!host || !isActive(host.state)) return {};
  const payload: ForwardPayload = { forwardId: row.id, hostId: host.id };
  const title = say(kind, forwardEnds(vm, row));
  const steps = [{ title: say('step.host.set_up', { host: host.name }), hostId: host.id }];
  return { job: { kind, title, payload, subjects: { vmId: vm.id, hostId: host.id }, steps }, hosts: [host.id] };
}
