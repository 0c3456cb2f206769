import { outsideText, nicText } from '../reach';
import type { PanelBox, SplitLine } from '../layout/boxes';
import type { Rect } from '../layout/geometry';
import { meets } from '../layout/hit';
import { LEAST_TEXT } from '../canvas/viewport';
import { MAX_SPLIT_LINES } from '../layout/split-lines';
import { edgeHighlight } from '../highlight';
import { text } from '../text';
import { jointLines, jointOf, jointText } from '../tunnel-text';
import type { HealthBook } from './health';
import { paintChip } from './paint-chip';
import { paintFences } from './paint-fences';
import { paintIsland } from './paint-island';
import { farIslands, paintHead, paintPanelBackground } from './paint-panel';
import type { ShapeStyle, Painter } from './painter';
import { DIM, POSSIBLE, type Scene } from './scene';

/** The distance between hatching lines of the outside strip. */
const HATCH = 26;

/** Paints the map, or its visible part, at its level of detail. */
export function paintMap(painter: Painter, scene: Scene, health: HealthBook): void {
  const { layout, part } = scene;
  const panels = layout.panels.filter((panel) => part === null || meets(panel, part));
  paintOutside(painter, scene);
  for (const panel of panels) paintPanelBackground(painter, scene, panel);
  paintSplitLines(painter, scene);
  for (const panel of panels) paintPanelContent(painter, scene, panel, health);
  for (const panel of panels) paintHead(painter, scene, panel, health.ofPanel(panel));
  if (scene.level !== 'farther') paintUplinkEdges(painter, scene);
  if (scene.level === 'near') {
    for (const gap of shownSplitLines(scene)) if (gap.label !== null) paintSplitLabel(painter, scene, gap, gap.label);
  }
  paintEmpty(painter, scene);
  paintFences(painter, scene);
}

function paintOutside(painter: Painter, { layout: { outside }, model, selected, colors, px }: Scene): void {
  const regular = model.map.networks.filter((network) => !network.isIsolated);
  const size = Math.min(13 * px, outside.h * 0.75);
  const y = outside.y + outside.h / 2;
  painter.box(outside, 10, { fill: colors.panel });
  painter.path(hatch(outside), { stroke: colors.canvasHatch, line: 9 });
  painter.box(outside, 10, { stroke: colors.soft, line: px, dash: [4 * px, 3 * px] });
  if (size < LEAST_TEXT * px) return;
  painter.words(text.outside, outside.x + size, y, { size, fill: colors.ink, bold: true });
  const left = outside.x + size * 2 + painter.width(text.outside, { size, bold: true });
  const about = outsideText(model, selected);
  painter.words(about, left, y, { size, fill: colors.soft, most: outside.w * 0.5 });
  const names = regular.map((network) => [network.name, ...nicText(model, network.id)].join(' · ')).join(', ');
  const most = outside.w - (left - outside.x) - painter.width(about, { size }) - 3 * size;
  painter.words(names, outside.x + outside.w - size, y, { size, fill: colors.ink, align: 'right', most });
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

function paintUplinkEdges(painter: Painter, { layout, colors, highlight, looks }: Scene): void {
  for (const { islandId, networkId, path } of layout.uplinkEdges)
    painter.path(path, {
      stroke: colors.networks[looks.get(networkId)?.color ?? 'gray'].line,
      line: 4,
      ...edgeStyle(
        highlight?.islands.has(islandId) === false
          ? null
          : highlight?.possible.has(islandId) === true
            ? 'possible'
            : 'highlighted',
      ),
    });
}

const edgeStyle = (emphasis: ReturnType<typeof edgeHighlight>): Pick<ShapeStyle, 'alpha' | 'dash'> => ({
  alpha: emphasis === null ? DIM : 1,
  ...(emphasis === 'possible' ? { dash: POSSIBLE } : {}),
});

/** The islands of one panel, and when near also their VMs. */
function paintPanelContent(painter: Painter, scene: Scene, panel: PanelBox, health: HealthBook): void {
  const { colors, highlight, looks, part } = scene;
  const at = { x: panel.x, y: panel.y };
  if (scene.level !== 'farther') {
    for (const edge of panel.edges)
      painter.path(
        edge.path,
        {
          stroke: colors.networks[looks.get(edge.networkId)?.color ?? 'gray'].line,
          line: 4,
          ...edgeStyle(highlight === null ? 'highlighted' : edgeHighlight(highlight, edge.vmId, edge.islandId)),
        },
        at,
      );
  }
  const place =
    scene.level === 'farther'
      ? farIslands(painter, scene, panel, health.ofPanel(panel))
      : ({ x, y, w, h }: Rect): Rect => ({ x: panel.x + x, y: panel.y + y, w, h });
  for (const islandBox of panel.islandBoxes) {
    const box = place(islandBox);
    if (part !== null && !meets(box, part)) continue;
    paintIsland(painter, scene, islandBox, box, health.ofIsland(islandBox), panel.of.kind === 'host');
  }
  if (scene.level === 'farther') return;
  const chips = [...panel.lanes, ...panel.alone];
  if (scene.level === 'near') chips.push(...panel.islandBoxes.flatMap((islandBox) => islandBox.chips));
  for (const chip of chips) paintChip(painter, scene, { ...chip, x: chip.x + at.x, y: chip.y + at.y });
}

export const shownSplitLines = ({ layout, selected }: Pick<Scene, 'layout' | 'selected'>) =>
  layout.gaps.filter(
    (gap) => layout.gaps.length <= MAX_SPLIT_LINES || (selected?.kind === 'network' && selected.id === gap.networkId),
  );

function paintSplitLines(painter: Painter, scene: Scene): void {
  const { colors, looks, px, model } = scene;
  for (const gap of shownSplitLines(scene)) {
    const state = jointOf(model, gap)?.state;
    const stroke = colors.networks[looks.get(gap.networkId)?.color ?? 'gray'].line;
    if (state === 'connected') painter.path(gap.path, { stroke, line: Math.max(5, 2 * px) });
    else
      painter.path(gap.path, {
        stroke: state === 'down' ? colors.tones.bad : stroke,
        line: Math.max(state === undefined ? 1.6 : 3, px),
        dash: [3 * Math.max(1, px), 6 * Math.max(1, px)],
      });
  }
}

function paintSplitLabel(
  painter: Painter,
  { colors, model }: Scene,
  gap: SplitLine,
  label: NonNullable<SplitLine['label']>,
): void {
  const joint = jointOf(model, gap);
  const lines = label.inTwoLines ? jointLines(joint) : [jointText(joint)];
  painter.box(label, 10, { fill: colors.panel, stroke: colors.line });
  lines.forEach((line, i) =>
    painter.words(line, label.x + label.w / 2, label.y + label.h / 2 + (i - (lines.length - 1) / 2) * 14, {
      size: 11.5,
      fill: colors.soft,
      align: 'center',
    }),
  );
}

function paintEmpty(painter: Painter, scene: Scene): void {
  const { layout, model, looks, colors, px, part } = scene;
  if (layout.emptyY === null) return;
  const size = Math.max(11.5, LEAST_TEXT * px);
  if (scene.level === 'farther') return;
  painter.words(text.emptyNetworks, 0, layout.emptyY + 8, { size, fill: colors.soft });
  for (const box of layout.empty) {
    if (part !== null && !meets(box, part)) continue;
    const color = colors.networks[looks.get(box.networkId)?.color ?? 'gray'].line;
    painter.box(box, 7, { fill: colors.chip, stroke: colors.line });
    painter.box({ x: box.x + 9, y: box.y + box.h / 2 - 5.5, w: 11, h: 11 }, 3, { fill: color });
    if (box.h < LEAST_TEXT * px) continue;
    painter.words(model.networks.get(box.networkId)?.name ?? '', box.x + 26, box.y + box.h / 2, {
      size: Math.min(Math.max(13, LEAST_TEXT * px), box.h),
      fill: colors.ink,
      most: box.w - 34,
    });
  }
}
