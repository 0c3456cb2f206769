import type { Island } from '../../../../contract';
import type { Look } from '../../../ui/palette';
import { Dot } from '../../../ui/state';
import { lookClass } from '../../../ui/swatch';
import { vmFeel } from '../../../ui/tone';
import type { ChipBox } from '../layout/boxes';
import type { Mark } from '../changes';
import { isActiveOn, type Model } from '../model';
import { text } from '../text';
import { chipKey } from './nodes';

export interface ChipProps {
  readonly panel: string;
  readonly model: Model;
  readonly looks: ReadonlyMap<string, Look>;
  readonly ports: readonly Island[];
  readonly selected: boolean;
  /** Highlighted fully if reached directly, or less if reached only via others. */
  readonly emphasis: 'highlighted' | 'through' | null;
  /** How it changed, while changes are shown. */
  readonly mark: Mark | undefined;
}

/** A VM: its state, its name, and one port per network in that network's color (hollow if it reaches nothing there). */
export function Chip({
  box,
  panel,
  model,
  looks,
  ports,
  selected,
  emphasis,
  mark,
  lane = false,
  aside = null,
}: ChipProps & { box: ChipBox; lane?: boolean; aside?: string | null }) {
  const { vmId } = box;
  const vm = model.vms.get(vmId);
  if (vm === undefined) return null;
  const feel = vmFeel(vm.state);
  const networks = ports.map((island) => model.networks.get(island.networkId)?.name ?? '');
  return (
    <button
      type="button"
      tabIndex={-1}
      data-node={chipKey(panel, vmId)}
      data-select={`vm:${vmId}`}
      className={`chip${lane ? ' chip-lane' : ''}${feel.tone === 'off' ? ' chip-off' : ''}${selected ? ' selected' : ''}${emphasis === null ? '' : ` ${emphasis}`}`}
      style={{ left: box.x, top: box.y, width: box.w, height: box.h }}
      title={text.chip(vm.name, feel.words.toLowerCase(), networks)}
      aria-pressed={selected}
    >
      <Dot tone={feel.tone} label={feel.words} />
      <span className="chip-name" dir="auto">
        {vm.name}
      </span>
      {mark === undefined ? null : <span className={`chip-mark chip-mark-${mark}`}>{text.marks[mark]}</span>}
      {aside === null ? null : <span className="chip-aside">{aside}</span>}
      <span className="ports">
        {ports.map((island) => (
          <span
            key={island.id}
            className={`port ${lookClass(looks.get(island.networkId))}${isActiveOn(island, vmId) ? '' : ' port-inactive'}`}
          />
        ))}
      </span>
    </button>
  );
}
