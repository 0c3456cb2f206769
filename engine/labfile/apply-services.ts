import type { LabFileNetwork } from '../../contract';
import { activeHostsOf } from '../networks/attaching';
import { type ReservationInput, updateServices } from '../services/updating';
import type { NetworkRow } from '../ports/store';
import type { Applying } from './applying';

/** Addresses and names inside networks: after the VMs, because reservations and gateways are theirs. */
export function applyServices(applying: Applying): void {
  const { scope, parsed, dataCenterId } = applying;
  const known = new Map(scope.tx.networks.ofDataCenter(dataCenterId).map((row) => [row.name, row]));
  const reservations = reservationsOf(applying);
  for (const [i, { name, services }] of parsed.file.networks.entries()) {
    const network = known.get(name);
    if (network && services !== undefined)
      applying.at(['networks', i, 'services'], () => apply(applying, network, services, reservations.get(name) ?? []));
  }
}

function apply(
  applying: Applying,
  network: NetworkRow,
  services: LabFileNetwork['services'] & (object | null),
  reservations: readonly ReservationInput[],
): void {
  const { scope } = applying;
  if (services === null && network.services === null) return;
  const gateway = services?.gateway == null ? services?.gateway : vmId(applying, services.gateway);
  const input = { network: network.id, on: services !== null, ...services, gateway };
  const { lines, job } = updateServices(scope, { ...input, ...(services === null ? {} : { reservations }) });
  if (!job && lines.every(({ type }) => type === 'preview.nothing')) return;
  applying.add(...lines);
  applying.touch(activeHostsOf(scope.tx, network.id));
}

/** A name is of the file's data center; one that is unknown there is refused by the command. */
const vmId = ({ scope, dataCenterId }: Applying, name: string): string =>
  scope.tx.vms.byName(name).find((vm) => vm.dataCenterId === dataCenterId)?.id ?? name;

/** The reservations of the file, by the name of their network. */
function reservationsOf(applying: Applying): Map<string, ReservationInput[]> {
  const all = new Map<string, ReservationInput[]>();
  for (const { name, vnics = [] } of applying.parsed.file.vms) {
    for (const { name: vnic, network, address } of vnics) {
      if (network == null || address === undefined) continue;
      const one = { vm: vmId(applying, name), vnic, address };
      all.set(network, [...(all.get(network) ?? []), one]);
    }
  }
  return all;
}
