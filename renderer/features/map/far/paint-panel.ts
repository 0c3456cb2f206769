import { MARKS } from '../../../ui/marks';
import { hostFeel } from '../../../ui/tone';
import type { PanelBox } from '../layout/boxes';
import { panelWords } from '../sea/panel-words';
import { text } from '../text';
import type { Health } from './health';
import type { Pen } from './pen';
import type { Scene } from './scene';

/** Words of a panel keep this size on the screen while there is room. */
const NAME_PX = { near: 13, far: 12, farther: 11.5 };

/** The water of a panel. */
export function paintWater(pen: Pen, { colours, px, picked }: Scene, panel: PanelBox): void {
  const isPicked = panel.of.kind === 'host' && picked?.kind === 'host' && picked.id === panel.of.host?.id;
  const isNone = panel.of.kind === 'host' && panel.of.host === null;
  pen.box(panel, 14, {
    ...(isNone ? {} : { fill: colours.sea }),
    stroke: isPicked ? colours.brand : colours.line,
    line: isPicked ? 3 * px : Math.max(1, px),
    ...(isNone ? { dash: [6 * px, 4 * px] } : {}),
  });
}

/** What a panel is called; farther out also how its VMs are. */
export function paintHead(pen: Pen, scene: Scene, panel: PanelBox, health: Health): void {
  const { colours, model, level, px } = scene;
  if (level === 'farther') return paintFarHead(pen, scene, panel, health);
  const { name, about } = panelWords(model, panel);
  const size = level === 'near' ? NAME_PX.near : Math.min(NAME_PX.far * px, 26);
  const y = panel.y + 20;
  let x = panel.x + 14;
  const tone = toneOf(scene, panel);
  if (tone !== null) {
    pen.mark(MARKS[tone], x, y - size * 0.4, size * 0.8, colours.tones[tone]);
    x += size * 1.2;
  }
  pen.words(name, x, y, { size, fill: colours.ink, bold: true, most: panel.w - 40 });
  if (level === 'near')
    pen.words(about, x + size * 0.62 * name.length + 14, y, {
      size: 12,
      fill: colours.soft,
      most: panel.x + panel.w - x - size * 0.62 * name.length - 24,
    });
}

function toneOf({ model }: Scene, panel: PanelBox) {
  if (panel.of.kind !== 'host' || panel.of.host === null) return null;
  return hostFeel(model.hosts.get(panel.of.host.id)?.state ?? panel.of.host.state).tone;
}

/** So far out a panel says its name, its VMs and what is wrong, one beneath the other, as far as there is room on the screen. */
function paintFarHead(pen: Pen, scene: Scene, panel: PanelBox, health: Health): void {
  const { colours, model, px } = scene;
  const size = Math.min(NAME_PX.farther * px, panel.w / 5, panel.h / 5);
  const middle = panel.x + panel.w / 2;
  const lines = [
    { words: panelWords(model, panel).name, bold: true, tone: toneOf(scene, panel) },
    { words: `${health.up} of ${health.vms} up`, bold: false, tone: health.wrong > 0 ? ('warn' as const) : null },
    ...(health.seal === 'bad' ? [{ words: text.notIsolated, bold: true, tone: 'bad' as const }] : []),
  ];
  const plate = {
    x: panel.x + panel.w * 0.03,
    y: panel.y + size * 0.3,
    w: panel.w * 0.94,
    h: size * (1.35 * lines.length + 0.4),
  };
  pen.box(plate, size * 0.4, { fill: colours.sea, alpha: 0.86 });
  lines.forEach((line, i) => {
    const y = plate.y + size * (0.9 + 1.35 * i);
    const shift = line.tone === null ? 0 : size * 0.6;
    const most = plate.w - 2 * shift - size * 0.4;
    pen.words(line.words, middle + shift, y, { size, fill: colours.ink, bold: line.bold, align: 'center', most });
    if (line.tone === null) return;
    const half = Math.min(most, line.words.length * size * 0.58) / 2;
    pen.mark(
      MARKS[line.tone],
      middle + shift - half - size * 1.15,
      y - size * 0.42,
      size * 0.8,
      colours.tones[line.tone],
    );
  });
}
