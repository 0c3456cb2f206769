import { useMemo, useState } from 'react';
import type { Grouping, Layout } from '../layout/boxes';
import { LayoutMaker } from '../layout/layout';
import type { Model } from '../model';
import type { Arrangement } from '../use-arrangement';

/** The layout of the map. Existing objects keep their position; `tidy` lays everything out again for the current window. */
export function useLayout(
  model: Model,
  grouping: Grouping,
  { aspect, opened, refit }: Arrangement,
): { layout: Layout; tidy: () => void } {
  const [maker, setMaker] = useState(() => new LayoutMaker());
  const { map } = model;
  // By order of creation: a new object comes last among its siblings and moves none of them.
  const order = useMemo(
    () => new Map([...map.hosts, ...map.networks, ...map.vms].map((object, index) => [object.id, index])),
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
