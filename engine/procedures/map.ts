import type { Apart } from '../../contract';
import type { Core } from '../context';
import { apartOf, apartOfVm } from '../islands/apart';
import { mapPart } from '../islands/islands';
import { reach } from '../islands/reach';
import { MapCache } from '../map/map-cache';
import { CHANGES } from '../map/changes';
import { noteHandler } from '../map/note';

function apart({ store, refs }: Core, input: { network?: string | undefined; vm?: string | undefined }): Apart[] {
  const only = input.network === undefined ? null : refs.network(input.network).id;
  const all =
    input.vm !== undefined
      ? apartOfVm(store, refs.vm(input.vm))
      : (only === null ? store.networks.list() : store.networks.some([only])).flatMap(
          (network) => apartOf(store, network) ?? [],
        );
  return all.filter(({ networkId }) => only === null || networkId === only);
}

export function mapHandlers(core: Core) {
  const { os, store, refs, command, live } = core;
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
    apart: os.map.apart.handler(({ input }) => apart(core, input)),
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
