import { MARKS } from '../../../ui/marks';
import { hostFeel } from '../../../ui/tone';
import type { PanelBox } from '../layout/boxes';
import { panelWords } from '../canvas/panel-text';
import { text } from '../text';
import type { Health } from './health';
import type { Painter } from './painter';
import type { Scene } from './scene';

/** Panel text keeps this screen size while there is room. */
const NAME_PX = { near: 13, far: 12, farther: 11.5 };

const LEAST_SHARE = 0.75;

/** The background of a panel. */
export function paintPanelBackground(painter: Painter, scene: Scene, panel: PanelBox): void {
  const { colors, px, selected } = scene;
  const isBad = toneOf(scene, panel) === 'bad';
  const isSelected = panel.of.kind === 'host' && selected?.kind === 'host' && selected.id === panel.of.host?.id;
  const isNone = panel.of.kind === 'host' && panel.of.host === null;
  painter.box(panel, 14, {
    ...(isNone ? {} : { fill: colors.canvas }),
    stroke: isSelected ? colors.brand : isBad ? colors.tones.bad : colors.line,
    line: isSelected ? 3 * px : Math.max(isBad ? 1.5 : 1, px),
    ...(isNone ? { dash: [6 * px, 4 * px] } : {}),
  });
}

/** The title of a panel; zoomed out also the summary of its VMs. */
export function paintHead(painter: Painter, scene: Scene, panel: PanelBox, health: Health, farSize: number): void {
  const { colors, model, level, px } = scene;
  if (level === 'farther') return paintFarHead(painter, scene, panel, health, farSize);
  const { name, about } = panelWords(model, panel);
  const size = level === 'near' ? NAME_PX.near : Math.min(NAME_PX.far * px, 26);
  const y = panel.y + 20;
  let x = panel.x + 14;
  const tone = toneOf(scene, panel);
  if (tone !== null) {
    painter.mark(MARKS[tone], x, y - size * 0.4, size * 0.8, colors.tones[tone]);
    x += size * 1.2;
  }
  painter.words(name, x, y, { size, fill: colors.ink, bold: true, most: panel.w - 40 });
  const after = x + painter.width(name, { size, bold: true }) + 12;
  if (level === 'near')
    painter.words(about, after, y, { size: 12, fill: colors.soft, most: panel.x + panel.w - after - 10 });
}

function toneOf({ model }: Scene, panel: PanelBox) {
  if (panel.of.kind !== 'host' || panel.of.host === null) return null;
  return hostFeel(model.hosts.get(panel.of.host.id)?.state ?? panel.of.host.state).tone;
}

/** The size of a panel's name: a long one is scaled down to the smallest readable size before it is shortened. */
function farSizeOf(painter: Painter, { model, px }: Scene, panel: PanelBox): number {
  const wide = Math.min(NAME_PX.farther * px, panel.w / 5, panel.h / 5);
  const { name } = panelWords(model, panel);
  const room = (panel.w * 0.94 - 2 * wide) / painter.width(name, { size: wide, bold: true });
  return wide * Math.min(1, Math.max(LEAST_SHARE, room));
}

/** One size for the names of all panels, so that size says nothing by accident. */
export const commonFarSize = (painter: Painter, scene: Scene, panels: readonly PanelBox[]): number =>
  scene.level === 'farther' ? Math.min(...panels.map((panel) => farSizeOf(painter, scene, panel))) : 0;

/** Zoomed out, a panel shows its name, VM count and problems, one below the other, as far as there is room. */
function paintFarHead(painter: Painter, scene: Scene, panel: PanelBox, health: Health, commonSize: number): void {
  const { colors, model } = scene;
  const middle = panel.x + panel.w / 2;
  const name = panelWords(model, panel).name;
  const size = Math.min(commonSize, farSizeOf(painter, scene, panel));
  const most = panel.w * 0.94 - size;
  const fits = (words: readonly string[]): string =>
    words.find((some) => painter.width(some, { size }) < most - size) ?? words.at(-1) ?? '';
  const { up, vms } = health;
  const lines = [
    { words: name, bold: true, tone: toneOf(scene, panel) },
    {
      words: fits([text.upOf(up, vms), `${up}/${vms}`]),
      bold: false,
      tone: health.wrong > 0 ? ('warn' as const) : null,
    },
    ...(health.seal === 'bad' ? [{ words: text.notIsolated, bold: true, tone: 'bad' as const }] : []),
  ];
  const h = size * (1.35 * lines.length + 0.4);
  const plate = { x: panel.x + panel.w * 0.03, y: panel.y + size * 0.3, w: panel.w * 0.94, h };
  painter.box(plate, size * 0.4, { fill: colors.canvas, alpha: 0.9 });
  lines.forEach((line, i) => {
    const y = plate.y + size * (0.9 + 1.35 * i);
    const mark = line.tone === null ? 0 : size;
    const width = Math.min(painter.width(line.words, { size, bold: line.bold }), most - mark);
    const left = middle - (width + mark) / 2;
    if (line.tone !== null) painter.mark(MARKS[line.tone], left, y - size * 0.42, size * 0.8, colors.tones[line.tone]);
    painter.words(line.words, left + mark, y, { size, fill: colors.ink, bold: line.bold, most: most - mark });
  });
}
