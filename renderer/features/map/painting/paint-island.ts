import { MARKS, sealMark } from '../../../ui/marks';
import type { Look } from '../../../ui/palette';
import type { IslandBox } from '../layout/boxes';
import type { Rect } from '../layout/geometry';
import { headText } from '../layout/head-text';
import { isJoined } from '../model';
import { sealOf } from '../seal-text';
import { text } from '../text';
import type { Health } from './health';
import type { Painter } from './painter';
import { DIM, type Scene } from './scene';
import { inkOfShade, shadeOf } from './shades';

const CORNER = 24;
/** The size of an island's name on the screen, zoomed out. */
const FAR_PX = 11.5;
/** The halo around an island, as in the style sheet. */
const HALOS = 4;
const HALO = 0.11;

/** An island: with its header when near, with name and summary when far, as a plain area when farther. */
export function paintIsland(
  painter: Painter,
  scene: Scene,
  islandBox: IslandBox,
  box: Rect,
  health: Health,
  byHost: boolean,
): void {
  const { colors, looks, selected, level, px } = scene;
  const { island } = islandBox;
  const color = colors.networks[looks.get(island.networkId)?.color ?? 'gray'];
  const alpha = isDim(scene, island.id) ? DIM : 1;
  const isSelected = selected?.kind === 'network' && selected.id === island.networkId;
  if (level === 'farther') {
    // Too small for a border. Color is for what needs attention; in order is neutral.
    const ink = inkOfShade(colors, shadeOf(scene, islandBox, health));
    painter.box(box, CORNER, { fill: ink.fill, alpha: alpha * ink.alpha });
    return;
  }
  painter.box({ x: box.x - HALOS, y: box.y - HALOS, w: box.w + 2 * HALOS, h: box.h + 2 * HALOS }, CORNER + HALOS, {
    fill: color.line,
    alpha: alpha * HALO,
  });
  painter.box(box, CORNER, {
    fill: color.islandFill,
    stroke: color.line,
    line: isSelected ? 3 * px : Math.max(1.5, px),
    ...(island.another && !isJoined(island) ? { dash: [5 * Math.max(1, px), 4 * Math.max(1, px)] } : {}),
    alpha,
  });
  if (level === 'far' && scene.lens !== 'state') {
    const ink = inkOfShade(colors, shadeOf(scene, islandBox, health));
    // Lighter than without names.
    painter.box(box, CORNER, { fill: ink.fill, alpha: alpha * ink.alpha * 0.7 });
  }
  if (level === 'near') paintHead(painter, scene, islandBox, box, alpha, byHost);
  if (level === 'far') paintCounts(painter, scene, islandBox, box, health, alpha);
}

const isDim = ({ highlight }: Scene, islandId: string): boolean =>
  highlight !== null && !highlight.islands.has(islandId);

const inkOf = (scene: Scene, islandId: string): string =>
  isDim(scene, islandId) ? scene.colors.dim : scene.colors.ink;

const softOf = (scene: Scene, islandId: string, fill = scene.colors.soft): string =>
  isDim(scene, islandId) ? scene.colors.dim : fill;

/** A network's color and pattern, like the UI's swatch. */
export function paintSwatch(
  painter: Painter,
  { colors }: Scene,
  look: Look | undefined,
  box: Rect,
  alpha: number,
): void {
  const { x, y, w, h } = box;
  painter.box(box, w * 0.27, { fill: colors.networks[look?.color ?? 'gray'].line, alpha });
  const stripe = { stroke: colors.panel, line: w * 0.18, alpha };
  switch (look?.pattern ?? 'solid') {
    case 'solid':
      return;
    case 'stripes':
      painter.path(
        `M${x} ${y + h * 0.55}L${x + w * 0.55} ${y}M${x + w * 0.45} ${y + h}L${x + w} ${y + h * 0.45}`,
        stripe,
      );
      return;
    case 'bars':
      painter.path(`M${x + w * 0.33} ${y}v${h}M${x + w * 0.7} ${y}v${h}`, stripe);
      return;
    case 'dots':
      for (const [dx, dy] of [
        [0.28, 0.28],
        [0.72, 0.28],
        [0.28, 0.72],
        [0.72, 0.72],
      ] as const)
        painter.box({ x: x + w * (dx - 0.12), y: y + h * (dy - 0.12), w: w * 0.24, h: h * 0.24 }, w, {
          fill: colors.panel,
          alpha,
        });
  }
}

function paintHead(
  painter: Painter,
  scene: Scene,
  islandBox: IslandBox,
  box: Rect,
  alpha: number,
  byHost: boolean,
): void {
  const { model, colors, looks, now } = scene;
  const network = model.networks.get(islandBox.island.networkId);
  const island = model.islands.get(islandBox.island.id) ?? islandBox.island;
  const name = network?.name ?? '';
  const y = box.y + 19;
  paintSwatch(painter, scene, looks.get(island.networkId), { x: box.x + 14, y: y - 5.5, w: 11, h: 11 }, alpha);
  painter.words(name, box.x + 33, y, { size: 12.5, fill: inkOf(scene, island.id), bold: true, most: 150 });
  const after = box.x + 43 + Math.min(painter.width(name, { size: 12.5, bold: true }), 150);
  let right = box.x + box.w - 14;
  if (network?.isIsolated === true && island.hostId !== null) {
    const feel = sealOf(island, scene.repaired, now);
    const { words } = feel;
    const fill = softOf(scene, island.id, colors.tones[feel.tone]);
    painter.words(words, right, y, { size: 11, fill, bold: true, align: 'right' });
    right -= painter.width(words, { size: 11, bold: true }) + 14;
    painter.mark(sealMark(feel.tone, feel.isPartial), right, y - 5, 9, colors.tones[feel.tone], alpha);
  }
  const words = headText(model, island, islandBox.more !== null, byHost);
  painter.words(words, after, y, { size: 11.5, fill: softOf(scene, island.id), most: right - after - 8 });
  if (islandBox.note !== null && island.note !== null)
    paintNote(painter, inkOf(scene, island.id), island.note, at(islandBox, islandBox.note, box));
  if (islandBox.more === null) return;
  const { more } = islandBox;
  const there = at(islandBox, more, box);
  const up = more.vmIds.filter((id) => model.vms.get(id)?.state === 'up').length;
  painter.box(there, 7, { stroke: colors.soft, dash: [4, 3], alpha });
  painter.words(text.more(more.vmIds.length, up), there.x + there.w / 2, there.y + there.h / 2, {
    size: 13,
    fill: softOf(scene, island.id),
    align: 'center',
  });
}

/** The content of an island, relative to the island. */
const at = (islandBox: IslandBox, part: Rect, box: Rect): Rect => ({
  ...part,
  x: box.x - islandBox.x + part.x,
  y: box.y - islandBox.y + part.y,
});

function paintNote(painter: Painter, fill: string, note: string, box: Rect): void {
  painter.words(note.replace(/\s+/g, ' '), box.x + 10, box.y + 8, {
    size: 11.5,
    fill,
    italic: true,
    most: box.w - 12,
  });
}

/** The height of a line of text, as a share of its size. */
const LINE = 1.35;
/** A name needs room for a few letters. */
const LEAST_LETTERS = 3;

/** Name and counts at a constant size on the screen: what has no room for it is left out, counts first. */
function paintCounts(
  painter: Painter,
  scene: Scene,
  islandBox: IslandBox,
  box: Rect,
  health: Health,
  alpha: number,
): void {
  const { model, colors, looks, px } = scene;
  const size = FAR_PX * px;
  const pad = Math.min(size * 0.6, 22);
  const first = pad * 0.5 + size * 0.7;
  // The lower edge of a second line is within the island.
  const hasSummary = box.h >= first + size * LINE + size * 0.7;
  const top = box.y + (hasSummary ? first : box.h / 2);
  const mark = { y: top - size * 0.4, size: size * 0.8 };
  const room = box.w - 2 * pad - size * (health.seal === null ? 1.2 : 2.4);
  paintSwatch(
    painter,
    scene,
    looks.get(islandBox.island.networkId),
    { x: box.x + pad, y: mark.y, w: mark.size, h: mark.size },
    alpha,
  );
  if (health.seal !== null)
    painter.mark(
      sealMark(health.seal, health.isPartial),
      box.x + box.w - pad - mark.size,
      mark.y,
      mark.size,
      colors.tones[health.seal],
      alpha,
    );
  if (box.h < size * (LINE - 0.2) || room < LEAST_LETTERS * size * 0.6) return;
  const ink = inkOf(scene, islandBox.island.id);
  painter.words(model.networks.get(islandBox.island.networkId)?.name ?? '', box.x + pad + size * 1.2, top, {
    size,
    fill: ink,
    bold: true,
    most: room,
  });
  if (!hasSummary) return;
  const words = text.upOf(health.up, health.vms);
  const y = top + size * LINE;
  painter.words(words, box.x + pad, y, { size, fill: softOf(scene, islandBox.island.id), most: box.w - 2 * pad });
  paintDots(
    painter,
    scene,
    { x: box.x + pad, y: y + size, w: box.w - 2 * pad, h: box.y + box.h - y - size - pad * 0.5 },
    health,
    size,
    alpha,
  );
  if (health.wrong === 0) return;
  const x = box.x + pad + painter.width(words, { size }) + size * 0.4;
  painter.mark(MARKS.warn, x, y - size * 0.42, size * 0.8, colors.tones.warn, alpha);
  painter.words(String(health.wrong), x + size, y, { size, fill: ink, most: box.x + box.w - x - size - pad });
}

/** As many dots as can be distinguished at a glance. */
const MOST_DOTS = 40;

/** A dot for each VM, by its state, where the island has room for all of them below its summary. */
function paintDots(
  painter: Painter,
  { colors }: Scene,
  room: Rect,
  { tones }: Health,
  size: number,
  alpha: number,
): void {
  const step = size * 1.05;
  const columns = Math.floor(room.w / step);
  const rows = Math.floor(room.h / step);
  if (tones.length === 0 || tones.length > Math.min(MOST_DOTS, columns * rows)) return;
  tones.forEach((tone, index) => {
    const x = room.x + (index % columns) * step;
    const y = room.y + Math.floor(index / columns) * step;
    painter.mark(MARKS[tone], x, y, size * 0.72, colors.tones[tone], alpha);
  });
}
