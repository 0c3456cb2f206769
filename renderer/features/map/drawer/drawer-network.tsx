import { Button } from '@patternfly/react-core/dist/dynamic/components/Button';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import type { Island, IsolationCheck } from '../../../../contract';
import { SplitNotice } from '../../../actions/split-notice';
import { CheckButtons, useIsolationCheck } from '../../../actions/check-buttons';
import { EventList, checkerName } from '../../../actions/event-list';
import { toProblem } from '../../../api/problem';
import { queries } from '../../../api/queries';
import { SealMark } from '../../../ui/state';
import { Swatch } from '../../../ui/swatch';
import { IsolatedTag } from '../../../ui/tags';
import { Ago } from '../../../ui/time';
import { VERDICT_FEEL, verdictFeel } from '../../../ui/tone';
import { ErrorAlert } from '../../../ui/error-alert';
import type { FactsProps } from './facts-props';
import { connectionOf, vmsOn } from '../model';
import { text } from '../text';
import { jointText } from '../tunnel-text';
import { VmNames } from './vm-names';

/** A network: its islands, the VMs on each, and the latest isolation verdict and its checker. */
export function NetworkFacts({ model, id, onSelect, onNote, onCreate }: FactsProps) {
  const network = model.networks.get(id);
  const { looks } = model;
  const check = useIsolationCheck(id);
  const shown = useQuery(queries.network(id)).data;
  const islands = model.map.islands.filter((island) => island.networkId === id);
  if (network === undefined) return null;
  const hasVms = islands.some((island) => vmsOn(island).length > 0);
  const ways = [...new Set(islands.flatMap((island) => model.gateways.get(island.id) ?? []))];
  return (
    <>
      <h2>
        <Swatch look={looks.get(id)} /> {network.name} {network.isIsolated ? <IsolatedTag /> : null}
      </h2>
      <p className="soft">{text.islandsApart(islands.length, connectionOf(islands))}</p>
      <div className="acts-row">
        <Button
          variant={hasVms ? 'secondary' : 'primary'}
          size="sm"
          onClick={() => onCreate({ kind: 'vm', networkId: id })}
        >
          {text.newVmOn(network.name)}
        </Button>
        {network.isIsolated ? (
          <>
            <CheckButtons check={check} words={text} size="sm" isNext={hasVms} />
            <Link
              className="pf-v6-c-button pf-m-secondary pf-m-small"
              to="/networks/$id"
              params={{ id }}
              search={{ tab: 'isolation' }}
            >
              {text.certificate}
            </Link>
          </>
        ) : null}
      </div>
      {check.error === null ? null : <ErrorAlert problem={toProblem(check.error)} />}
      <SplitNotice networkId={id} />
      {islands.map((island) => (
        <section key={island.id}>
          <h5>{island.hostId === null ? text.noHost : text.onHost(model.hosts.get(island.hostId)?.name ?? '')}</h5>
          {island.nic === null ? null : (
            <div className="row">
              {text.uplink} <span className="mono">{island.nic}</span>
            </div>
          )}
          {network.isIsolated && island.hostId !== null ? (
            <Verdict island={island} check={shown?.checks.find(({ hostId }) => hostId === island.hostId)} />
          ) : null}
          {(island.joints ?? []).map((joint) => (
            <div className="row" key={joint.hostId}>
              {text.tunnelTo(model.hosts.get(joint.hostId)?.name ?? '', jointText(joint))}
            </div>
          ))}
          {island.hostId === null ? null : (
            <div className="row note-row">
              {island.note === null ? null : (
                <span className="note-words" dir="auto">
                  {island.note}
                </span>
              )}
              <span className="vm-names">
                <button type="button" onClick={() => onNote(island.id)}>
                  {island.note === null ? text.noteAdd : text.noteEdit}
                </button>
              </span>
            </div>
          )}
          <div className="row">
            {island.members.length === 0 ? (
              <span className="soft">{text.reachesNone}</span>
            ) : (
              <VmNames model={model} vmIds={vmsOn(island)} onSelect={onSelect} />
            )}
          </div>
        </section>
      ))}
      {ways.length === 0 && network.isIsolated ? <p className="soft">{text.externalNoneHere}</p> : null}
      {ways.length === 0 ? null : (
        <>
          <h5>{text.externalAccess}</h5>
          <div className="row">
            <VmNames model={model} vmIds={ways} onSelect={onSelect} />
            <small>{text.possible}</small>
          </div>
        </>
      )}
      {shown?.network.services == null ? null : <p className="soft">{text.addressesInside(shown.network.services)}</p>}
      <h5>{text.latest}</h5>
      <EventList events={shown?.events} limit={5} />
      <Link to="/networks/$id" params={{ id }}>
        {text.allAbout(network.name)}
      </Link>
    </>
  );
}

/** The latest isolation verdict of an island, its checker, and how many check points passed. */
function Verdict({ island, check }: { island: Island; check: IsolationCheck | undefined }) {
  const { tone, words, isPartial } = verdictFeel(island);
  // The verdict counts points where one failed or was not checked.
  const isCounted = words !== VERDICT_FEEL[island.verdict].words;
  const good = check?.points.filter((point) => point.ok === true).length ?? 0;
  return (
    <div className="row">
      <SealMark tone={tone} isPartial={isPartial} />
      <span>
        {words}
        {check === undefined ? null : (
          <small className="soft block">
            {isCounted ? '' : `${text.pointsPassed(good, check.points.length)}, `}
            {text.checkedBy(checkerName(check.by))}
          </small>
        )}
      </span>
      <small>{island.verdictAt === null ? '' : <Ago at={island.verdictAt} />}</small>
    </div>
  );
}
