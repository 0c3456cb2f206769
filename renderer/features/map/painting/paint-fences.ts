import type { PromiseState } from '../../../../contract';
import type { Fence } from '../layout/fences';
import { FENCE_SIGNS, SIGN_LINE } from './fence-signs';
import type { Painter, ShapeStyle } from './painter';
import type { Scene } from './scene';

/** The diameter of a sign, and of what is in it: as in the style sheet. */
const SIGN_SIZE = 20;
const PICTURE_SIZE = 13;

type Inked = Pick<Scene, 'colors'>;

/** Promises as the map shows them near: lines first, so that none crosses a sign. */
export function paintFences(painter: Painter, scene: Pick<Scene, 'fences' | 'colors'>): void {
  for (const fence of scene.fences) if (fence.path !== null) painter.path(fence.path, lineStyle(fence, scene));
  for (const fence of scene.fences) paintSign(painter, fence, scene);
}

function lineStyle({ look, state }: Fence, { colors }: Inked): ShapeStyle {
  if (state === 'broken') return { stroke: colors.tones.bad, line: 2.4 };
  const dash = look === 'fence' ? { dash: [1.5, 4] } : {};
  if (state === 'kept') return { stroke: colors.soft, line: 1.2, alpha: 0.45, ...dash };
  return { stroke: colors.tones.warn, line: 1.2, alpha: 0.8, ...dash };
}

function paintSign(painter: Painter, { look, state, sign }: Fence, { colors }: Inked): void {
  const [x, y] = [sign.x + sign.w / 2, sign.y + sign.h / 2];
  const disc = { x: x - SIGN_SIZE / 2, y: y - SIGN_SIZE / 2, w: SIGN_SIZE, h: SIGN_SIZE };
  painter.box(disc, SIGN_SIZE / 2, discStyle(state, colors));
  const parts = [{ d: FENCE_SIGNS[look], line: SIGN_LINE }];
  const color = state === 'broken' ? colors.panel : state === 'kept' ? colors.soft : colors.tones.warn;
  painter.mark(parts, x - PICTURE_SIZE / 2, y - PICTURE_SIZE / 2, PICTURE_SIZE, color);
}

function discStyle(state: PromiseState, colors: Scene['colors']): ShapeStyle {
  if (state === 'broken') return { fill: colors.tones.bad, stroke: colors.tones.bad };
  if (state === 'kept') return { fill: colors.panel, stroke: colors.line };
  return { fill: colors.panel, stroke: colors.tones.warn, dash: [3, 2] };
}
