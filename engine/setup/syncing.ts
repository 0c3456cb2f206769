import { type Network, say } from '../../contract';
import type { Outcome, Scope } from '../core/scope';
import { assertHostStateAllows } from '../hosts/rules';
import { syncJob } from './setup-job';
import { activeHostsOf } from '../networks/attaching';
import { presentNetwork } from '../networks/present';

/** `networks.sync`: brings this network to its desired state, on one host or on all active ones that have it. */
export function syncHandler(
  { tx, refs }: Scope,
  input: { readonly network: string; readonly host?: string | undefined },
): Outcome<{ network: Network }> {
  const network = refs.network(input.network);
  const one = input.host === undefined ? undefined : refs.host(input.host);
  if (one) assertHostStateAllows(one, 'sync');
  const hosts = activeHostsOf(tx, network.id).filter((host) => one === undefined || host.id === one.id);
  const job = syncJob('networks.sync', say('networks.sync', { network: network.name }), hosts, [network.id], {
    networkId: network.id,
  });
  return {
    output: { network: presentNetwork(tx, network) },
    lines: [say('preview.network.sync', { network: network.name, host: one?.name ?? null })],
    hosts: hosts.map((host) => host.id),
    setup: new Set([network.id]),
    ...(job ? { job } : {}),
  };
}
