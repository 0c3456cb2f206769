import { Radio } from '@patternfly/react-core/dist/dynamic/components/Radio';
import { useState } from 'react';
import type { Vm } from '../../../../contract';
import { Confirm } from '../../../actions/confirm';
import { useNetworks } from '../../../actions/use-names';
import { client } from '../../../api/client';
import { text } from '../text';
import { type PlugOption, plugOptions, type PlugRequest } from './plug-options';

interface PlugOptionsProps {
  readonly vm: Vm;
  readonly request: PlugRequest;
  readonly onDone: (done: Done) => void;
  readonly onClose: () => void;
}

/** A completed change that can be undone. */
export interface Done {
  readonly words: string;
  readonly inverse: string;
  /** The job that makes it; null: it is made. */
  readonly job: string | null;
}

/** Asks how to plug or unplug a VM, with a preview of the changes, host by host. */
export function PlugOptionsDialog({ vm, request, onDone, onClose }: PlugOptionsProps) {
  const networks = useNetworks();
  const nameOf = (id: string | null): string => (id === null ? text.noNetwork : (networks.get(id)?.name ?? id));
  const ways = plugOptions(client, vm, request, nameOf);
  const [chosen, setChosen] = useState(ways[0]?.id);
  const way = ways.find((one) => one.id === chosen) ?? ways[0];
  if (way === undefined) return null;
  return (
    <Confirm
      key={way.id}
      title={request.kind === 'in' ? text.plugTitle(vm.name, nameOf(request.networkId)) : text.unplugTitle(vm.name)}
      words={ways.length === 1 ? way.label : text.whichWay}
      submit={request.kind === 'in' ? text.plug : text.unplug}
      previewKey={way.id}
      call={(dryRun) => (dryRun ? way.run(true) : perform(way, onDone))}
      onClose={onClose}
    >
      {ways.length === 1
        ? null
        : ways.map((one) => (
            <Radio
              key={one.id}
              id={`way-${one.id}`}
              name="way"
              label={one.label}
              isChecked={one.id === way.id}
              onChange={() => setChosen(one.id)}
            />
          ))}
    </Confirm>
  );
}

async function perform(way: PlugOption, onDone: (done: Done) => void) {
  const result = await way.run(false);
  onDone({ words: way.done, inverse: way.inverse, job: result.job });
  return result;
}
