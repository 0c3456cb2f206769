import { type Model, vmsOn } from '../model';
import type { Flow, Group, LayoutOptions, PanelBox } from './boxes';
import { type PanelNeed, layoutPanel, panelNeed } from './panel-box';
import type { Place } from './plan';

interface Made {
  readonly group: Group;
  readonly names: string;
  readonly opened: ReadonlySet<string>;
  readonly need: PanelNeed;
  flow: Flow | null;
  box: PanelBox | null;
  inLanes: PanelBox | null;
}

/** Lays out panels and caches them: an unchanged panel keeps its identity, so it does not re-render. */
export class PanelMaker {
  private made = new Map<string, Made>();

  needs(model: Model, groups: readonly Group[], options: LayoutOptions): PanelNeed[] {
    const next = new Map<string, Made>();
    for (const group of groups) {
      const old = this.made.get(group.key);
      const names = namesOn(model, group);
      const isSame = old !== undefined && sameGroup(old.group, group) && old.names === names;
      next.set(
        group.key,
        isSame && sameOpened(group, old.opened, options.opened)
          ? old
          : {
              group,
              names,
              opened: options.opened,
              need: panelNeed(model, group, options),
              flow: null,
              box: null,
              inLanes: null,
            },
      );
    }
    this.made = next;
    return [...next.values()].map((one) => one.need);
  }

  /** The panel at its planned width, or its minimum if that is larger by now. */
  at(model: Model, { key, w: planned, flow }: Place): PanelBox {
    const made = this.made.get(key);
    if (made === undefined) throw new Error(`there is no panel ${key}`);
    const w = Math.max(planned, made.need.least[flow]);
    if (made.box === null || made.flow !== flow || Math.abs(made.box.w - w) > 0.01) {
      made.box = layoutPanel(model, made.need, flow, w);
      made.flow = flow;
    }
    return made.box;
  }

  inLanes(panel: PanelBox, x: number, y: number, h: number): PanelBox {
    const made = this.made.get(panel.key);
    const old = made?.inLanes ?? null;
    if (old?.islandBoxes === panel.islandBoxes && old.x === x && old.y === y && old.h === h && old.of === panel.of)
      return old;
    const inLanes = { ...panel, x, y, h };
    if (made !== undefined) made.inLanes = inLanes;
    return inLanes;
  }
}

/** The input of chip widths. */
const namesOn = (model: Model, group: Group): string =>
  [...group.islands.flatMap(vmsOn), ...group.alone]
    .map(
      (id) => `${model.vms.get(id)?.name ?? ''}/${model.islandsOf.get(id)?.length ?? 0}/${model.onlyGateways.has(id)}`,
    )
    .concat(group.islands.map((island) => model.networks.get(island.networkId)?.name ?? ''))
    .join('\n');

/** Compares cached data by identity: unchanged objects are shared. */
const sameGroup = (a: Group, b: Group): boolean =>
  sameList(a.islands, b.islands) && sameList(a.alone, b.alone) && sameOf(a.of, b.of);

function sameOf(a: Group['of'], b: Group['of']): boolean {
  if (a.kind === 'host' && b.kind === 'host') return a.host === b.host;
  if (a.kind === 'network' && b.kind === 'network') return a.network === b.network;
  return a.kind === b.kind;
}

const sameList = (a: readonly unknown[], b: readonly unknown[]): boolean =>
  a.length === b.length && a.every((item, index) => item === b[index]);

const sameOpened = (group: Group, a: ReadonlySet<string>, b: ReadonlySet<string>): boolean =>
  a === b || group.islands.every((island) => a.has(island.id) === b.has(island.id));
