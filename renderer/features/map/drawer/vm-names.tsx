import type { Model } from '../model';
import type { Picked } from '../picked';
import { text } from '../text';

const SHOWN = 12;

/** VM names; clicking one selects it. */
export function VmNames({
  model,
  vmIds,
  onPick,
}: {
  model: Model;
  vmIds: readonly string[];
  onPick: (picked: Picked) => void;
}) {
  return (
    <span className="vm-names">
      {vmIds.slice(0, SHOWN).map((id) => (
        <button type="button" key={id} onClick={() => onPick({ kind: 'vm', id })}>
          {model.vms.get(id)?.name ?? id}
        </button>
      ))}
      {vmIds.length > SHOWN ? <span className="soft">{text.andMore(vmIds.length - SHOWN)}</span> : null}
    </span>
  );
}
