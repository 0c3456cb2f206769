import { Link } from '@tanstack/react-router';
import { useMemo } from 'react';
import type { Island, PointCounts, Verdict } from '../../../../contract';
import { SealMark } from '../../../ui/state';
import { Swatch } from '../../../ui/swatch';
import { Ago, ageWords, useNow } from '../../../ui/time';
import { verdictFeel } from '../../../ui/tone';
import type { Model } from '../model';
import type { Selection } from '../selection';
import { text } from '../text';
import { type Changes, ChangesPart } from './changes-part';
import { PromisesPart } from './promises-part';
import { VmNames } from './vm-names';

const NETWORKS_SHOWN = 14;
/** Up to this many networks are listed whether they are isolated or not. */
const FEW = 8;
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
  const evaluated = useMemo(() => evaluatedOf(model), [model]);
  // Of many networks, only those that need attention are listed.
  const shown =
    evaluated.length <= FEW
      ? evaluated
      : evaluated.filter(({ verdict, counts }) => verdict !== null && (verdict !== 'isolated' || counts.failed > 0));
  const sealed = new Set(evaluated.map(({ network }) => network.id));
  const islands = map.islands.filter(({ networkId }) => sealed.has(networkId));
  const now = useNow();
  const between = [...model.islandsOf].filter(([, islands]) => islands.length > 1).map(([vmId]) => vmId);
  return (
    <>
      <h2>{text.overview}</h2>
      <p className="soft">{text.whole(up, map.vms.length, map.islands.length, map.hosts.length)}</p>
      <p className="soft">{text.overviewHint}</p>
      <h5>{text.isolatedNow}</h5>
      {evaluated.length === 0 ? null : <p className="soft">{isolationSummary(evaluated, islands, now)}</p>}
      {shown.slice(0, NETWORKS_SHOWN).map(({ network, verdict, at, counts }) => {
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
                    <VerdictWords verdict={verdict} {...counts} />
                  </>
                )}
              </span>
              <span className="block">{at === null ? '' : <Ago at={at} />}</span>
            </small>
          </div>
        );
      })}
      {evaluated.length > FEW ? <Link to="/networks">{text.allNets(evaluated.length)}</Link> : null}
      <PromisesPart />
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

/** The isolated networks, problems first; the rest in order of creation. */
function evaluatedOf({ map }: Model) {
  const placed = new Map<string, Island[]>();
  for (const island of map.islands) {
    if (island.hostId === null) continue;
    const list = placed.get(island.networkId);
    if (list === undefined) placed.set(island.networkId, [island]);
    else list.push(island);
  }
  return map.networks
    .filter((network) => network.isIsolated)
    .map((network) => ({ network, ...worst(placed.get(network.id) ?? []) }))
    .sort((a, b) => GRAVEST.indexOf(a.verdict) - GRAVEST.indexOf(b.verdict) || b.counts.failed - a.counts.failed);
}

/** "1,000 of 1,000 isolated, oldest check 28 s ago"; networks without VMs are not counted, and what was not checked or failed is. */
function isolationSummary(
  evaluated: readonly { readonly verdict: Verdict | null; readonly at: string | null }[],
  islands: readonly PointCounts[],
  now: number,
): string {
  const checked = evaluated.filter(({ verdict }) => verdict !== null);
  const good = checked.filter(({ verdict }) => verdict === 'isolated').length;
  const [oldest] = checked.flatMap(({ at }) => at ?? []).sort();
  const words = text.isolatedOf(good, checked.length, oldest === undefined ? null : ageWords(oldest, now));
  const sum = (count: 'unchecked' | 'failed'): number => islands.reduce((total, island) => total + island[count], 0);
  const [unchecked, failed] = [sum('unchecked'), sum('failed')];
  const open = unchecked === 0 ? [] : [text.uncheckedPoints(unchecked)];
  return [words, ...open, ...(failed === 0 ? [] : [text.failedPoints(failed)])].join(', ');
}

/** The VMs through which an isolated network has external access. */
function uplinkDescription(model: Model, networkId: string): string {
  const islands = model.map.islands.filter((island) => island.networkId === networkId);
  const ways = [...new Set(islands.flatMap((island) => model.gateways.get(island.id) ?? []))];
  const [first] = ways;
  if (first === undefined) return text.externalNone;
  return ways.length > 1 ? text.externalMany(ways.length) : text.externalOnly(model.vms.get(first)?.name ?? '');
}

function VerdictWords(verdict: PointCounts & { readonly verdict: Verdict }) {
  const { tone, words, isPartial } = verdictFeel(verdict, true);
  return (
    <span title={isPartial ? verdictFeel(verdict).words : undefined}>
      <SealMark tone={tone} isPartial={isPartial} /> {words.toLowerCase()}
    </span>
  );
}

interface Worst {
  readonly verdict: Verdict | null;
  readonly at: string | null;
  readonly counts: PointCounts;
}

/**
 * The worst verdict on any island of a network, the age of its oldest check, and the points of the least complete one; null: no
 * island has VMs.
 */
function worst(islands: readonly Island[]): Worst {
  const verdict = GRAVEST.find((grave) => islands.some((island) => island.verdict === grave)) ?? null;
  const ages = islands.flatMap((island) =>
    island.verdict === verdict && island.verdictAt !== null ? [island.verdictAt] : [],
  );
  const [counts = { points: 0, unchecked: 0, failed: 0 }] = islands
    .filter((island) => island.verdict === verdict)
    .map(({ points, unchecked, failed }) => ({ points, unchecked, failed }))
    .sort((a, b) => b.failed - a.failed || b.unchecked - a.unchecked);
  return { verdict, at: ages.sort()[0] ?? null, counts };
}
