import type { Event } from '../../contract';
import { Channel, type Following } from '../core/channel';
import type { Core } from '../context';

/** Events read from the database at a time, for a reader that lags behind. */
const PAGE = 500;

export function eventHandlers(core: Core) {
  const { os, store, refs } = core;
  return {
    list: os.events.list.handler(({ input }) => {
      const { limit, after, type, severity, network, host, vm } = input;
      return store.events.recent({
        limit,
        ...(after === undefined ? {} : { after }),
        ...(type === undefined ? {} : { type }),
        ...(severity === undefined ? {} : { severity }),
        ...(network === undefined ? {} : { networkId: refs.network(network).id }),
        ...(host === undefined ? {} : { hostId: refs.host(host).id }),
        ...(vm === undefined ? {} : { vmId: refs.vm(vm).id }),
      });
    }),
    follow: os.events.follow.handler(({ input, signal }) =>
      followEvents(core, input.after ?? store.events.lastSeq(), signal),
    ),
  };
}

export function liveHandlers({ os, live }: Core) {
  return { follow: os.live.follow.handler(({ signal }) => live.follow(signal)) };
}

/** Reads from the database after the last event that the reader received, so a slow reader misses nothing and uses no memory. */
function followEvents({ store }: Core, after: number, signal: AbortSignal | undefined): Following<Event> {
  let seq = after;
  let page: Event[] = [];
  const next = (): { value: Event } | 'wait' => {
    if (page.length === 0) page = store.events.after(seq, PAGE);
    const event = page.shift();
    if (!event) return 'wait';
    seq = event.seq;
    return { value: event };
  };
  const subscribe = (wake: () => void): (() => void) =>
    store.onCommit((_touched, events) => {
      if (events.length > 0) wake();
    });
  return new Channel<Event>(next, subscribe, signal);
}
