import type { CheckPoint, PointCounts } from '../model/network';

const HARMLESS: ReadonlySet<CheckPoint['id']> = new Set(['mark', 'name', 'forwarding', 'probe_guests_talk']);

/**
 * Whether nothing gets in or out if this point fails: it says whose the bridge is, or that its guests reach each other. It is counted
 * beside a verdict, and does not make it "not isolated".
 */
export const isHarmless = (id: CheckPoint['id']): boolean => HARMLESS.has(id);

/** How many points there are, how many of them were not checked, and how many failed. */
export const countsOf = (points: ReadonlyArray<Pick<CheckPoint, 'ok'>>): PointCounts => ({
  points: points.length,
  unchecked: points.filter(({ ok }) => ok === null).length,
  failed: points.filter(({ ok }) => ok === false).length,
});
