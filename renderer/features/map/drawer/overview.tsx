import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import type { Verdict } from '../../../../contract';
import { EventList } from '../../../actions/event-list';
import { useLooks } from '../../../actions/use-names';
import { queries } from '../../../api/queries';
import { Dot } from '../../../ui/state';
import { Swatch } from '../../../ui/swatch';
import { Ago } from '../../../ui/time';
import { VERDICT_FEEL } from '../../../ui/tone';
import type { Model } from '../model';
import type { Picked } from '../picked';
import { text } from '../text';
import { VmNames } from './vm-names';

const NETWORKS_SHOWN = 14;
const GRAVEST: readonly Verdict[] = ['not_isolated', 'unknown', 'isolated'];

/** What the whole map says, while nothing is picked: is it isolated, who stands between islands, what changed last. */
export function Overview({ model, onPick }: { model: Model; onPick: (picked: Picked) => void }) {
  const looks = useLooks();
  const events = useQuery(queries.events()).data ?? [];
  const { map } = model;
  const up = map.vms.filter((vm) => vm.state === 'up').length;
  const isolated = map.networks.filter((network) => network.isIsolated);
  const between = [...model.islandsOf].filter(([, islands]) => islands.length > 1).map(([vmId]) => vmId);
  return (
    <>
      <h2>{text.overview}</h2>
      <p className="soft">
        {up} of {map.vms.length} VMs up · {map.islands.length === 1 ? '1 island' : `${map.islands.length} islands`} on{' '}
        {map.hosts.length === 1 ? '1 host' : `${map.hosts.length} hosts`}
      </p>
      <p className="soft">{text.overviewHint}</p>
      <h5>{text.isolatedNow}</h5>
      {isolated.slice(0, NETWORKS_SHOWN).map((network) => {
        const { verdict, at } = worst(model, network.id);
        return (
          <div className="row" key={network.id}>
            <Swatch look={looks.get(network.id)} />
            <span className="vm-names">
              <button type="button" onClick={() => onPick({ kind: 'network', id: network.id })}>
                {network.name}
              </button>
            </span>
            <small className="verdict">
              <Dot tone={VERDICT_FEEL[verdict].tone} /> {VERDICT_FEEL[verdict].words.toLowerCase()}{' '}
              {at === null ? '' : <Ago at={at} />}
            </small>
          </div>
        );
      })}
      {isolated.length > NETWORKS_SHOWN ? <Link to="/networks">All {isolated.length}</Link> : null}
      <h5>{text.between}</h5>
      {between.length === 0 ? (
        <span className="soft">{text.betweenNone}</span>
      ) : (
        <VmNames model={model} vmIds={between} onPick={onPick} />
      )}
      <h5>{text.latest}</h5>
      <EventList events={events} limit={8} />
      <Link to="/activity" search={{ tab: 'events' }}>
        All events
      </Link>
    </>
  );
}

/** The gravest verdict on any island of a network, and the age of the oldest check among those. */
function worst(model: Model, networkId: string): { verdict: Verdict; at: string | null } {
  const islands = model.map.islands.filter((island) => island.networkId === networkId && island.hostId !== null);
  const verdict = GRAVEST.find((grave) => islands.some((island) => island.verdict === grave)) ?? 'unknown';
  const ages = islands.flatMap((island) =>
    island.verdict === verdict && island.verdictAt !== null ? [island.verdictAt] : [],
  );
  return { verdict, at: ages.sort()[0] ?? null };
}
