import { MARKS } from '../../../ui/marks';
import { hostFeel } from '../../../ui/tone';
import type { PanelBox } from '../layout/boxes';
import { panelWords } from '../canvas/panel-text';
import { text } from '../text';
import type { Health } from './health';
import type { Painter } from './painter';
import type { Scene } from './scene';
import { panelLensWords } from './shades';
import { cutMiddle } from './shorten';

/** The size of a panel's name: on the screen when zoomed out. */
const NAME_PX = { near: 13, far: 11.5, farther: 11.5 };
/** The most that a panel's title has room for. */
const MOST_HEAD = 46;
/** A name needs room for a few letters. */
const LEAST_LETTERS = 3;

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
export function paintHead(painter: Painter, scene: Scene, panel: PanelBox, health: Health): void {
  const { colors, model, level, px } = scene;
  if (level === 'farther') return paintFarHead(painter, scene, panel, health);
  const { name, about } = panelWords(model, panel);
  const size = level === 'near' ? NAME_PX.near : Math.min(NAME_PX.far * px, MOST_HEAD);
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

/** Zoomed out, a panel shows its name, what the lens says, and problems, one below the other, as far as there is room. */
function paintFarHead(painter: Painter, scene: Scene, panel: PanelBox, health: Health): void {
  const { colors, model, px } = scene;
  const size = NAME_PX.farther * px;
  const middle = panel.x + panel.w / 2;
  const most = panel.w * 0.94 - size * 0.4;
  if (most < LEAST_LETTERS * size * 0.6) return;
  const fits = (words: readonly string[]): string => words.find((some) => painter.width(some, { size }) < most) ?? '';
  const tone = toneOf(scene, panel);
  const lines = [
    // A host that is up needs no mark.
    { words: panelWords(model, panel).name, bold: true, tone: tone === 'ok' ? null : tone },
    ...(health.seal === 'bad' ? [{ words: text.notIsolated, bold: true, tone: 'bad' as const }] : []),
    {
      words: fits(panelLensWords(scene, panel, health)),
      bold: false,
      tone: scene.lens === 'state' && health.wrong > 0 ? ('warn' as const) : null,
    },
  ]
    .filter(({ words }) => words !== '')
    .slice(0, Math.floor((panel.h / size - 0.4) / 1.35));
  if (lines.length === 0) return;
  const h = size * (1.35 * lines.length + 0.4);
  const plate = { x: panel.x + panel.w * 0.03, y: panel.y + Math.min(size * 0.3, panel.h - h), w: panel.w * 0.94, h };
  painter.box(plate, size * 0.4, { fill: colors.canvas, alpha: 0.9 });
  lines.forEach((line, i) => {
    const y = plate.y + size * (0.9 + 1.35 * i);
    const mark = line.tone === null ? 0 : size;
    const name = cutMiddle(line.words, most - mark, (some) => painter.width(some, { size, bold: line.bold }));
    const left = middle - (painter.width(name, { size, bold: line.bold }) + mark) / 2;
    if (line.tone !== null) painter.mark(MARKS[line.tone], left, y - size * 0.42, size * 0.8, colors.tones[line.tone]);
    painter.words(name, left + mark, y, { size, fill: colors.ink, bold: line.bold });
  });
}
