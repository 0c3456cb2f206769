import { Checkbox } from '@patternfly/react-core/dist/dynamic/components/Checkbox';
import { useState } from 'react';
import { isRunning, type Host } from '../../contract';
import { client } from '../api/client';
import { Confirm } from './confirm';
import { text } from './text';
import { useVms } from './use-names';
import { isForgettable } from './why';

interface RemoveProps {
  readonly host: Host;
  /** Whether the host is forgotten as permanently gone, with its VMs. */
  readonly isGone?: boolean;
  readonly onDone: (() => void) | undefined;
  readonly onClose: () => void;
}

/** A lab is always removed as a whole; on a host, Atoll's objects can stay. */
export function RemoveHostDialog({ host, isGone = false, onDone, onClose }: RemoveProps) {
  const force = isForgettable(host.state);
  const [keep, setKeep] = useState(isGone && !force);
  const [forgetsVms, setForgetsVms] = useState(isGone);
  const stays = host.kind === 'local' || host.kind === 'ssh';
  const vms = [...useVms().values()].filter((vm) => vm.hostId === host.id).length;
  const forgetVms = forgetsVms && (force || keep);
  return (
    <Confirm
      title={text.removeTitle(host.name)}
      words={force && stays ? text.forgetHostMeans : text.removeHostMeans}
      submit={text.remove}
      danger
      previewKey={`${keep} ${forgetVms}`}
      call={(dryRun) => client.hosts.remove({ host: host.id, force, keep, forgetVms, dryRun })}
      onDone={onDone}
      onClose={onClose}
    >
      {stays ? (
        <Checkbox
          id="keep-ours"
          label={text.leaveOurs}
          description={text.leaveOursMeans}
          isChecked={keep}
          onChange={(_, checked) => setKeep(checked)}
        />
      ) : null}
      {stays && vms > 0 && (force || keep) ? (
        <Checkbox
          id="forget-vms"
          label={text.forgetItsVms(vms)}
          description={text.forgetItsVmsMeans(vms)}
          isChecked={forgetsVms}
          onChange={(_, checked) => setForgetsVms(checked)}
        />
      ) : null}
    </Confirm>
  );
}

/** Asks whether to stop the VMs that run on the host. */
export function MaintenanceDialog({ host, onClose }: { host: Host; onClose: () => void }) {
  const running = [...useVms().values()].filter((vm) => vm.hostId === host.id && isRunning(vm.state));
  const [stopVms, setStopVms] = useState(false);
  return (
    <Confirm
      title={text.maintenanceTitle(host.name)}
      words={text.maintenanceMeans}
      submit={text.maintenance}
      previewKey={String(stopVms)}
      call={(dryRun) => client.hosts.maintenance({ host: host.id, stopVms, dryRun })}
      onClose={onClose}
    >
      {running.length === 0 ? null : (
        <Checkbox
          id="stop-vms"
          label={text.stopItsVms(running.length)}
          description={
            running
              .slice(0, 6)
              .map((vm) => vm.name)
              .join(', ') + (running.length > 6 ? ` ${text.andMore(running.length - 6)}` : '')
          }
          isChecked={stopVms}
          onChange={(_, checked) => setStopVms(checked)}
        />
      )}
    </Confirm>
  );
}
