import { useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import { queries } from '../../../api/queries';
import type { Layout } from '../layout/boxes';
import { type Fence, fencesOf } from '../layout/fences';
import type { Model } from '../model';
import type { Level } from './viewport';

const NONE: readonly Fence[] = [];

/** Where promises are on the map; none when zoomed out, where they would be smaller than their signs. */
export function useFences(model: Model, layout: Layout, level: Level): readonly Fence[] {
  const isNear = level === 'near';
  const { data: promises } = useQuery({ ...queries.promises(), enabled: isNear });
  const { data: groups } = useQuery({ ...queries.promiseGroups(), enabled: isNear });
  return useMemo(
    () => (isNear ? fencesOf(layout, model, promises ?? [], groups ?? []) : NONE),
    [isNear, layout, model, promises, groups],
  );
}
