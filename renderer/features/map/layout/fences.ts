import type { IsolationPromise, PromiseGroup, PromiseKind, PromiseState } from '../../../../contract';
import { GRAVEST_PROMISE } from '../../../ui/tone';
import { islandsOfVm, type Model } from '../model';
import { type Places, placesOf } from '../promise-subjects';
import type { Layout } from './boxes';
import type { Rect } from './geometry';
import { meets } from './hit';

/** How a promise shows: `fence` and `bridge` lie between what they concern, `mark` at what it is about. */
export type FenceLook = 'fence' | 'bridge' | 'mark';

/** A promise on the map. */
export interface Fence {
  readonly promiseId: string;
  readonly sentence: string;
  readonly state: PromiseState;
  readonly look: FenceLook;
  /** The line between both sides, or the path that breaks it; null: it has one side, or both are at one place. */
  readonly path: string | null;
  /** The box of its sign. When the map is small, the sign is larger than it: it keeps its center. */
  readonly sign: Rect;
}

/** With more promises than this, kept ones are not drawn: the drawer counts them. */
export const MAX_FENCES = 24;
/** The room of a sign. */
export const SIGN = 24;
/** The places of a sign on each part of its line, as shares of it, and then beside their middles, in rooms of a sign: the first free one is taken. */
const ON_LINE = [0.5, 0.35, 0.65, 0.2, 0.8];
const BESIDE_LINE = [1, -1, 2, -2, 3, -3];
/** The height of an island's title. */
const TITLE_H = 38;
/** How many signs fit below one box, beside each other. */
const BESIDE = 8;
/** More boxes of a side than this are not compared: which pair is nearest hardly changes. */
const MOST_BOXES = 40;

const LOOKS: Readonly<Record<PromiseKind, FenceLook>> = {
  never_reach: 'fence',
  direct: 'bridge',
  only_through: 'bridge',
  no_external: 'mark',
  only_outside: 'mark',
  isolated: 'mark',
  one_island: 'mark',
};

/**
 * Where promises are on the map, broken ones first. A promise between two sides is a line between the two places of them that are
 * nearest to each other. One that is about nothing on the map is left out.
 */
export function fencesOf(
  layout: Layout,
  model: Model,
  promises: readonly IsolationPromise[],
  groups: readonly PromiseGroup[],
): Fence[] {
  const drawn = promises.length > MAX_FENCES ? promises.filter(({ state }) => state !== 'kept') : promises;
  const boxes = new Boxes(layout, model);
  const taken = boxes.taken();
  return [...drawn]
    .sort((a, b) => GRAVEST_PROMISE.indexOf(a.state) - GRAVEST_PROMISE.indexOf(b.state))
    .slice(0, MAX_FENCES)
    .flatMap((promise) => {
      const who = boxes.of(placesOf(model, promise.who, groups));
      const to = boxes.of(placesOf(model, promise.to, groups));
      const look = LOOKS[promise.kind];
      const placed = placedOn(look, boxes.alongPath(promise), taken) ?? placedBetween(look, who, to, taken);
      if (placed === null) return [];
      taken.push(placed.sign);
      const { id: promiseId, sentence, state } = promise;
      return [{ promiseId, sentence, state, ...placed }];
    });
}

type Placed = Pick<Fence, 'look' | 'path' | 'sign'>;

function placedBetween(
  look: FenceLook,
  who: readonly Rect[],
  to: readonly Rect[],
  taken: readonly Rect[],
): Placed | null {
  const [first] = who;
  if (first === undefined) return null;
  const pair = look === 'mark' ? null : nearest(who, to);
  if (pair === null || meets(...pair)) return { look, path: null, sign: signBelow(first, taken) };
  return placedOn(look, pair, taken);
}

/** A line from the first box to the last one through those between them; null: they are fewer than two. */
function placedOn(look: FenceLook, stops: readonly Rect[], taken: readonly Rect[]): Placed | null {
  const points = stops.slice(1).flatMap((box, i): [Point, Point][] => {
    const before = stops[i];
    return before === undefined ? [] : [[edgePoint(before, box), edgePoint(box, before)]];
  });
  if (points.length === 0) return null;
  const { sign, tie } = signOn(points, taken);
  const path = [...points, ...tie].map(([a, b]) => `M${round(a.x)} ${round(a.y)}L${round(b.x)} ${round(b.y)}`).join('');
  return { look, path, sign };
}

interface Point {
  readonly x: number;
  readonly y: number;
}
type Segment = readonly [Point, Point];

/** The room for a sign on any part of a line, those in its middle first; else beside it, with a line that ties it to its own. */
function signOn(points: readonly Segment[], taken: readonly Rect[]): { sign: Rect; tie: Segment[] } {
  const isFree = (at: Point): boolean => !taken.some((other) => meets(around(at.x, at.y), other));
  const middle = (points.length - 1) / 2;
  const parts = points
    .map((part, i) => ({ part, off: Math.abs(i - middle) }))
    .sort((a, b) => a.off - b.off)
    .map(({ part }) => part);
  const on = ON_LINE.flatMap((share) => parts.map((part) => along(part, share))).find(isFree);
  if (on !== undefined) return { sign: around(on.x, on.y), tie: [] };
  for (const beside of BESIDE_LINE)
    for (const part of parts) {
      const at = along(part, 0.5, beside);
      if (isFree(at)) return { sign: around(at.x, at.y), tie: [[along(part, 0.5), at]] };
    }
  const at = along(parts[0] ?? [ORIGIN, ORIGIN], 0.5);
  return { sign: around(at.x, at.y), tie: [] };
}

const ORIGIN: Point = { x: 0, y: 0 };

/** The point at a share of a segment, so many rooms of a sign beside it. */
function along([a, b]: Segment, share: number, beside = 0): Point {
  const [dx, dy] = [b.x - a.x, b.y - a.y];
  const length = Math.max(1, Math.hypot(dx, dy));
  return {
    x: a.x + dx * share - (dy / length) * SIGN * beside,
    y: a.y + dy * share + (dx / length) * SIGN * beside,
  };
}

const round = (value: number): number => Math.round(value * 10) / 10;
const around = (x: number, y: number): Rect => ({ x: x - SIGN / 2, y: y - SIGN / 2, w: SIGN, h: SIGN });
const centerOf = ({ x, y, w, h }: Rect): Point => ({ x: x + w / 2, y: y + h / 2 });

/** Astride the lower edge of a box, from its right end on; beside the signs that are there. */
function signBelow(box: Rect, taken: readonly Rect[]): Rect {
  const at = (place: number): Rect => around(box.x + box.w - 16 - place * (SIGN + 4), box.y + box.h);
  for (let place = 0; place < BESIDE; place++)
    if (!taken.some((other) => other.w === SIGN && meets(at(place), other))) return at(place);
  return at(0);
}

function nearest(some: readonly Rect[], others: readonly Rect[]): [Rect, Rect] | null {
  let best: [Rect, Rect] | null = null;
  let least = Infinity;
  for (const a of some.slice(0, MOST_BOXES))
    for (const b of others.slice(0, MOST_BOXES)) {
      const [from, to] = [centerOf(a), centerOf(b)];
      const distance = Math.hypot(from.x - to.x, from.y - to.y);
      if (a !== b && distance < least) [best, least] = [[a, b], distance];
    }
  return best;
}

/** Where the line from the middle of a box to the middle of another leaves it. */
function edgePoint(box: Rect, other: Rect): Point {
  const [from, to] = [centerOf(box), centerOf(other)];
  const [dx, dy] = [to.x - from.x, to.y - from.y];
  const share = Math.min(
    dx === 0 ? Infinity : box.w / 2 / Math.abs(dx),
    dy === 0 ? Infinity : box.h / 2 / Math.abs(dy),
    1,
  );
  return { x: from.x + dx * share, y: from.y + dy * share };
}

/** The boxes of a layout by what they show, in the map's coordinates. */
class Boxes {
  private readonly vms = new Map<string, Rect>();
  private readonly islands = new Map<string, Rect>();
  private readonly networks = new Map<string, Rect[]>();
  private readonly hosts = new Map<string, Rect[]>();

  constructor(
    layout: Layout,
    private readonly model: Model,
  ) {
    for (const panel of layout.panels) {
      const moved = ({ x, y, w, h }: Rect): Rect => ({ x: panel.x + x, y: panel.y + y, w, h });
      if (panel.of.kind === 'host' && panel.of.host !== null) put(this.hosts, panel.of.host.id, panel);
      for (const box of panel.islandBoxes) {
        const { id, networkId, hostId } = box.island;
        this.islands.set(id, moved(box));
        put(this.networks, networkId, moved(box));
        if (panel.of.kind !== 'host' && hostId !== null) put(this.hosts, hostId, moved(box));
        for (const chip of box.chips) this.vms.set(chip.vmId, moved(chip));
      }
      for (const chip of [...panel.lanes, ...panel.alone]) this.vms.set(chip.vmId, moved(chip));
    }
    for (const empty of layout.empty) put(this.networks, empty.networkId, empty);
  }

  /** Where no sign can be: on VMs, and on the titles of islands. */
  taken(): Rect[] {
    return [...this.vms.values(), ...[...this.islands.values()].map((box) => ({ ...box, h: TITLE_H }))];
  }

  /** The VMs on the path that breaks a promise; none where it is kept, or where one is not drawn. */
  alongPath({ state, findings }: IsolationPromise): Rect[] {
    const path = state === 'broken' ? (findings.find((finding) => finding.path.length > 0)?.path ?? []) : [];
    const vms = [path[0]?.fromVmId, ...path.map(({ toVmId }) => toVmId)];
    const boxes = vms.flatMap((id) => this.vms.get(id ?? '') ?? []);
    return boxes.length === vms.length ? boxes : [];
  }

  /** A VM that a collapsed island hides is where its island is. */
  of({ vms, networks, hosts }: Places): Rect[] {
    const ofVm = (id: string): Rect[] => {
      const own = this.vms.get(id);
      if (own !== undefined) return [own];
      return islandsOfVm(this.model, id).flatMap((island) => this.islands.get(island.id) ?? []);
    };
    return [
      ...[...vms].flatMap(ofVm),
      ...[...networks].flatMap((id) => this.networks.get(id) ?? []),
      ...[...hosts].flatMap((id) => this.hosts.get(id) ?? []),
    ];
  }
}

function put(map: Map<string, Rect[]>, key: string, box: Rect): void {
  const known = map.get(key);
  if (known === undefined) map.set(key, [box]);
  else known.push(box);
}
