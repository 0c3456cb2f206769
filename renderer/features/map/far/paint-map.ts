import { mainlandWords, nicWords } from '../hearing';
import type { PanelBox } from '../layout/boxes';
import type { Rect } from '../layout/geometry';
import { holds, meets } from '../layout/hit';
import { QUIET_GAPS } from '../layout/layout';
import { wayLight } from '../lit';
import { text } from '../text';
import type { HealthBook } from './health';
import { paintChip } from './paint-chip';
import { paintIsle } from './paint-isle';
import { paintHead, paintWater } from './paint-panel';
import type { Ink, Pen } from './pen';
import { DIM, POSSIBLE, type Scene } from './scene';

/** The distance between hatching lines of the outside strip. */
const HATCH = 26;

/** Paints the map, or its visible part, at its level of detail. */
export function paintMap(pen: Pen, scene: Scene, health: HealthBook): void {
  const { layout, part } = scene;
  const panels = layout.panels.filter((panel) => part === null || meets(panel, part));
  paintOutside(pen, scene);
  for (const panel of panels) paintWater(pen, scene, panel);
  paintGaps(pen, scene);
  for (const panel of panels) paintLand(pen, scene, panel, health);
  for (const panel of panels) paintHead(pen, scene, panel, health.ofPanel(panel));
  if (scene.level !== 'farther') paintLandings(pen, scene);
  if (scene.level === 'near') {
    for (const gap of shownGaps(scene)) paintGapWords(pen, scene, gap.x, gap.y);
  }
  paintEmpty(pen, scene);
}

function paintOutside(pen: Pen, { layout: { outside }, model, picked, colours, px }: Scene): void {
  const regular = model.map.networks.filter((network) => !network.isIsolated);
  const size = Math.min(13 * px, outside.h * 0.6);
  const y = outside.y + outside.h / 2;
  pen.box(outside, 10, { fill: colours.panel });
  pen.path(hatch(outside), { stroke: colours.sea2, line: 9 });
  pen.box(outside, 10, { stroke: colours.soft, line: px, dash: [4 * px, 3 * px] });
  pen.words(text.outside, outside.x + size, y, { size, fill: colours.ink, bold: true });
  const left = outside.x + size * 2 + pen.width(text.outside, { size, bold: true });
  const about = mainlandWords(model, picked);
  pen.words(about, left, y, { size, fill: colours.soft, most: outside.w * 0.5 });
  const names = regular.map((network) => [network.name, ...nicWords(model, network.id)].join(' · ')).join(', ');
  const most = outside.w - (left - outside.x) - pen.width(about, { size }) - 3 * size;
  pen.words(names, outside.x + outside.w - size, y, { size, fill: colours.ink, align: 'right', most });
}

/** Diagonal lines clipped to a box. */
function hatch({ x, y, w, h }: Rect): string {
  const lines: string[] = [];
  for (let at = HATCH; at < w + h - HATCH / 2; at += HATCH) {
    const [left, right] = [Math.max(0, at - h), Math.min(at, w)];
    lines.push(`M${x + right} ${y + at - right}L${x + left} ${y + at - left}`);
  }
  return lines.join('');
}

function paintLandings(pen: Pen, { layout, colours, lit, looks }: Scene): void {
  for (const { islandId, networkId, path } of layout.landings)
    pen.path(path, {
      stroke: colours.networks[looks.get(networkId)?.colour ?? 'grey'].line,
      line: 4,
      ...wayInk(
        lit?.islands.has(islandId) === false ? null : lit?.possible.has(islandId) === true ? 'possible' : 'lit',
      ),
    });
}

const wayInk = (light: ReturnType<typeof wayLight>): Pick<Ink, 'alpha' | 'dash'> => ({
  alpha: light === null ? DIM : 1,
  ...(light === 'possible' ? { dash: POSSIBLE } : {}),
});

/** The islands of one panel, and when near also their VMs. */
function paintLand(pen: Pen, scene: Scene, panel: PanelBox, health: HealthBook): void {
  const { colours, lit, looks, part } = scene;
  const at = { x: panel.x, y: panel.y };
  if (scene.level !== 'farther') {
    for (const wire of panel.wires)
      pen.path(
        wire.path,
        {
          stroke: colours.networks[looks.get(wire.networkId)?.colour ?? 'grey'].line,
          line: 4,
          ...wayInk(lit === null ? 'lit' : wayLight(lit, wire.vmId, wire.islandId)),
        },
        at,
      );
  }
  for (const isle of panel.isles) {
    const box = { x: panel.x + isle.x, y: panel.y + isle.y, w: isle.w, h: isle.h };
    if (part !== null && !meets(box, part)) continue;
    paintIsle(pen, scene, isle, box, health.ofIsle(isle), panel.of.kind === 'host');
  }
  if (scene.level === 'farther') return;
  const chips = [...panel.straits, ...(scene.level === 'near' ? panel.alone : [])];
  if (scene.level === 'near') chips.push(...panel.isles.flatMap((isle) => isle.chips));
  for (const chip of chips) paintChip(pen, scene, { ...chip, x: chip.x + at.x, y: chip.y + at.y });
}

export const shownGaps = ({ layout, picked }: Pick<Scene, 'layout' | 'picked'>) =>
  layout.gaps.filter(
    (gap) => layout.gaps.length <= QUIET_GAPS || (picked?.kind === 'network' && picked.id === gap.networkId),
  );

function paintGaps(pen: Pen, scene: Scene): void {
  const { colours, looks, px } = scene;
  for (const gap of shownGaps(scene))
    pen.path(gap.path, {
      stroke: colours.networks[looks.get(gap.networkId)?.colour ?? 'grey'].line,
      line: Math.max(1.6, px),
      dash: [3 * Math.max(1, px), 6 * Math.max(1, px)],
    });
}

function paintGapWords(pen: Pen, { colours, layout }: Scene, x: number, y: number): void {
  const beside = layout.panels.some((panel) => holds({ ...panel, x: panel.x - 70, w: 70 }, x, y));
  const lines = beside ? text.notConnectedLines : [text.notConnected];
  const w = beside ? 92 : 178;
  const h = 4 + 15 * lines.length;
  pen.box({ x: x - w / 2, y: y - h / 2, w, h }, 10, { fill: colours.panel, stroke: colours.line });
  lines.forEach((line, i) =>
    pen.words(line, x, y + (i - (lines.length - 1) / 2) * 14, { size: 11.5, fill: colours.soft, align: 'center' }),
  );
}

function paintEmpty(pen: Pen, scene: Scene): void {
  const { layout, model, looks, colours, px, part } = scene;
  if (layout.emptyY === null) return;
  const size = Math.max(11.5, 9 * px);
  if (scene.level === 'farther') return;
  pen.words(text.emptyNetworks, 0, layout.emptyY + 8, { size, fill: colours.soft });
  for (const box of layout.empty) {
    if (part !== null && !meets(box, part)) continue;
    const colour = colours.networks[looks.get(box.networkId)?.colour ?? 'grey'].line;
    pen.box(box, 7, { fill: colours.chip, stroke: colours.line });
    pen.box({ x: box.x + 9, y: box.y + box.h / 2 - 5.5, w: 11, h: 11 }, 3, { fill: colour });
    pen.words(model.networks.get(box.networkId)?.name ?? '', box.x + 26, box.y + box.h / 2, {
      size: 13,
      fill: colours.ink,
      most: box.w - 34,
    });
  }
}
