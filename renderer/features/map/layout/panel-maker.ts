import { type Model, vmsOn } from '../model';
import type { Flow, Group, LayoutOptions, PanelBox } from './boxes';
import type { Rect } from './geometry';
import { keptPanel, type Room } from './kept-panel';
import { type PanelNeed, layoutPanel, panelNeed } from './panel-box';
import type { Place } from './plan';

/** How many changes of a panel, or of the map, can be taken back. */
export const MOST_PAST = 8;

/** What a panel's layout is made of. */
interface Content {
  readonly group: Group;
  readonly names: string;
  readonly opened: ReadonlySet<string>;
}

interface Made extends Content {
  readonly need: PanelNeed;
  /** What it looked like before, the last time with the same content if there was one; null: it is new. */
  readonly base: PanelBox | null;
  /** Where it is on the map; null: not placed yet. */
  box: PanelBox | null;
}

/** Lays out panels and caches them: an unchanged panel keeps its identity, so it does not re-render. */
export class PanelMaker {
  private made = new Map<string, Made>();
  private before = new Map<string, Made>();
  /** Panels as they were before their last changes. */
  private readonly past = new Map<string, Made[]>();
  /** Panels of before a reload, of which only the places are known. */
  private readonly saved: ReadonlyMap<string, PanelBox>;

  constructor(saved: readonly PanelBox[] = []) {
    this.saved = new Map(saved.map((panel) => [panel.key, panel]));
  }

  needs(model: Model, groups: readonly Group[], options: LayoutOptions): PanelNeed[] {
    const next = new Map<string, Made>();
    for (const group of groups) {
      const old = this.made.get(group.key);
      const content = { group, names: namesOn(model, group), opened: options.opened };
      const isSame = old !== undefined && sameGroup(old.group, group) && old.names === content.names;
      if (isSame && sameOpened(group, old.opened, options.opened)) {
        next.set(group.key, old);
        continue;
      }
      const base = this.back(old, content) ?? old;
      const box = base === undefined ? (this.saved.get(group.key) ?? null) : base.box;
      const roots = new Set(box?.blocks.flatMap(({ islandIds }) => islandIds[0] ?? []));
      const islands = (base?.need.blocks ?? []).flatMap((block) => block.layers.flat());
      const before = new Map(islands.map((island) => [island.island.id, island]));
      const need = panelNeed(model, group, { ...options, roots, before });
      next.set(group.key, { ...content, need, base: box, box: null });
    }
    this.before = this.made;
    this.made = next;
    return [...next.values()].map((one) => one.need);
  }

  /** The panel of a new plan, at its planned width, or its minimum if that is larger by now. */
  fresh(model: Model, { key, w: planned, flow }: Pick<Place, 'key' | 'w' | 'flow'>): PanelBox {
    const made = this.of(key);
    return layoutPanel(model, made.need, flow, Math.max(planned, made.need.least[flow]));
  }

  /** The panel after a change, where it was; null: it is new. */
  kept(model: Model, key: string, room: (old: Rect) => Room): PanelBox | null {
    const made = this.of(key);
    if (made.box !== null) return made.box;
    const before = this.before.get(key);
    const old = before === undefined ? this.saved.get(key) : before.box;
    if (old === undefined || old === null) return null;
    const byUser = before !== undefined && signatureOf(before) === signatureOf(made);
    const box = keptPanel(model, made.need, made.base ?? old, room(old), byUser);
    made.box = { ...box, x: old.x, y: old.y };
    return made.box;
  }

  /** Keeps the position of a panel. */
  place(panel: PanelBox, x: number, y: number, w = panel.w, h = panel.h): PanelBox {
    const made = this.of(panel.key);
    const old = made.box;
    const isSame =
      old !== null &&
      old.islandBoxes === panel.islandBoxes &&
      old.of === panel.of &&
      old.x === x &&
      old.y === y &&
      old.w === w &&
      old.h === h;
    made.box = isSame ? old : { ...panel, x, y, w, h };
    return made.box;
  }

  flowOf(key: string): Flow {
    const { least } = this.of(key).need;
    return least.across < least.down ? 'across' : 'down';
  }

  /** The panel as it was the last time that it had the same content: what is undone or collapsed returns to its place. */
  private back(before: Made | undefined, content: Content): Made | null {
    if (before === undefined) return null;
    const { key } = content.group;
    const list = this.past.get(key) ?? [];
    const found = list.find(
      (one) => signatureOf(one) === signatureOf(content) && sameOpened(content.group, one.opened, content.opened),
    );
    this.past.set(key, [...list.filter((one) => one !== found && one !== before), before].slice(-MOST_PAST));
    return found ?? null;
  }

  /** All that decides about the layout of all panels. */
  signature(): string {
    return [...this.made]
      .map(([key, one]) => `${key} ${signatureOf(one)} ${one.group.islands.map(({ id }) => one.opened.has(id)).join()}`)
      .join('\n');
  }

  private of(key: string): Made {
    const made = this.made.get(key);
    if (made === undefined) throw new Error(`there is no panel ${key}`);
    return made;
  }
}

/** All that decides about the size of a panel's content, but for the islands that are expanded. */
const signatureOf = ({ names, group }: Content): string =>
  [names, ...group.islands.map(({ id, note }) => `${id} ${note ?? ''}`), ...group.alone].join('\n');

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
