import { Checkbox } from '@patternfly/react-core/dist/dynamic/components/Checkbox';
import { useState } from 'react';
import { type Network, WayChoice, isActive } from '../../contract';
import { client } from '../api/client';
import { ChoiceField, TextField } from '../ui/fields';
import { Confirm } from './confirm';
import { text } from './text';
import { useHosts } from './use-names';

const words = text.stretch;

interface StretchNetworkProps {
  readonly network: Network;
  /** What is proposed; otherwise all hosts that have the network. */
  readonly hosts?: readonly string[];
  readonly onClose: () => void;
}

/** Connects the hosts of an isolated network by tunnels, or changes how it is connected: which hosts, and how they reach each other. */
export function StretchNetwork({ network, hosts: proposed, onClose }: StretchNetworkProps) {
  const members = network.stretch?.hosts ?? [];
  const clusters = new Set(network.clusters.map(({ clusterId }) => clusterId));
  const hosts = [...useHosts().values()].filter(
    ({ id, clusterId, state }) => members.includes(id) || (clusters.has(clusterId) && isActive(state)),
  );
  const [changed, setChanged] = useState<ReadonlyMap<string, boolean>>(new Map());
  const [way, setWay] = useState(network.stretch === null ? 'auto' : '');
  const [mtu, setMtu] = useState(String(network.mtu));
  const isChosen = (id: string): boolean =>
    members.includes(id) || (changed.get(id) ?? (proposed === undefined || proposed.includes(id)));
  const chosen = hosts.filter(({ id }) => isChosen(id)).map(({ id }) => id);
  return (
    <Confirm
      title={network.stretch === null ? words.title(network.name) : words.changeTitle(network.name)}
      words={words.means}
      submit={network.stretch === null ? words.submit : chosen.length > members.length ? words.addHosts : words.change}
      previewKey={`${chosen.join()} ${way} ${mtu}`}
      why={chosen.length < 2 ? words.needsTwo : null}
      call={(dryRun) =>
        client.networks.stretch({
          network: network.id,
          hosts: chosen,
          way: way === '' ? undefined : (way as WayChoice),
          mtu: Number(mtu) === network.mtu ? undefined : Number(mtu),
          dryRun,
        })
      }
      onClose={onClose}
    >
      <fieldset className="checks">
        <legend>{words.hosts}</legend>
        {hosts.map(({ id, name }) => (
          <Checkbox
            key={id}
            id={`stretch-${id}`}
            label={name}
            isChecked={chosen.includes(id)}
            isDisabled={members.includes(id)}
            onChange={(_, isOn) => setChanged((old) => new Map(old).set(id, isOn))}
          />
        ))}
      </fieldset>
      <ChoiceField
        label={words.way}
        value={way}
        onChange={setWay}
        help={words.wayMeans}
        choices={[
          ...(network.stretch === null ? [] : [{ value: '', label: words.asBefore }]),
          ...WayChoice.options.map((value) => ({ value: value as string, label: words.ways[value] })),
        ]}
      />
      <TextField label={words.mtu} type="number" value={mtu} onChange={setMtu} help={words.mtuMeans} />
    </Confirm>
  );
}
