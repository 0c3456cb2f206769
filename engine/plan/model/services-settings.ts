import { AppError, DEFAULT_LEASE_SECONDS, type NetworkServices, type ServicesDraft, note } from '../../../contract';
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
  return {
    subnet,
    pool: draft.pool === undefined ? kept : draft.pool,
    mode: draft.mode ?? was?.mode ?? 'all',
    leaseSeconds: draft.leaseSeconds ?? was?.leaseSeconds ?? DEFAULT_LEASE_SECONDS,
    domain: domain ?? domainOf(network),
    options: draft.options ?? was?.options ?? [],
    gatewayVmId: was?.gatewayVmId ?? null,
  };
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
