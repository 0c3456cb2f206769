import { AppError, type NetworkServices, note, run, servesIpv4, whyNotReservable } from '../../contract';
import type { NetworkRow } from '../ports/store';
import { capacity } from '../plan/model/services-ranges';

const refused = (field: string, message: string, remedy: AppError['remedy']): AppError =>
  new AppError('BAD_INPUT', message, { rule: 'SERVICES', field, remedy });

type Ranges = Pick<NetworkServices, 'subnet' | 'pool'>;

/** Bad: 10.9.0.0/29 for a network with nine vNICs. */
export function assertSubnetSuffices(network: Pick<NetworkRow, 'name'>, ranges: Ranges, vnics: number): void {
  const room = Math.max(0, capacity(ranges));
  if (vnics <= room) return;
  throw refused(
    'subnet',
    `The subnet ${ranges.subnet} is too small for "${network.name}": it has room for ${room} vNICs, and ${vnics} are on it`,
    note(ranges.pool === null ? 'Choose a larger subnet.' : 'Choose a larger subnet, or a smaller range.'),
  );
}

/** Bad: the gateway "web" for a network on which it has no vNIC. */
export function assertGatewayIsOnIt(
  network: Pick<NetworkRow, 'name'>,
  vm: { readonly name: string },
  isOn: boolean,
): void {
  if (isOn) return;
  throw refused(
    'gateway',
    `The VM "${vm.name}" can't be the gateway: it has no vNIC on the network "${network.name}"`,
    run('vnics.add', { vm: vm.name, network: network.name }, 'Add one, or choose a VM that is on the network.'),
  );
}

/** Bad: a reservation on a network of IPv6 only. */
export function assertReservesIpv4(field: string, services: Pick<NetworkServices, 'families'>): void {
  if (servesIpv4(services)) return;
  throw refused(
    `${field}.address`,
    'Addresses of IPv6 follow from the MAC address of a vNIC, and are not reserved',
    note('Leave the reservation out, or serve IPv4 too.'),
  );
}

/** Bad: a reservation outside of the subnet, in the range, of the server, or of another vNIC. */
export function assertReservable(field: string, ranges: Ranges, address: string, holder: string | undefined): void {
  const why = whyNotReservable(ranges, address);
  if (why !== null) {
    throw refused(field, `Can't reserve ${address}: it ${why}`, note(`Choose a free address in ${ranges.subnet}.`));
  }
  if (holder === undefined) return;
  throw new AppError('CONFLICT', `Can't reserve ${address}: it is reserved for the VM "${holder}"`, {
    rule: 'SERVICES',
    field,
    remedy: note('Choose another address, or change that reservation first.'),
  });
}
