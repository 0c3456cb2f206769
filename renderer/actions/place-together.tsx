import { Checkbox } from '@patternfly/react-core/dist/dynamic/components/Checkbox';
import { useState } from 'react';
import { type Apart, isRunning } from '../../contract';
import { client } from '../api/client';
import { ChoiceField } from '../ui/fields';
import { Confirm } from './confirm';

/** Brings the VMs of a network onto one host: which, whether running ones may be stopped for it, and what that would change. */
export function PlaceTogether({ apart, onClose }: { apart: Apart; onClose: () => void }) {
  const [host, setHost] = useState('');
  const [stopVms, setStopVms] = useState(false);
  const [start, setStart] = useState(false);
  const runningOn = apart.islands.filter(({ vms }) => vms.some(({ state }) => isRunning(state)));
  return (
    <Confirm
      title={`Place the VMs of ${apart.network} together`}
      words="VMs hear each other only on one host. Those that are down are moved there with their disks, one after the other."
      submit="Place together"
      previewKey={`${host} ${stopVms} ${start}`}
      call={(dryRun) =>
        client.networks.placeTogether({
          network: apart.networkId,
          host: host === '' ? undefined : host,
          stopVms,
          start,
          dryRun,
        })
      }
      onClose={onClose}
    >
      <ChoiceField
        label="On the host"
        value={host}
        onChange={setHost}
        choices={[
          { value: '', label: 'By itself: where most of them run' },
          ...apart.islands.map(({ hostId, host: name, vms }) => ({
            value: hostId,
            label: `${name} (${vms.length === 1 ? '1 VM is there' : `${vms.length} VMs are there`})`,
          })),
        ]}
      />
      {runningOn.length < 2 && host === '' ? null : (
        <Checkbox
          id="together-stop"
          label="Shut down those that run on other hosts, and start them again there"
          description="A VM is moved while it is down. Without this they stay apart."
          isChecked={stopVms}
          onChange={(_, checked) => setStopVms(checked)}
        />
      )}
      <Checkbox
        id="together-start"
        label="Start all of them"
        isChecked={start}
        onChange={(_, checked) => setStart(checked)}
      />
    </Confirm>
  );
}
