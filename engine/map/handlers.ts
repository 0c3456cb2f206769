import type { Core } from '../core/core';
import { mapPart } from '../islands/islands';
import { reach } from '../islands/reach';
import { MapCache } from './map-cache';
import { CHANGES } from './changes';
import { noteHandler } from './note';

export function mapHandlers({ os, store, refs, command, live }: Core) {
  const cache = new MapCache(store);
  live.present('note', (id) => {
    const [networkId = '', hostId = ''] = id.split('/');
    return store.notes.get({ networkId, hostId });
  });
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
    changes: os.map.changes.handler(({ input: { since, limit } }) => {
      const found = store.events.recent({ since, types: CHANGES, limit: limit + 1 });
      return { events: found.slice(0, limit), more: found.length > limit };
    }),
    note: os.map.note.handler(command((scope, input) => noteHandler(scope, input))),
  };
}
