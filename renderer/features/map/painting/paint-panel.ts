import { MARKS } from '../../../ui/marks';
import { hostFeel, type Tone } from '../../../ui/tone';
import type { PanelBox } from '../layout/boxes';
import type { Rect } from '../layout/geometry';
import { HEAD } from '../layout/panel-box';
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
/** The height of a line, and of a title beyond its lines, as shares of the text's size. */
const LINE = 1.35;
const AROUND_LINES = 0.4;
/** A title takes at most this share of a panel, with several lines or with one: the rest is for islands. */
const MOST_TITLE = 0.7;
const MOST_NAME = 0.85;

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

interface FarLine {
  readonly words: string;
  readonly bold: boolean;
  readonly tone: Tone | null;
}

/** Zoomed out, the title of a panel: its name, problems, and what the lens says, one below the other, as far as there is room. */
function farLines(painter: Painter, scene: Scene, panel: PanelBox, health: Health): FarLine[] {
  const size = NAME_PX.farther * scene.px;
  const most = farWidth(scene, panel);
  if (most < LEAST_LETTERS * size * 0.6) return [];
  const fits = (words: readonly string[]): string => words.find((some) => painter.width(some, { size }) < most) ?? '';
  const tone = toneOf(scene, panel);
  const rows = (h: number): number => Math.floor((h / size - AROUND_LINES) / LINE);
  const { name } = panelWords(scene.model, panel);
  // A host that is up needs no mark, nor one that soon is if its mark would cut its name.
  const isUsual = tone === 'ok' || (tone === 'busy' && painter.width(name, { size, bold: true }) > most - size);
  const lines: FarLine[] = [
    { words: name, bold: true, tone: isUsual ? null : tone },
    ...(health.seal === 'bad' ? [{ words: text.notIsolated, bold: true, tone: 'bad' as const }] : []),
    {
      words: fits(panelLensWords(scene, panel, health)),
      bold: false,
      tone: scene.lens === 'state' && health.wrong > 0 ? ('warn' as const) : null,
    },
  ];
  return lines
    .filter(({ words }) => words !== '')
    .slice(0, Math.max(Math.min(1, rows(panel.h * MOST_NAME)), rows(panel.h * MOST_TITLE)));
}

/** The width of its lines. */
const farWidth = ({ px }: Scene, panel: PanelBox): number => panel.w * 0.94 - NAME_PX.farther * px * 0.4;

/** Where islands are in a panel that is zoomed out: below its title, made lower where they have no room there. */
export function farIslands(painter: Painter, scene: Scene, panel: PanelBox, health: Health): (box: Rect) => Rect {
  const size = NAME_PX.farther * scene.px;
  const lines = farLines(painter, scene, panel, health).length;
  const from = Math.min(HEAD, ...panel.islandBoxes.map(({ y }) => y));
  const to = lines === 0 ? from : Math.max(from, size * (AROUND_LINES + LINE * lines));
  const k = Math.max(0, panel.h - to) / Math.max(1, panel.h - from);
  return (box) => ({ x: panel.x + box.x, w: box.w, y: panel.y + to + (box.y - from) * k, h: box.h * k });
}

function paintFarHead(painter: Painter, scene: Scene, panel: PanelBox, health: Health): void {
  const { colors, px } = scene;
  const size = NAME_PX.farther * px;
  const middle = panel.x + panel.w / 2;
  const most = farWidth(scene, panel);
  const top = panel.y + Math.min(size * 0.3, panel.h * 0.1);
  farLines(painter, scene, panel, health).forEach((line, i) => {
    const y = top + size * (0.9 + LINE * i);
    const mark = line.tone === null ? 0 : size;
    const name = cutMiddle(line.words, most - mark, (some) => painter.width(some, { size, bold: line.bold }));
    const left = middle - (painter.width(name, { size, bold: line.bold }) + mark) / 2;
    if (line.tone !== null) painter.mark(MARKS[line.tone], left, y - size * 0.42, size * 0.8, colors.tones[line.tone]);
    painter.words(name, left + mark, y, { size, fill: colors.ink, bold: line.bold });
  });
}
