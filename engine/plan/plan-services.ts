import type { ObservedServices, ServicesChange, ServicesSpec } from '../ports/services';
import { Findings, type Part } from './model/finding';
import type { View } from './model/view';

/**
 * The DHCP and DNS servers inside networks. A server starts once its bridge is in place and has its name: in the round after the one
 * that creates it. A bridge is deleted in the round after the one that stops its server.
 */
export function planServices(view: View): Part[] {
  const { servicesFor, servicesOf } = view;
  const wanted = [...servicesFor.values()].map((spec) => planServer(view, spec, servicesOf.get(spec.networkId) ?? []));
  const unwanted = [...servicesOf].filter(([networkId]) => !servicesFor.has(networkId));
  return [...wanted, ...unwanted.flatMap(([networkId, ports]) => ports.map((port) => stop(networkId, port)))];
}

/** The one server that belongs to the spec; others with its mark are leftovers. */
const isOwn = (spec: ServicesSpec, { port, alias }: ObservedServices): boolean =>
  port === spec.port && alias === spec.alias;

function planServer(view: View, spec: ServicesSpec, ports: readonly ObservedServices[]): Part {
  const { networkId, bridge, port } = spec;
  const found = new Findings(networkId, bridge);
  const others = ports.filter((each) => !isOwn(spec, each)).map(stopChange);
  if (others.length > 0) found.add('services', 'servers', 'one', String(ports.length), { port });
  const named = view.byName.get(bridge);
  const isInPlace = named?.owner?.networkId === networkId && named.owner.storeId === view.wanted.storeId;
  // Its bridge comes first; the next round starts the server.
  if (!isInPlace) return part(found, networkId, port, others, true);
  const changes = compareServer(
    spec,
    ports.find((each) => isOwn(spec, each)),
    found,
    view.wanted.knownServices?.has(networkId) === true,
  );
  return part(found, networkId, port, [...others, ...changes]);
}

function compareServer(
  spec: ServicesSpec,
  actual: ObservedServices | undefined,
  found: Findings,
  wasKnown: boolean,
): ServicesChange[] {
  const { port } = spec;
  const differs = (wanted: string, is: string, expected?: true): void =>
    found.add('services', 'server', wanted, is, { port, ...(expected ? { expected } : {}) });
  const start: ServicesChange[] = [{ kind: 'services.start', spec }];
  if (!actual) {
    if (wasKnown) differs('running', 'gone');
    else differs('running', 'none', true);
    return start;
  }
  if (!actual.isRunning) differs('running', 'ended');
  else if (actual.bridge !== spec.bridge) differs(`on ${spec.bridge}`, `on ${actual.bridge ?? 'no bridge'}`);
  else if (actual.faults.length > 0) differs('as started', actual.faults.join(', '));
  else if (actual.settings === null) differs('as started', 'settings unknown');
  // Settings and records that differ are what a user changed.
  else if (actual.settings !== spec.settings) differs('current settings', 'former settings', true);
  else if (spec.guard && actual.guard === 'off') differs('guarded', 'not guarded');
  else if (actual.records === spec.records && !(spec.guard && actual.guard === 'ports')) return [];
  else {
    differs('current records', 'former records', true);
    return [{ kind: 'services.reload', spec }];
  }
  return start;
}

function stop(networkId: string, actual: ObservedServices): Part {
  const found = new Findings(networkId, actual.bridge ?? actual.port);
  found.add('not_wanted', 'server', 'none', actual.port);
  return part(found, networkId, actual.port, [stopChange(actual)]);
}

const stopChange = ({ networkId, bridge, port, alias }: ObservedServices): ServicesChange => ({
  kind: 'services.stop',
  networkId,
  bridge: bridge ?? '',
  port,
  alias,
});

function part(
  found: Findings,
  networkId: string,
  port: string,
  changes: readonly ServicesChange[],
  again = false,
): Part {
  return { networkId, bridge: port, changes, findings: found.list, problem: null, again };
}

/** Whether a server is plugged into the bridge: it is stopped before the bridge is deleted. */
export const hasServer = ({ servicesOf }: View, bridge: string): boolean =>
  [...servicesOf.values()].some((ports) => ports.some((port) => port.bridge === bridge));
