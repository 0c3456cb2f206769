import { shortUnit } from '../../../ui/language';
import { ageWords } from '../../../ui/time';
import type { IslandBox, PanelBox } from '../layout/boxes';
import { oldestCheck, type Shade, shadeOfAccess, shadeOfAge, shadeOfChange } from '../lens';
import { text } from '../text';
import type { Colors } from './colors';
import { type Health, type HealthBook, stateTone } from './health';
import type { Scene } from './scene';

/** What the lens says of an island. */
export function shadeOf(scene: Scene, islandBox: IslandBox, health: Health): Shade {
  const { model, now, changed } = scene;
  switch (scene.lens) {
    case 'state': {
      const tone = stateTone(health);
      return tone === 'ok' || tone === 'busy' ? 'fine' : tone;
    }
    case 'age':
      return shadeOfAge(model, islandBox, now);
    case 'access':
      return shadeOfAccess(model, islandBox);
    case 'changed':
      return shadeOfChange(model, islandBox, changed);
  }
}

/** A shade as a color; what is in order hardly shows. */
export function inkOfShade({ soft, brand, tones }: Colors, shade: Shade): { fill: string; alpha: number } {
  switch (shade) {
    case 'fine':
      return { fill: soft, alpha: 0.22 };
    case 'soon':
      return { fill: brand, alpha: 0.35 };
    case 'late':
      return { fill: brand, alpha: 0.8 };
    case 'off':
      return { fill: tones.off, alpha: 0.45 };
    case 'warn':
    case 'bad':
    case 'unknown':
      return { fill: tones[shade], alpha: 0.75 };
  }
}

/** What the lens says of all islands of a panel, in words; longer ones first. */
export function panelLensWords(scene: Scene, panel: PanelBox, { up, vms }: Health): readonly string[] {
  const { model, now, changed } = scene;
  const count = (shade: (islandBox: IslandBox) => Shade): number =>
    panel.islandBoxes.filter((islandBox) => shade(islandBox) !== 'fine').length;
  switch (scene.lens) {
    case 'state':
      return [text.upOf(up, vms), `${up}/${vms}`];
    case 'age': {
      const oldest = oldestCheck(model, panel.islandBoxes);
      if (oldest === null) return [text.regular];
      if (oldest === 0) return [text.neverChecked, text.never];
      const age = ageWords(new Date(oldest).toISOString(), now);
      return [text.oldestCheck(age), age, shortAge(now - oldest)];
    }
    case 'access': {
      const n = count((islandBox) => shadeOfAccess(model, islandBox));
      return n === 0 ? [text.noAccess] : [text.withAccess(n), String(n)];
    }
    case 'changed': {
      const n = count((islandBox) => shadeOfChange(model, islandBox, changed));
      return [text.changedIslands(n), String(n)];
    }
  }
}

const SECOND_MS = 1000;
const UNITS = [
  ['day', 86_400],
  ['hour', 3600],
  ['minute', 60],
  ['second', 1],
] as const;

/** An age in few letters: 3h. */
function shortAge(ms: number): string {
  const seconds = Math.max(0, Math.round(ms / SECOND_MS));
  const [unit, size] = UNITS.find(([, least]) => seconds >= least) ?? ['second', 1];
  return shortUnit(Math.floor(seconds / size), unit);
}

/** The shades of all islands, for a legend of what is there. */
export function shadesOf(scene: Scene, health: HealthBook): ReadonlySet<Shade> {
  return new Set(
    scene.layout.panels.flatMap((panel) =>
      panel.islandBoxes.map((islandBox) => shadeOf(scene, islandBox, health.ofIsland(islandBox))),
    ),
  );
}
