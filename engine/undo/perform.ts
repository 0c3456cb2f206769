import type { Change } from '../../contract';
import type { Outcome, Scope } from '../core/scope';
import { undoImportHandler } from '../imports/undo-import';
import { noteHandler } from '../map/note';
import { attachHandler, detachHandler } from '../networks/attach';
import { restoreProfiles } from '../networks/profiles';
import { removeNetworks } from '../networks/removing';
import { updateNetwork } from '../networks/updating';
import {
  removeGroup,
  removePromise,
  restorePromise,
  storedMembers,
  updatePromise,
  writeGroup,
} from '../promises/commands';
import type { PromiseKeeper } from '../promises/keeper';
import { restoreServices } from '../services/updating';
import { restoreStretch } from '../stretch/updating';
import { removeDiskHandler, restoreDisk } from '../vms/disk-commands';
import { withPresentDevices } from '../vms/boot-order';
import { restoreDrivesHandler } from '../vms/cdroms';
import { moveDiskHandler } from '../vms/move-disk';
import { moveVmHandler } from '../vms/move-vm';
import { removeHandler } from '../vms/remove-vm';
import { updateHandler } from '../vms/update-vm';
import { linkHandler, moveHandler, plugHandler, removeVnicHandler, restoreVnic } from '../vms/vnic-commands';
import { type Inverse, inverseOf } from './inverse';
import { restoreNetwork } from './restore-network';
import { restoreVm } from './restore-vm';

/** Runs the inverse of the change that the event `seq` reports; its events and its job record that they undo it. */
export function performUndo(scope: Scope, keeper: PromiseKeeper, seq: number, change: Change): Outcome<object> {
  const telling: Scope = {
    ...scope,
    emit: (type, severity, message, subjects, undo) =>
      scope.emit(type, severity, message, { ...subjects, undoes: seq }, undo),
  };
  const outcome = perform(telling, keeper, inverseOf(change));
  if (!outcome.job) return outcome;
  return { ...outcome, job: { ...outcome.job, subjects: { ...outcome.job.subjects, undoes: seq } } };
}

function perform(scope: Scope, keeper: PromiseKeeper, inverse: Inverse): Outcome<object> {
  switch (inverse.do) {
    case 'vnics.plug':
      return plugHandler(scope, inverse, true);
    case 'vnics.unplug':
      return plugHandler(scope, inverse, false);
    case 'vnics.link':
      return linkHandler(scope, inverse);
    case 'vnics.move':
      return moveHandler(scope, inverse);
    case 'vnics.remove':
      return removeVnicHandler(scope, inverse);
    case 'vnics.restore':
      return restoreVnic(scope, inverse.removed);
    case 'disks.remove':
      return removeDiskHandler(scope, inverse);
    case 'disks.move':
      return moveDiskHandler(scope, inverse);
    case 'disks.restore':
      return restoreDisk(scope, inverse.removed);
    case 'vms.remove':
      return removeHandler(scope, { vm: inverse.vm, keepDisks: false });
    case 'imports.giveBack':
      return undoImportHandler(scope, inverse.imported);
    case 'vms.update':
      return updateHandler(scope, { vm: inverse.vm, ...withPresentDevices(scope, inverse.vm, inverse.fields) });
    case 'cdroms.restore':
      return restoreDrivesHandler(scope, inverse);
    case 'vms.move':
      return moveVmHandler(scope, inverse);
    case 'vms.restore':
      return restoreVm(scope, inverse.removed);
    case 'networks.remove':
      return removeNetworks(scope, 'networks.remove', [scope.refs.network(inverse.network)]);
    case 'networks.update':
      return updateNetwork(scope, { network: inverse.network, ...inverse.fields });
    case 'networks.services':
      return restoreServices(scope, inverse.changed);
    case 'networks.stretch':
      return restoreStretch(scope, inverse.changed);
    case 'networks.profiles':
      return restoreProfiles(scope, inverse.changed);
    case 'networks.restore':
      return restoreNetwork(scope, inverse.removed);
    case 'networks.attach':
      return attachHandler(scope, inverse);
    case 'networks.detach':
      return detachHandler(scope, inverse);
    case 'promises.remove':
      return removePromise(scope, keeper, inverse);
    case 'promises.update':
      return updatePromise(scope, keeper, { promise: inverse.promise, ...inverse.fields });
    case 'promises.restore':
      return restorePromise(scope, keeper, inverse.removed);
    case 'promises.removeGroup':
      return removeGroup(scope, keeper, inverse);
    case 'promises.restoreGroup':
      return writeGroup(scope, keeper, { ...inverse.group, members: storedMembers(inverse.group) });
    case 'map.note':
      return noteHandler(scope, inverse);
  }
}
