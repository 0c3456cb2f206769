import { AppError, type NetworkServices, ipv4Number, note, run } from '../../contract';
import type { NetworkRow } from '../ports/store';
import { capacity, serverAddress, whyNotReservable } from '../plan/model/services-ranges';

const refused = (field: string, message: string, remedy: AppError['remedy']): AppError =>
  new AppError('BAD_INPUT', message, { rule: 'SERVICES', field, remedy });

/** Bad: addresses and names inside of a regular network, which can have a DHCP server outside. */
export function assertServesIsolated({ name, isIsolated }: Pick<NetworkRow, 'name' | 'isIsolated'>): void {
  if (isIsolated) return;
  throw new AppError(
    'RULE_BROKEN',
    `The network "${name}" is regular: Atoll serves addresses only inside isolated ones`,
    {
      rule: 'SERVICES',
      field: 'network',
      remedy: note('A regular network gets its addresses from its own LAN. Choose an isolated network.'),
    },
  );
}

type Ranges = Pick<NetworkServices, 'subnet' | 'pool'>;

/** Bad: the range 10.8.0.5 to 10.8.0.9 in 10.9.0.0/24; one that ends before it begins; one that contains the server. */
export function assertPoolFits({ subnet, pool }: Ranges): void {
  if (pool === null) return;
  for (const address of [pool.from, pool.to]) {
    const why = whyNotReservable({ subnet, pool: null }, address);
    if (why !== null) throw refused('pool', `The range can't have ${address}: it ${why}`, rangeRemedy(subnet));
  }
  if (ipv4Number(pool.from) > ipv4Number(pool.to))
    throw refused('pool', `The range ends (${pool.to}) before it begins (${pool.from})`, rangeRemedy(subnet));
}

function rangeRemedy(subnet: string): AppError['remedy'] {
  return note(`Choose addresses in ${subnet} below ${serverAddress(subnet)}, or leave the range out.`);
}

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
