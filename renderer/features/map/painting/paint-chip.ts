import { MARKS } from '../../../ui/marks';
import { vmFeel } from '../../../ui/tone';
import type { ChipBox } from '../layout/boxes';
import { LEAST_TEXT } from '../canvas/viewport';
import { meets } from '../layout/hit';
import { isActiveOn, islandsOfVm, isGatewayNow } from '../model';
import { vmHighlight } from '../highlight';
import { text } from '../text';
import type { Painter } from './painter';
import { DIM, POSSIBLE, type Scene } from './scene';

const NAME = 13;
const ASIDE = 11.5;
const PORT_W = 5;
const PORT_H = 13;

/** A VM: state, name, and one port per network (hollow if it reaches nothing there). */
export function paintChip(painter: Painter, scene: Scene, box: ChipBox): void {
  const { model, colors, highlight, selected, part, level, px } = scene;
  if (part !== null && !meets(box, part)) return;
  const vm = model.vms.get(box.vmId);
  if (vm === undefined) return;
  const isInLane = box.h > 30;
  const emphasis = vmHighlight(highlight, box.vmId);
  const isDim = highlight !== null && emphasis === null;
  const alpha = isDim ? DIM : 1;
  const feel = vmFeel(vm.state);
  const isSelected = selected?.kind === 'vm' && selected.id === vm.id;
  const isHighlighted = isSelected || emphasis !== null;
  painter.box(box, isInLane ? 17 : 7, {
    fill: colors.chip,
    stroke: isHighlighted ? colors.brand : colors.line,
    line: isHighlighted ? (isSelected ? 2.5 : 2) * Math.max(1, px) : 1,
    ...(emphasis === 'through' ? { dash: POSSIBLE } : {}),
    alpha,
  });
  const y = box.y + box.h / 2;
  const size = level === 'near' ? NAME : Math.max(NAME, LEAST_TEXT * px);
  const edge = size === NAME ? (isInLane ? 13 : 8) : 7;
  const left = box.x + edge;
  const right = box.x + box.w - edge;
  painter.mark(MARKS[feel.tone], left, y - 5, 10, colors.tones[feel.tone], alpha);
  const ports = islandsOfVm(model, vm.id);
  const portsAt = right - ports.length * (PORT_W + 2);
  const fill = isDim ? colors.dim : feel.tone === 'off' ? colors.soft : colors.ink;
  const after = left + (size === NAME ? 16 : 13);
  const aside = isInLane && level === 'near' && isOnlyGateway(scene, vm.id) ? text.onlyGateway : null;
  const asideW = aside === null ? 0 : painter.width(aside, { size: ASIDE }) + 8;
  // Zoomed out there may be no room for a name.
  if (size < box.h) painter.words(vm.name, after, y, { size, fill, most: portsAt - after - 2 - asideW });
  if (aside !== null)
    painter.words(aside, portsAt - 6, y, {
      size: ASIDE,
      fill: isDim ? colors.dim : colors.soft,
      align: 'right',
      most: asideW,
    });
  ports.forEach((island, i) => {
    const color = colors.networks[scene.looks.get(island.networkId)?.color ?? 'gray'].line;
    const port = { x: portsAt + 2 + i * (PORT_W + 2), y: y - PORT_H / 2, w: PORT_W, h: PORT_H };
    painter.box(port, 2, isActiveOn(island, vm.id) ? { fill: color, alpha } : { stroke: color, line: 1.2, alpha });
  });
}

const isOnlyGateway = ({ model }: Scene, vmId: string): boolean =>
  model.onlyGateways.has(vmId) && isGatewayNow(model, vmId);
