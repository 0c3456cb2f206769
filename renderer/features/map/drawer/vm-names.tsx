import type { Model } from '../model';
import type { Selection } from '../selection';
import { text } from '../text';

const SHOWN = 12;

/** VM names; clicking one selects it. */
export function VmNames({
  model,
  vmIds,
  onSelect,
}: {
  model: Model;
  vmIds: readonly string[];
  onSelect: (selected: Selection) => void;
}) {
  return (
    <span className="vm-names">
      {vmIds.slice(0, SHOWN).map((id) => (
        <button type="button" key={id} onClick={() => onSelect({ kind: 'vm', id })}>
          {model.vms.get(id)?.name ?? id}
        </button>
      ))}
      {vmIds.length > SHOWN ? <span className="soft">{text.andMore(vmIds.length - SHOWN)}</span> : null}
    </span>
  );
}
