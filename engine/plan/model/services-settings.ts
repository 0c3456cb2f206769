import {
  AppError,
  DEFAULT_LEASE_SECONDS,
  type NetworkServices,
  type ServicesDraft,
  type ServicesFamilies,
  note,
  uniqueLocalSubnet,
} from '../../../contract';
import type { NetworkRow } from '../../ports/store';
import { domainOf } from './services-labels';
import { defaultPool } from './services-ranges';

/** The settings of a network's server: those that are given, else those that it has, else their defaults. */
export function servicesSettings(network: NetworkRow, draft: ServicesDraft): NetworkServices {
  const was = network.services;
  const subnet = subnetOf(network, draft);
  // A range of another subnet is of no use in this one.
  const kept = was !== null && was.subnet === subnet ? was.pool : defaultPool(subnet);
  const domain = draft.domain === undefined ? was?.domain : draft.domain;
  const families = draft.families ?? was?.families ?? 'ipv4';
  assertFamilyOf(draft, families);
  const kept6 = draft.subnet6 === undefined ? was?.subnet6 : draft.subnet6;
  return {
    families,
    subnet6: families === 'ipv4' ? null : (kept6 ?? uniqueLocalSubnet(network.id)),
    guard: draft.guard ?? was?.guard ?? false,
    subnet,
    pool: draft.pool === undefined ? kept : draft.pool,
    mode: draft.mode ?? was?.mode ?? 'all',
    leaseSeconds: draft.leaseSeconds ?? was?.leaseSeconds ?? DEFAULT_LEASE_SECONDS,
    domain: domain ?? domainOf(network),
    options: draft.options ?? was?.options ?? [],
    gatewayVmId: was?.gatewayVmId ?? null,
  };
}

/** Bad: an IPv6 subnet for guests that get addresses of IPv4 only. */
function assertFamilyOf({ subnet6 = null }: ServicesDraft, families: ServicesFamilies): void {
  if (subnet6 === null || families !== 'ipv4') return;
  throw new AppError('BAD_INPUT', `The IPv6 subnet ${subnet6} is not used: guests get addresses of IPv4 only`, {
    rule: 'SERVICES',
    field: 'subnet6',
    remedy: note('Serve both families, or IPv6.'),
  });
}

function subnetOf({ name, guestSubnet, services }: NetworkRow, { subnet }: ServicesDraft): string {
  const chosen = subnet === undefined ? (services?.subnet ?? guestSubnet) : (subnet ?? guestSubnet);
  if (chosen !== null) return chosen;
  throw new AppError('BAD_INPUT', `The network "${name}" has no subnet of its own`, {
    rule: 'SERVICES',
    field: 'subnet',
    remedy: note('Give one, for example 10.9.0.0/24.'),
  });
}
