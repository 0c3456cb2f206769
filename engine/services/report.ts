import { type EventMessage, say, type Written } from '../../contract';
import type { Core } from '../context';
import { emitter, UNKNOWN } from '../core/events';
import { instant } from '../core/ids';
import { tryToWrite } from '../core/try-to-write';
import type { ObservedServices } from '../ports/services';
import { roguesOf, vmOfTap } from './leases';
import { sizeIfFull } from './range';

/** Reports guests that answer in place of a network's server, or send what routers send, and did not before. */
export function reportRogues(
  core: Core,
  hostId: string,
  now: ObservedServices,
  was: ObservedServices | undefined,
): void {
  const { store } = core;
  const { networkId } = now;
  const network = now.rogues.length > 0 ? store.networks.get(networkId) : undefined;
  const host = store.hosts.get(hostId);
  if (!network || !host) return;
  const fresh = roguesOf(store, network, now).filter(
    ({ mac, kind }) => !was?.rogues.some((rogue) => rogue.mac === mac && rogue.kind === kind),
  );
  const dropped = network.services?.guard === true;
  const messages = fresh.map(({ port, mac, address, kind }) => {
    const vm = vmOfTap(core, hostId, port);
    return say('network.rogue', { network: network.name, host: host.name, vm, mac, address, kind, dropped });
  });
  warn(core, 'network.rogue', { networkId, hostId }, messages);
}

/** Reports that the last address of a range for guests that Atoll does not know was leased. */
export function reportFullRange(
  core: Core,
  hostId: string,
  now: ObservedServices,
  was: ObservedServices | undefined,
): void {
  const { networkId, leases } = now;
  if (leases.length === 0) return;
  const { store } = core;
  const network = store.networks.get(networkId);
  const host = store.hosts.get(hostId);
  if (!network || !host) return;
  const size = sizeIfFull(hostId, network, now);
  if (size === null || (was && sizeIfFull(hostId, network, was) !== null)) return;
  const message = say('network.range_full', { network: network.name, host: host.name, size });
  warn(core, 'network.range_full', { networkId, hostId }, [message]);
}

function warn(
  { store, clock, log }: Core,
  type: 'network.rogue' | 'network.range_full',
  of: { readonly networkId: string; readonly hostId: string },
  messages: ReadonlyArray<Written<EventMessage>>,
): void {
  if (messages.length === 0) return;
  tryToWrite(log, type, () =>
    store.transaction((tx) => {
      const emit = emitter(tx, UNKNOWN, instant(clock.now()));
      for (const message of messages) emit(type, 'warning', message, of);
    }, 'later'),
  );
}
