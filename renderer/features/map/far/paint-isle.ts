import { MARKS, SEAL_MARKS } from '../../../ui/marks';
import type { Look } from '../../../ui/palette';
import type { IsleBox } from '../layout/boxes';
import type { Rect } from '../layout/geometry';
import { headWords } from '../layout/head-words';
import { sealOf } from '../seal-words';
import { text } from '../text';
import type { Health } from './health';
import type { Pen } from './pen';
import { DIM, type Scene } from './scene';

const CORNER = 24;
/** The halo around an island, as in the style sheet. */
const SHALLOWS = 4;
const SHALLOW = 0.11;

/** An island: with its header when near, with name and summary when far, as a plain area when farther. */
export function paintIsle(pen: Pen, scene: Scene, isle: IsleBox, box: Rect, health: Health, byHost: boolean): void {
  const { colours, looks, picked, level, px } = scene;
  const { island } = isle;
  const colour = colours.networks[looks.get(island.networkId)?.colour ?? 'grey'];
  const alpha = isDim(scene, island.id) ? DIM : 1;
  const isPicked = picked?.kind === 'network' && picked.id === island.networkId;
  if (level === 'farther') {
    // Too small for a border.
    pen.box(box, CORNER, { fill: colour.line, alpha: alpha * (island.another ? 0.35 : 0.6) });
    return;
  }
  pen.box(
    { x: box.x - SHALLOWS, y: box.y - SHALLOWS, w: box.w + 2 * SHALLOWS, h: box.h + 2 * SHALLOWS },
    CORNER + SHALLOWS,
    { fill: colour.line, alpha: alpha * SHALLOW },
  );
  pen.box(box, CORNER, {
    fill: colour.land,
    stroke: colour.line,
    line: isPicked ? 3 * px : Math.max(1.5, px),
    ...(island.another ? { dash: [5 * Math.max(1, px), 4 * Math.max(1, px)] } : {}),
    alpha,
  });
  if (level === 'near') paintHead(pen, scene, isle, box, alpha, byHost);
  if (level === 'far') paintCounts(pen, scene, isle, box, health, alpha);
}

const isDim = ({ lit }: Scene, islandId: string): boolean => lit !== null && !lit.islands.has(islandId);

const inkOf = (scene: Scene, islandId: string): string =>
  isDim(scene, islandId) ? scene.colours.dim : scene.colours.ink;

const softOf = (scene: Scene, islandId: string, fill = scene.colours.soft): string =>
  isDim(scene, islandId) ? scene.colours.dim : fill;

/** A network's color and pattern, like the UI's swatch. */
export function paintSwatch(pen: Pen, { colours }: Scene, look: Look | undefined, box: Rect, alpha: number): void {
  const { x, y, w, h } = box;
  pen.box(box, w * 0.27, { fill: colours.networks[look?.colour ?? 'grey'].line, alpha });
  const stripe = { stroke: colours.panel, line: w * 0.18, alpha };
  switch (look?.pattern ?? 'solid') {
    case 'solid':
      return;
    case 'stripes':
      pen.path(`M${x} ${y + h * 0.55}L${x + w * 0.55} ${y}M${x + w * 0.45} ${y + h}L${x + w} ${y + h * 0.45}`, stripe);
      return;
    case 'bars':
      pen.path(`M${x + w * 0.33} ${y}v${h}M${x + w * 0.7} ${y}v${h}`, stripe);
      return;
    case 'dots':
      for (const [dx, dy] of [
        [0.28, 0.28],
        [0.72, 0.28],
        [0.28, 0.72],
        [0.72, 0.72],
      ] as const)
        pen.box({ x: x + w * (dx - 0.12), y: y + h * (dy - 0.12), w: w * 0.24, h: h * 0.24 }, w, {
          fill: colours.panel,
          alpha,
        });
  }
}

function paintHead(pen: Pen, scene: Scene, isle: IsleBox, box: Rect, alpha: number, byHost: boolean): void {
  const { model, colours, looks, now } = scene;
  const network = model.networks.get(isle.island.networkId);
  const island = model.islands.get(isle.island.id) ?? isle.island;
  const name = network?.name ?? '';
  const y = box.y + 19;
  paintSwatch(pen, scene, looks.get(island.networkId), { x: box.x + 14, y: y - 5.5, w: 11, h: 11 }, alpha);
  pen.words(name, box.x + 33, y, { size: 12.5, fill: inkOf(scene, island.id), bold: true, most: 150 });
  const after = box.x + 43 + Math.min(pen.width(name, { size: 12.5, bold: true }), 150);
  let right = box.x + box.w - 14;
  if (network?.isIsolated === true && island.hostId !== null) {
    const feel = sealOf(island, scene.repaired, now);
    const { words } = feel;
    const fill = softOf(scene, island.id, colours.tones[feel.tone]);
    pen.words(words, right, y, { size: 11, fill, bold: true, align: 'right' });
    right -= pen.width(words, { size: 11, bold: true }) + 14;
    pen.mark(SEAL_MARKS[feel.tone], right, y - 5, 9, colours.tones[feel.tone], alpha);
  }
  const words = headWords(model, island, isle.more !== null, byHost);
  pen.words(words, after, y, { size: 11.5, fill: softOf(scene, island.id), most: right - after - 8 });
  if (isle.note !== null && island.note !== null)
    paintNote(pen, inkOf(scene, island.id), island.note, at(isle, isle.note, box));
  if (isle.more === null) return;
  const { more } = isle;
  const there = at(isle, more, box);
  const up = more.vmIds.filter((id) => model.vms.get(id)?.state === 'up').length;
  pen.box(there, 7, { stroke: colours.soft, dash: [4, 3], alpha });
  pen.words(text.more(more.vmIds.length, up), there.x + there.w / 2, there.y + there.h / 2, {
    size: 13,
    fill: softOf(scene, island.id),
    align: 'center',
  });
}

/** The content of an island, relative to the island. */
const at = (isle: IsleBox, part: Rect, box: Rect): Rect => ({
  ...part,
  x: box.x - isle.x + part.x,
  y: box.y - isle.y + part.y,
});

function paintNote(pen: Pen, fill: string, note: string, box: Rect): void {
  pen.words(note.replace(/\s+/g, ' '), box.x + 10, box.y + 8, {
    size: 11.5,
    fill,
    italic: true,
    most: box.w - 12,
  });
}

/** Name and counts, at a constant screen size as far as the island has room. */
function paintCounts(pen: Pen, scene: Scene, isle: IsleBox, box: Rect, health: Health, alpha: number): void {
  const { model, colours, looks, px } = scene;
  const size = Math.min(12 * px, box.h / 3.4);
  const pad = Math.min(size, 22);
  const top = box.y + pad * 0.5 + size * 0.7;
  const name = model.networks.get(isle.island.networkId)?.name ?? '';
  paintSwatch(
    pen,
    scene,
    looks.get(isle.island.networkId),
    { x: box.x + pad, y: top - size * 0.4, w: size * 0.8, h: size * 0.8 },
    alpha,
  );
  pen.words(name, box.x + pad + size * 1.2, top, {
    size,
    fill: inkOf(scene, isle.island.id),
    bold: true,
    most: box.w - 2 * pad - size * (health.seal === null ? 1.2 : 2.4),
  });
  if (health.seal !== null)
    pen.mark(
      SEAL_MARKS[health.seal],
      box.x + box.w - pad - size * 0.8,
      top - size * 0.4,
      size * 0.8,
      colours.tones[health.seal],
      alpha,
    );
  const words = text.upOf(health.up, health.vms);
  const y = top + size * 1.35;
  pen.words(words, box.x + pad, y, { size, fill: softOf(scene, isle.island.id), most: box.w - 2 * pad });
  if (health.wrong === 0) return;
  const x = box.x + pad + pen.width(words, { size }) + size * 0.4;
  pen.mark(MARKS.warn, x, y - size * 0.42, size * 0.8, colours.tones.warn, alpha);
  pen.words(String(health.wrong), x + size, y, {
    size,
    fill: inkOf(scene, isle.island.id),
    most: box.x + box.w - x - size - pad,
  });
}
