import { useQuery } from '@tanstack/react-query';
import { queries } from '../../../api/queries';
import type { Deaf, Hearing } from '../hearing';
import type { Model } from '../model';
import type { Picked } from '../picked';
import { text } from '../text';
import { BringHere } from './bring-here';
import { VmNames } from './vm-names';

interface Props {
  readonly model: Model;
  readonly vmId: string;
  readonly onPick: (picked: Picked) => void;
}

/** Those that one might think are heard, and why they are not: the engine's own reasons, with the remedy. */
export function CantHear({ hearing, ...props }: Props & { hearing: Hearing }) {
  const groups = [...hearing.elsewhere, ...hearing.silent];
  if (groups.length === 0) return null;
  return (
    <>
      <h5>{text.cant}</h5>
      {groups.map((group) => (
        <Group
          key={group.islandId}
          group={group}
          elsewhere={hearing.elsewhere.includes(group) ? networkOf(props.model, group) : undefined}
          {...props}
        />
      ))}
    </>
  );
}

/** The network of a group that is kept on another host; what is on none yet follows its mates by itself when it is started. */
function networkOf(model: Model, group: Deaf): string | undefined {
  const island = model.islands.get(group.islandId);
  return island?.hostId === null ? undefined : island?.networkId;
}

/** One reason serves a whole group, since all of it stands on the same island: it is asked for with the first of them. */
function Group({ group, model, vmId, onPick, elsewhere }: Props & { group: Deaf; elsewhere: string | undefined }) {
  const first = group.vmIds[0] ?? '';
  const reach = useQuery(queries.reach(vmId, first)).data;
  return (
    <div className="cant">
      <VmNames model={model} vmIds={group.vmIds} onPick={onPick} />
      {reach?.reasons.map((reason, index) => (
        <p key={index}>
          {reason.message}
          {reason.hint === null || elsewhere !== undefined ? null : <span className="block soft">{reason.hint}</span>}
        </p>
      ))}
      {elsewhere === undefined ? null : <BringHere vmId={vmId} others={group.vmIds} networkId={elsewhere} />}
    </div>
  );
}
