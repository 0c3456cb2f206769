import { describe, expect, it } from 'vitest';
import type { IsolationPromise, PromiseKind, PromiseState, Subject } from '../../../../contract';
import { sceneOf } from '../../../../test/support/map-scene';
import { modelOf } from '../model';
import type { LayoutOptions } from './boxes';
import { fencesOf, MAX_FENCES, SIGN } from './fences';
import { meets } from './hit';
import { LayoutMaker } from './layout';

const OPTIONS: LayoutOptions = { grouping: 'host', rank: () => 0, opened: new Set() };
const scene = (grouping: LayoutOptions['grouping'], ...lines: string[]) => {
  const model = modelOf(sceneOf(...lines));
  return { model, layout: new LayoutMaker().make(model, { ...OPTIONS, grouping }, 1.3) };
};
const named = (kind: Subject['kind'], ...ids: string[]): Subject[] =>
  ids.map((id) => ({ kind, id, name: id, gone: false }));
let next = 0;
const promise = (
  kind: PromiseKind,
  who: Subject[],
  to: Subject[] = [],
  state: PromiseState = 'kept',
): IsolationPromise => ({
  id: `p${(next += 1)}`,
  dataCenterId: 'dc',
  sentence: `${kind} ${who.map(({ name }) => name).join()}`,
  kind,
  who,
  to,
  through: [],
  maxAgeMinutes: null,
  ports: [],
  severity: 'refuse',
  note: '',
  state,
  since: '2026-01-01T00:00:00.000Z',
  findings: [],
  createdAt: '2026-01-01T00:00:00.000Z',
});
const LINES = ['one/cameras: cam1 cam2', 'one/office: pc1 pc2', 'two/lab: bot'];

const step = (fromVmId: string, networkId: string, toVmId: string) => ({
  ...{ kind: 'island' as const, fromVmId, from: fromVmId, networkId, network: networkId },
  ...{ hostId: 'one', host: 'one', toVmId, to: toVmId },
});
/** Web reaches ci through gw. */
const finding = {
  message: { type: 'promise.reaches' as const, params: {} },
  path: [step('web', 'blue', 'gw'), step('gw', 'green', 'ci')],
  remedy: null,
};

describe('fences', () => {
  it('lie between the two places that are nearest, with a sign on no VM', () => {
    const { model, layout } = scene('host', ...LINES);
    const [fence] = fencesOf(
      layout,
      model,
      [promise('never_reach', named('network', 'cameras'), named('network', 'office', 'lab'))],
      [],
    );
    expect(fence).toMatchObject({ look: 'fence', state: 'kept' });
    expect(fence?.path).toMatch(/^M[\d.-]+ [\d.-]+L/);
    const panel = layout.panels.find(({ islandBoxes }) => islandBoxes.length === 2);
    const chips = panel?.islandBoxes.flatMap(({ chips: all }) => all) ?? [];
    expect(chips).toHaveLength(4);
    for (const { x, y, w, h } of chips)
      expect(meets(fence?.sign ?? chips[0]!, { x: x + (panel?.x ?? 0), y: y + (panel?.y ?? 0), w, h })).toBe(false);
  });

  it('are bridges between what must reach each other', () => {
    const { model, layout } = scene('host', ...LINES);
    const both = [
      promise('direct', named('vm', 'cam1'), named('vm', 'cam2')),
      promise('only_through', named('network', 'office'), named('network', 'lab')),
    ];
    expect(fencesOf(layout, model, both, []).map(({ look, path }) => [look, path !== null])).toEqual([
      ['bridge', true],
      ['bridge', true],
    ]);
  });

  it('are signs beside each other for what one place is about', () => {
    const { model, layout } = scene('host', ...LINES);
    const two = [promise('isolated', named('network', 'lab')), promise('one_island', named('network', 'lab'))];
    const [a, b] = fencesOf(layout, model, two, []);
    expect(a).toMatchObject({ look: 'mark', path: null });
    expect(meets(a!.sign, b!.sign)).toBe(false);
    expect(a!.sign.y).toBe(b!.sign.y);
  });

  it('find hosts, labels, groups within groups and hidden VMs, and leave out what is gone', () => {
    const { model, layout } = scene('network', ...LINES);
    const groups = [
      { id: 'g', dataCenterId: 'dc', name: 'g', members: [...named('group', 'g', 'inner')] },
      { id: 'inner', dataCenterId: 'dc', name: 'inner', members: named('vm', 'bot') },
    ];
    const [first, second, ...rest] = fencesOf(
      layout,
      model,
      [
        promise('never_reach', named('group', 'g'), named('host', 'one')),
        promise('no_external', named('group', 'inner')),
        promise('no_external', [{ kind: 'vm', id: 'bot', name: 'bot', gone: true }], [], 'no_subject'),
        promise('no_external', named('label', 'dmz')),
      ],
      groups,
    );
    expect([first?.look, second?.look]).toEqual(['fence', 'mark']);
    expect(rest).toEqual([]);
  });

  it('follow the path that breaks them, each with a sign of its own', () => {
    const { model, layout } = scene('host', 'one/blue: web gw', 'one/green: ci gw');
    const broken = (): IsolationPromise => ({
      ...promise('never_reach', named('network', 'blue'), named('network', 'green'), 'broken'),
      findings: [finding as unknown as IsolationPromise['findings'][number]],
    });
    const [a, b] = fencesOf(layout, model, [broken(), broken()], []);
    expect(a?.path?.match(/M/g)).toHaveLength(2);
    expect(meets(a!.sign, b!.sign)).toBe(false);
  });

  it('have their sign on any part of the path before one beside it, which is tied to it', () => {
    const { model, layout } = scene('host', 'one/blue: web gw', 'one/green: ci gw');
    const broken = Array.from({ length: 8 }, () => ({
      ...promise('never_reach', named('network', 'blue'), named('network', 'green'), 'broken'),
      findings: [finding as unknown as IsolationPromise['findings'][number]],
    }));
    const fences = fencesOf(layout, model, broken, []);
    for (const { path: line, sign } of fences) {
      const ends = [...(line ?? '').matchAll(/([\d.-]+) ([\d.-]+)/g)].map(
        ([, x, y]) => [Number(x), Number(y)] as const,
      );
      const [cx, cy] = [sign.x + SIGN / 2, sign.y + SIGN / 2];
      const isOn = ends.some(([x, y], i) => {
        const before = ends[i - 1];
        if (i % 2 === 0 || before === undefined) return false;
        const whole = Math.hypot(x - before[0], y - before[1]);
        return Math.hypot(x - cx, y - cy) + Math.hypot(before[0] - cx, before[1] - cy) < whole + 0.5;
      });
      expect(isOn).toBe(true);
    }
    // Some had no room on the path: a third segment leads to them.
    expect(fences.map(({ path: line }) => line?.match(/M/g)?.length).sort()).toContain(3);
    expect(fences[0]?.path?.match(/M/g)).toHaveLength(2);
  });

  it('are broken ones first, and only what is not kept where there are many', () => {
    const { model, layout } = scene('host', ...LINES);
    const many = Array.from({ length: MAX_FENCES + 1 }, () => promise('isolated', named('network', 'lab')));
    const broken = promise('never_reach', named('vm', 'cam1'), named('vm', 'pc1'), 'broken');
    expect(fencesOf(layout, model, [many[0]!, broken], []).map(({ state }) => state)).toEqual(['broken', 'kept']);
    expect(fencesOf(layout, model, [...many, broken], []).map(({ promiseId }) => promiseId)).toEqual([broken.id]);
    expect(fencesOf(layout, model, many.slice(0, 1), [])[0]?.sign).toMatchObject({ w: SIGN, h: SIGN });
  });
});
