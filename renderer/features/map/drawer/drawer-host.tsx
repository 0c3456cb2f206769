import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { EventList } from '../../../actions/event-list';
import { ReasonView } from '../../../actions/remedies/remedy-view';
import { SmallActionBar } from '../../../actions/registry/action-bar';
import { isSimulated, useHosts } from '../../../actions/use-names';
import { queries } from '../../../api/queries';
import { Dot } from '../../../ui/state';
import { Swatch } from '../../../ui/swatch';
import { SimulatedTag } from '../../../ui/tags';
import { HOST_FEEL } from '../../../ui/tone';
import type { FactsProps } from './facts-props';
import { vmsOn } from '../model';
import { text } from '../text';

/** A host: state, islands and actions. */
export function HostFacts({ model, id, onSelect }: FactsProps) {
  const host = useHosts().get(id);
  const { looks } = model;
  const events = useQuery(queries.host(id)).data?.events;
  if (host === undefined) return null;
  const islands = model.map.islands.filter((island) => island.hostId === id);
  return (
    <>
      <h2>
        <Dot tone={HOST_FEEL[host.state].tone} /> {host.name} {isSimulated(host) ? <SimulatedTag /> : null}
      </h2>
      <p className="soft">
        {HOST_FEEL[host.state].words.toLowerCase()}
        {host.reason === null ? null : (
          <>
            : <ReasonView reason={host.reason} />
          </>
        )}{' '}
        · {text.kinds[host.kind]}
      </p>
      <SmallActionBar kind="host" object={host} />
      <h5>{text.islandsTitle}</h5>
      {islands.map((island) => (
        <div className="row" key={island.id}>
          <Swatch look={looks.get(island.networkId)} />
          <span className="vm-names">
            <button type="button" onClick={() => onSelect({ kind: 'network', id: island.networkId })}>
              {model.networks.get(island.networkId)?.name}
            </button>
          </span>
          <small>
            {island.nic === null ? '' : `${text.uplink} ${island.nic} · `}
            {text.vms(vmsOn(island).length)}
          </small>
        </div>
      ))}
      <h5>{text.latest}</h5>
      <EventList events={events} limit={5} />
      <Link to="/hosts/$id" params={{ id }}>
        {text.allAbout(host.name)}
      </Link>
    </>
  );
}
