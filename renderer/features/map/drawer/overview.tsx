import { Link } from '@tanstack/react-router';
import type { Verdict } from '../../../../contract';
import { SealMark } from '../../../ui/state';
import { Swatch } from '../../../ui/swatch';
import { Ago } from '../../../ui/time';
import { VERDICT_FEEL } from '../../../ui/tone';
import type { Model } from '../model';
import type { Selection } from '../selection';
import { text } from '../text';
import { type Changes, ChangesPart } from './changes-part';
import { VmNames } from './vm-names';

const NETWORKS_SHOWN = 14;
const GRAVEST: readonly (Verdict | null)[] = ['not_isolated', 'unknown', 'isolated', null];

/** The overview while nothing is selected: isolation, VMs between islands, recent changes. */
interface OverviewProps {
  readonly model: Model;
  readonly changes: Changes;
  readonly onSelect: (selected: Selection) => void;
}

export function Overview({ model, changes, onSelect }: OverviewProps) {
  const { looks } = model;
  const { map } = model;
  const up = map.vms.filter((vm) => vm.state === 'up').length;
  const isolated = map.networks.filter((network) => network.isIsolated);
  // Problems first; the rest in order of creation.
  const evaluated = isolated
    .map((network) => ({ network, ...worst(model, network.id) }))
    .sort((a, b) => GRAVEST.indexOf(a.verdict) - GRAVEST.indexOf(b.verdict));
  const between = [...model.islandsOf].filter(([, islands]) => islands.length > 1).map(([vmId]) => vmId);
  return (
    <>
      <h2>{text.overview}</h2>
      <p className="soft">{text.whole(up, map.vms.length, map.islands.length, map.hosts.length)}</p>
      <p className="soft">{text.overviewHint}</p>
      <h5>{text.isolatedNow}</h5>
      {evaluated.slice(0, NETWORKS_SHOWN).map(({ network, verdict, at }) => {
        return (
          <div className="row" key={network.id}>
            <Swatch look={looks.get(network.id)} />
            <span className="vm-names">
              <button type="button" onClick={() => onSelect({ kind: 'network', id: network.id })}>
                {network.name}
              </button>
              <small className="soft block">{uplinkDescription(model, network.id)}</small>
            </span>
            <small>
              <span className="verdict">
                {verdict === null ? (
                  text.noVms
                ) : (
                  <>
                    <SealMark tone={VERDICT_FEEL[verdict].tone} /> {VERDICT_FEEL[verdict].words.toLowerCase()}
                  </>
                )}
              </span>
              <span className="block">{at === null ? '' : <Ago at={at} />}</span>
            </small>
          </div>
        );
      })}
      {isolated.length > NETWORKS_SHOWN ? <Link to="/networks">{text.allNets(isolated.length)}</Link> : null}
      <h5>{text.between}</h5>
      {between.length === 0 ? (
        <span className="soft">{text.betweenNone}</span>
      ) : (
        <VmNames model={model} vmIds={between} onSelect={onSelect} />
      )}
      <ChangesPart model={model} changes={changes} onSelect={onSelect} />
      <Link to="/activity" search={{ tab: 'events' }}>
        {text.allEvents}
      </Link>
    </>
  );
}

/** The VMs through which an isolated network has external access. */
function uplinkDescription(model: Model, networkId: string): string {
  const islands = model.map.islands.filter((island) => island.networkId === networkId);
  const ways = [...new Set(islands.flatMap((island) => model.gateways.get(island.id) ?? []))];
  const [first] = ways;
  if (first === undefined) return text.externalNone;
  return ways.length > 1 ? text.externalMany(ways.length) : text.externalOnly(model.vms.get(first)?.name ?? '');
}

/** The worst verdict on any island of a network, and the age of its oldest check; null: no island has VMs. */
function worst(model: Model, networkId: string): { verdict: Verdict | null; at: string | null } {
  const islands = model.map.islands.filter((island) => island.networkId === networkId && island.hostId !== null);
  const verdict = GRAVEST.find((grave) => islands.some((island) => island.verdict === grave)) ?? null;
  const ages = islands.flatMap((island) =>
    island.verdict === verdict && island.verdictAt !== null ? [island.verdictAt] : [],
  );
  return { verdict, at: ages.sort()[0] ?? null };
}
