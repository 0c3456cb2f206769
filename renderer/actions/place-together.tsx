import { Checkbox } from '@patternfly/react-core/dist/dynamic/components/Checkbox';
import { useState } from 'react';
import { type Apart, isRunning } from '../../contract';
import { client } from '../api/client';
import { ChoiceField } from '../ui/fields';
import { Confirm } from './confirm';
import { text } from './text';

/** Places the VMs of a network on one host: which host, whether running VMs may be stopped, and a preview of the changes. */
export function PlaceTogether({ apart, onClose }: { apart: Apart; onClose: () => void }) {
  const [host, setHost] = useState('');
  const [stopVms, setStopVms] = useState(false);
  const [start, setStart] = useState(false);
  const runningOn = apart.islands.filter(({ vms }) => vms.some(({ state }) => isRunning(state)));
  return (
    <Confirm
      title={text.placeTogetherTitle(apart.network)}
      words={text.placeTogetherMeans}
      submit={text.placeTogether}
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
        label={text.onTheHost}
        value={host}
        onChange={setHost}
        choices={[
          { value: '', label: text.whereMostRun },
          ...apart.islands.map(({ hostId, host: name, vms }) => ({
            value: hostId,
            label: text.vmsThere(name, vms.length),
          })),
        ]}
      />
      {runningOn.length < 2 && host === '' ? null : (
        <Checkbox
          id="together-stop"
          label={text.togetherStop}
          description={text.togetherStopMeans}
          isChecked={stopVms}
          onChange={(_, checked) => setStopVms(checked)}
        />
      )}
      <Checkbox
        id="together-start"
        label={text.startAll}
        isChecked={start}
        onChange={(_, checked) => setStart(checked)}
      />
    </Confirm>
  );
}
