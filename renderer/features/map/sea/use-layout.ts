import { useMemo, useState } from 'react';
import type { Grouping, Layout } from '../layout/boxes';
import { LayoutMaker } from '../layout/layout';
import type { Model } from '../model';
import type { Arrangement } from '../use-arrangement';

/** Where everything stands. What was there before keeps its place; `tidy` lays all out anew for the window as it is. */
export function useLayout(
  model: Model,
  grouping: Grouping,
  { aspect, opened, refit }: Arrangement,
): { layout: Layout; tidy: () => void } {
  const [maker, setMaker] = useState(() => new LayoutMaker());
  const { map } = model;
  // The order in which things were made: a new one comes last among its kin, and moves none of them.
  const order = useMemo(
    () => new Map([...map.hosts, ...map.networks, ...map.vms].map((thing, index) => [thing.id, index])),
    [map.hosts, map.networks, map.vms],
  );
  const layout = useMemo(
    () => maker.make(model, { grouping, rank: (id) => order.get(id) ?? order.size, opened }, aspect),
    [maker, model, grouping, order, opened, aspect],
  );
  const tidy = (): void => {
    refit();
    setMaker(new LayoutMaker());
  };
  return { layout, tidy };
}
