import type { Island } from '../../../contract';
import type { Look } from '../../ui/palette';
import { Dot } from '../../ui/state';
import { lookClass } from '../../ui/swatch';
import { vmFeel } from '../../ui/tone';
import type { ChipBox } from './layout';
import { hearsOn, type Model } from './model';
import type { Picked } from './picked';

export interface ChipProps {
  readonly model: Model;
  readonly vmId: string;
  readonly looks: ReadonlyMap<string, Look>;
  readonly ports: readonly Island[];
  readonly picked: boolean;
  readonly lit: boolean;
  readonly onPick: (picked: Picked) => void;
}

/** A VM: its state, its name, and one port per network in that network's colour (hollow where it hears nothing). */
export function Chip({
  box,
  model,
  vmId,
  looks,
  ports,
  picked,
  lit,
  onPick,
  strait = false,
  note = null,
}: ChipProps & { box: ChipBox; strait?: boolean; note?: string | null }) {
  const vm = model.vms.get(vmId);
  if (vm === undefined) return null;
  const feel = vmFeel(vm.state);
  return (
    <>
      <button
        type="button"
        className={`chip${strait ? ' chip-strait' : ''}${feel.tone === 'off' ? ' chip-off' : ''}${picked ? ' picked' : ''}${lit ? ' lit' : ''}`}
        style={{ left: box.x, top: box.y, width: box.w, height: box.h }}
        title={`${vm.name}: ${feel.words.toLowerCase()}${ports.length === 0 ? '' : `, on ${ports.map((island) => model.networks.get(island.networkId)?.name).join(', ')}`}`}
        aria-pressed={picked}
        onClick={() => onPick({ kind: 'vm', id: vmId })}
      >
        <Dot tone={feel.tone} label={feel.words} />
        <span className="chip-name">{vm.name}</span>
        <span className="ports">
          {ports.map((island) => (
            <span
              key={island.id}
              className={`port ${lookClass(looks.get(island.networkId))}${hearsOn(island, vmId) ? '' : ' port-deaf'}`}
            />
          ))}
        </span>
      </button>
      {note === null ? null : (
        <span className="chip-note" style={{ left: box.x + box.w + 8, top: box.y + 8 }}>
          {note}
        </span>
      )}
    </>
  );
}
