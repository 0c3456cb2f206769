import { textOf } from '../../../../english';
import { useQuery } from '@tanstack/react-query';
import { type ReactNode, useState } from 'react';
import { queries } from '../../../api/queries';
import { causesOf, type Reach, type UnreachedVms } from '../reach';
import type { Model } from '../model';
import type { Selection } from '../selection';
import { text } from '../text';
import { MoveHere } from './move-here';
import { VmNames } from './vm-names';
import { RemedyView } from '../../../actions/remedies/remedy-view';

interface Props {
  readonly model: Model;
  readonly vmId: string;
  readonly onSelect: (selected: Selection) => void;
}

/** Up to this many unreachable VMs of an island are listed with their reason; the others only by name. */
const EACH = 5;

/**
 * VMs that look reachable but are not, with the engine's reason and remedy: first what one click removes, each cause once; several
 * islands on other hosts are folded beneath it.
 */
export function Unreachable({ reach, ...props }: Props & { reach: Reach }) {
  const { own, others } = causesOf(props.model, props.vmId, reach);
  if (reach.elsewhere.length + own.length + others.length === 0) return null;
  const near = own.length + others.length;
  const far = reach.elsewhere.flatMap(({ vmIds }) => vmIds).length;
  const elsewhere = reach.elsewhere.map((group) => (
    <Group key={group.islandId} group={group} elsewhere={networkOf(props.model, group)} {...props} />
  ));
  return (
    <>
      <h5>{text.cant}</h5>
      {own.map((group) => (
        <Group key={group.islandId} group={group} elsewhere={undefined} {...props} />
      ))}
      {others.slice(0, EACH).map((group) => (
        <Group key={`${group.islandId}/${group.vmIds.join()}`} group={group} elsewhere={undefined} {...props} />
      ))}
      {others.length > EACH ? (
        <VmNames
          model={props.model}
          vmIds={others.slice(EACH).flatMap(({ vmIds }) => vmIds)}
          onSelect={props.onSelect}
        />
      ) : null}
      {near === 0 || reach.elsewhere.length < 2 ? elsewhere : <Folded summary={text.cantFar(far)}>{elsewhere}</Folded>}
    </>
  );
}

/** Its content asks the engine for reasons, so it is rendered only once it is open. */
function Folded({ summary, children }: { summary: string; children: ReactNode }) {
  const [open, setOpen] = useState(false);
  return (
    <details className="cant-far" open={open} onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>{summary}</summary>
      {open ? children : null}
    </details>
  );
}

/** The network of a group on another host; a VM without a host is placed with the others automatically when it starts. */
function networkOf(model: Model, group: UnreachedVms): string | undefined {
  const island = model.islands.get(group.islandId);
  return island?.hostId === null ? undefined : island?.networkId;
}

/** VMs on the same other island share one reason: it is requested with the first of them. */
function Group({
  group,
  model,
  vmId,
  onSelect,
  elsewhere,
}: Props & { group: UnreachedVms; elsewhere: string | undefined }) {
  const first = group.vmIds[0] ?? '';
  const reach = useQuery(queries.reach(vmId, first)).data;
  return (
    <div className="cant">
      <VmNames model={model} vmIds={group.vmIds} onSelect={onSelect} />
      {reach?.reasons.map((reason, index) => (
        <p key={index}>
          {textOf(reason.message)}
          {reason.remedy === null || elsewhere !== undefined ? null : (
            <span className="block soft">
              <RemedyView remedy={reason.remedy} />
            </span>
          )}
        </p>
      ))}
      {elsewhere === undefined ? null : <MoveHere vmId={vmId} others={group.vmIds} networkId={elsewhere} />}
    </div>
  );
}
