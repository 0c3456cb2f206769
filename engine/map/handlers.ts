import type { Core } from '../core/core';
import { mapPart } from '../islands/islands';
import { reach } from '../islands/reach';
import { MapCache } from './map-cache';

export function mapHandlers({ os, store, refs }: Core) {
  const cache = new MapCache(store);
  return {
    show: os.map.show.handler(({ input }) => {
      const only = {
        ...(input.network === undefined ? {} : { networkId: refs.network(input.network).id }),
        ...(input.host === undefined ? {} : { hostId: refs.host(input.host).id }),
      };
      return Object.keys(only).length === 0 ? cache.map() : mapPart(cache.map(), only);
    }),
    reach: os.map.reach.handler(({ input }) =>
      reach(cache.rows(), refs.vm(input.from, 'from').id, refs.vm(input.to, 'to').id),
    ),
  };
}
