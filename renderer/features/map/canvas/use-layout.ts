import { useCallback, useEffect, useMemo, useReducer } from 'react';
import type { Grouping, Layout } from '../layout/boxes';
import { LayoutMaker } from '../layout/layout';
import type { Model } from '../model';
import { type Arrangement, aspectFor } from '../use-arrangement';
import { saveMap, savedMap } from './saved-map';

/** The arrangement of the open map. It outlives the page, so that somebody who returns finds everything where it was. */
interface Open {
  readonly maker: LayoutMaker;
  readonly aspect: number;
  /** Whether somebody has used the map: from then on it is laid out again only on request. */
  isTouched: boolean;
}
let open: Open | null = null;

/** What somebody has used stays when the window is reloaded, too, unless its shape is quite another one by then. */
function reopened(aspect: number, { map }: Model): Open | null {
  const saved = savedMap();
  if (saved === null || aspectFor(saved.aspect, aspect) !== saved.aspect) return null;
  const ids = new Set(map.islands.map(({ id }) => id));
  const blocks = saved.places.flatMap(({ panels }) => panels.flatMap((panel) => panel.blocks));
  // Another store's map was here before.
  if (!blocks.some(({ islandIds }) => islandIds.some((id) => ids.has(id)))) return null;
  return { maker: new LayoutMaker(saved.places), aspect: saved.aspect, isTouched: true };
}

/** Whether this page has laid out a map: what was saved is for the first one. */
let hasOpened = false;

/** The layout of the map. Existing objects keep their position; `tidy` lays everything out again for the current window. */
export function useLayout(
  model: Model,
  grouping: Grouping,
  { aspect, opened, refit }: Arrangement,
): { layout: Layout; aspect: number; tidy: () => void; touch: () => void } {
  const [round, tidied] = useReducer((old: number) => old + 1, 0);
  const { map } = model;
  // By order of creation: a new object comes last among its siblings and moves none of them.
  const order = useMemo(
    () => new Map([...map.hosts, ...map.networks, ...map.vms].map((object, index) => [object.id, index])),
    [map.hosts, map.networks, map.vms],
  );
  const kept = useMemo(() => {
    void round;
    if (!hasOpened) open = reopened(aspect, model);
    hasOpened = true;
    // What somebody has used stays, also in a window of another shape.
    const isKept = open !== null && (open.isTouched || open.aspect === aspect);
    open = open !== null && isKept ? open : { maker: new LayoutMaker(), aspect, isTouched: false };
    return open;
  }, [aspect, round, model]);
  const layout = useMemo(
    () =>
      kept.maker.make(
        model,
        { grouping, rank: (id) => order.get(id) ?? order.size, opened },
        kept.aspect,
        !kept.isTouched,
      ),
    [kept, model, grouping, order, opened],
  );
  const tidy = useCallback((): void => {
    refit();
    open = null;
    tidied();
  }, [refit]);
  useEffect(() => {
    const save = (): void => {
      const { maker, aspect: made, isTouched } = kept;
      saveMap(isTouched ? { aspect: made, places: maker.places() } : null);
    };
    window.addEventListener('pagehide', save);
    return () => window.removeEventListener('pagehide', save);
  }, [kept]);
  const touch = useCallback((): void => {
    kept.isTouched = true;
  }, [kept]);
  return { layout, aspect: kept.aspect, tidy, touch };
}
