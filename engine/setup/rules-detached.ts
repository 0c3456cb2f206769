import { run } from '../../contract';
import type { NetworkRow } from '../ports/store';
import { listed } from '../core/listed';
import { isOutside } from '../plan/model/outside-network';
import { broken } from '../plan/regular/broken';
import type { SetupRequest } from './request';

type Rule = (network: NetworkRow, request: SetupRequest) => void;

/** Bad: detaching the isolated network blue from one host of its cluster, where it is always required. */
export const isolatedStays: Rule = (network) => {
  if (!network.isIsolated) return;
  broken(
    'S4',
    'detach',
    `The isolated network "${network.name}" is on every host of its cluster`,
    run('networks.detach', { network: network.name }),
  );
};

/** Bad: detaching the network outside: it is the lab's uplink. */
export const outsideStays: Rule = (network) => {
  if (!isOutside(network)) return;
  broken('S12', 'detach', `The network "${network.name}" is the uplink of a lab`, run('outside.disable', {}));
};

/** Bad: detaching red from a host that does not have it. */
export const exists: Rule = (network, { now, host }) => {
  if (now.some((each) => each.network.id === network.id)) return;
  broken(
    'NETWORK_ATTACHMENTS_TO_BE_REMOVED_DOES_NOT_EXISTS',
    'detach',
    `The network "${network.name}" is not set up on the host "${host.name}"`,
    run('hosts.show', { host: host.name }),
  );
};

/** Bad: detaching red while the VM gw runs there with a vNIC plugged into it. */
export const isUnused: Rule = (network, { users, host }) => {
  const vms = users(network.id);
  if (vms.length === 0) return;
  broken(
    'NETWORK_CANNOT_DETACH_NETWORK_USED_BY_VMS',
    'detach',
    `The network "${network.name}" is used on "${host.name}" by ${listed(vms)}`,
    'Stop these VMs or unplug their vNICs, then detach it.',
  );
};

const RULES: readonly Rule[] = [isolatedStays, outsideStays, exists, isUnused];

export function checkDetached(request: SetupRequest): void {
  for (const network of request.detach) for (const rule of RULES) rule(network, request);
}
