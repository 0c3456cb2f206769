import { MARKS } from '../../../ui/marks';
import { vmFeel } from '../../../ui/tone';
import type { ChipBox } from '../layout/boxes';
import { meets } from '../layout/hit';
import { hearsOn, islandsOfVm, leadsOutNow } from '../model';
import { lightOf } from '../lit';
import { text } from '../text';
import type { Pen } from './pen';
import { DIM, POSSIBLE, type Scene } from './scene';

const NAME = 13;
const ASIDE = 11.5;
const PORT_W = 5;
const PORT_H = 13;

/** A VM: state, name, and one port per network (hollow if it reaches nothing there). */
export function paintChip(pen: Pen, scene: Scene, box: ChipBox): void {
  const { model, colours, lit, picked, part, level, px } = scene;
  if (part !== null && !meets(box, part)) return;
  const vm = model.vms.get(box.vmId);
  if (vm === undefined) return;
  const isStrait = box.h > 30;
  const light = lightOf(lit, box.vmId);
  const isDim = lit !== null && light === null;
  const alpha = isDim ? DIM : 1;
  const feel = vmFeel(vm.state);
  const isPicked = picked?.kind === 'vm' && picked.id === vm.id;
  const isLit = isPicked || light !== null;
  pen.box(box, isStrait ? 17 : 7, {
    fill: colours.chip,
    stroke: isLit ? colours.brand : colours.line,
    line: isLit ? (isPicked ? 2.5 : 2) * Math.max(1, px) : 1,
    ...(light === 'through' ? { dash: POSSIBLE } : {}),
    alpha,
  });
  const y = box.y + box.h / 2;
  // Zoomed out, the text stays as large as the chip allows.
  const size = level === 'near' ? NAME : Math.max(NAME, Math.min(11 * px, box.h * 0.55));
  const edge = size === NAME ? (isStrait ? 13 : 8) : 7;
  const left = box.x + edge;
  const right = box.x + box.w - edge;
  pen.mark(MARKS[feel.tone], left, y - 5, 10, colours.tones[feel.tone], alpha);
  const ports = islandsOfVm(model, vm.id);
  const portsAt = right - ports.length * (PORT_W + 2);
  const fill = isDim ? colours.dim : feel.tone === 'off' ? colours.soft : colours.ink;
  const after = left + (size === NAME ? 16 : 13);
  const aside = isStrait && level === 'near' && isOnlyWayOut(scene, vm.id) ? text.onlyWayOut : null;
  const asideW = aside === null ? 0 : pen.width(aside, { size: ASIDE }) + 8;
  pen.words(vm.name, after, y, { size, fill, most: portsAt - after - 2 - asideW });
  if (aside !== null)
    pen.words(aside, portsAt - 6, y, {
      size: ASIDE,
      fill: isDim ? colours.dim : colours.soft,
      align: 'right',
      most: asideW,
    });
  ports.forEach((island, i) => {
    const colour = colours.networks[scene.looks.get(island.networkId)?.colour ?? 'grey'].line;
    const port = { x: portsAt + 2 + i * (PORT_W + 2), y: y - PORT_H / 2, w: PORT_W, h: PORT_H };
    pen.box(port, 2, hearsOn(island, vm.id) ? { fill: colour, alpha } : { stroke: colour, line: 1.2, alpha });
  });
}

const isOnlyWayOut = ({ model }: Scene, vmId: string): boolean =>
  model.onlyWaysOut.has(vmId) && leadsOutNow(model, vmId);
