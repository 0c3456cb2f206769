import { Checkbox } from '@patternfly/react-core/dist/dynamic/components/Checkbox';
import { useState } from 'react';
import { type Network, WayChoice, isActive } from '../../contract';
import { client } from '../api/client';
import { ChoiceField, TextField } from '../ui/fields';
import { Confirm } from './confirm';
import { text } from './text';
import { useHosts } from './use-names';

const words = text.stretch;

/** Connects the hosts of an isolated network by tunnels, or changes how it is connected: which hosts, and how they reach each other. */
export function StretchNetwork({ network, onClose }: { network: Network; onClose: () => void }) {
  const members = network.stretch?.hosts ?? [];
  const clusters = new Set(network.clusters.map(({ clusterId }) => clusterId));
  const hosts = [...useHosts().values()].filter(
    ({ id, clusterId, state }) => members.includes(id) || (clusters.has(clusterId) && isActive(state)),
  );
  const [left, setLeft] = useState<ReadonlySet<string>>(new Set());
  const [way, setWay] = useState(network.stretch === null ? 'auto' : '');
  const [mtu, setMtu] = useState(String(network.mtu));
  const chosen = hosts.filter(({ id }) => members.includes(id) || !left.has(id)).map(({ id }) => id);
  const toggle = (id: string, isChosen: boolean): void =>
    setLeft((old) => new Set(isChosen ? [...old].filter((one) => one !== id) : [...old, id]));
  return (
    <Confirm
      title={words.title(network.name)}
      words={words.means}
      submit={words.submit}
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
            onChange={(_, isChosen) => toggle(id, isChosen)}
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
