import {
  type ChangeOf,
  type Network,
  type NetworkServices,
  type PreviewLine,
  type ServicesDraft,
  isActive,
  sameForm,
  say,
  servedSubnets,
  servesIpv4,
  subnet4,
  AppError,
  note,
} from '../../contract';
import type { Outcome, Scope } from '../core/scope';
import { activeHostsOf } from '../networks/attaching';
import { presentNetwork } from '../networks/present';
import { convergeJob } from '../reconcile/converge-job';
import type { NetworkRow, Repositories, VmRow, VnicRow } from '../ports/store';
import { servicesSettings } from '../plan/model/services-settings';
import { missingReservations } from '../plan/model/services-reserve';
import { membersOf } from '../plan/model/services-spec';
import { assertMtuServes, assertPoolFits, assertServesIsolated } from '../networks/rules';
import { assertGatewayIsOnIt, assertReservable, assertReservesIpv4, assertSubnetSuffices } from './rules';

/** The job that starts, changes or ends the servers. */
export const SERVICES_JOB = 'networks.updateServices';

export interface ReservationInput {
  readonly vm: string;
  readonly vnic?: string | undefined;
  readonly address: string;
}

type Input = ServicesDraft & {
  readonly network: string;
  readonly on: boolean;
  readonly gateway?: string | null | undefined;
  readonly reservations?: readonly ReservationInput[] | undefined;
};

/** `networks.updateServices`: the settings, the reservations, and the job that brings them to the hosts. */
export function updateServices(scope: Scope, input: Input): Outcome<{ network: Network }> {
  const network = scope.refs.network(input.network);
  assertServesIsolated(network);
  const services = input.on ? settingsWithGateway(scope, network, input) : null;
  return writeServices(scope, network, services, input.reservations ?? []);
}

/** Undoes a change of services: settings and reservations as they were. */
export function restoreServices(scope: Scope, change: ChangeOf<'network.services'>): Outcome<{ network: Network }> {
  const network = scope.refs.network(change.networkId);
  for (const { vnicId, was } of change.reservations)
    if (scope.tx.vnics.get(vnicId)) scope.tx.vnics.update(vnicId, { assignedAddress: was });
  const gatewayVmId = change.was?.gatewayVmId ?? null;
  const isThere = gatewayVmId !== null && scope.tx.vms.get(gatewayVmId) !== undefined;
  const was = change.was && { ...change.was, gatewayVmId: isThere ? gatewayVmId : null };
  return writeServices(scope, network, was, []);
}

function settingsWithGateway(scope: Scope, network: NetworkRow, input: Input): NetworkServices {
  const { gateway } = input;
  const settings = servicesSettings(network, input);
  return gateway === undefined ? settings : { ...settings, gatewayVmId: gatewayOf(scope, network, gateway) };
}

function gatewayOf({ tx, refs }: Scope, network: NetworkRow, gateway: string | null): string | null {
  if (gateway === null) return null;
  const vm = refs.vm(gateway, 'gateway');
  assertGatewayIsOnIt(
    network,
    vm,
    tx.vnics.ofVm(vm.id).some(({ networkId }) => networkId === network.id),
  );
  return vm.id;
}

function writeServices(
  scope: Scope,
  network: NetworkRow,
  services: NetworkServices | null,
  reservations: readonly ReservationInput[],
): Outcome<{ network: Network }> {
  const { tx } = scope;
  const row: NetworkRow = { ...network, services };
  const vnics = tx.vnics.ofNetwork(network.id);
  if (services !== null) {
    assertMtuServes(row);
    assertPoolFits(services);
    if (servesIpv4(services)) assertSubnetSuffices(network, services, vnics.length);
  } else if (reservations.length > 0) throw offWithReservations(network);
  tx.networks.update(network.id, { services });
  const reserved = reservations.map((each, i) => reserve(scope, row, each, i));
  for (const { vnicId, address } of missingReservations(tx, row)) tx.vnics.update(vnicId, { assignedAddress: address });
  const lines = [...linesOf(scope, network, row), ...reserved.map(({ line }) => line), ...sharedSubnets(tx, row)];
  const before = new Map(vnics.map(({ id, assignedAddress }) => [id, assignedAddress]));
  const moved = tx.vnics
    .ofNetwork(network.id)
    .filter(({ id, assignedAddress }) => before.get(id) !== assignedAddress)
    .map(({ id, assignedAddress: now }) => ({ vnicId: id, was: before.get(id) ?? null, now }));
  const same = moved.length === 0 && JSON.stringify(network.services) === JSON.stringify(services);
  if (same) return { output: { network: presentNetwork(tx, row) }, lines: [say('preview.nothing', {})] };
  const on = services !== null;
  const change = { kind: 'network.services', networkId: network.id, was: network.services, now: services } as const;
  scope.emit(
    'network.updated',
    'normal',
    say('network.services', { network: network.name, on }),
    { networkId: network.id },
    {
      words: say('undo.network.services', { network: network.name, on, wasOn: network.services !== null }),
      change: { ...change, reservations: moved },
    },
  );
  const hosts = activeHostsOf(tx, network.id);
  const title = say('networks.services', { network: network.name });
  const job = convergeJob(SERVICES_JOB, title, hosts, [network.id], { networkId: network.id });
  return {
    output: { network: presentNetwork(tx, row) },
    lines,
    hosts: hosts.filter(({ state }) => isActive(state)).map(({ id }) => id),
    ...(job ? { job } : {}),
  };
}

const offWithReservations = ({ name }: NetworkRow): AppError =>
  new AppError('BAD_INPUT', `The network "${name}" has no addresses inside, so none can be reserved`, {
    rule: 'SERVICES',
    field: 'reservations',
    remedy: note('Switch addresses and names on, or leave the reservations out.'),
  });

/** The name of the VM that has an address on another vNIC of the network. */
function holderOf(tx: Repositories, { id }: NetworkRow, vnic: VnicRow, address: string): string | undefined {
  const holder = membersOf(tx, id).find(
    ({ mac, addresses }) => mac !== vnic.mac && addresses.some((each) => sameForm(each) === sameForm(address)),
  );
  return holder?.vm;
}

/** Writes one reservation. */
function reserve({ tx, refs }: Scope, network: NetworkRow, input: ReservationInput, index: number) {
  const field = `reservations.${index}`;
  const { services } = network;
  if (services === null) throw offWithReservations(network);
  assertReservesIpv4(field, services);
  const vm = refs.vm(input.vm, `${field}.vm`);
  const vnic = vnicOn(tx, vm, network, input, field);
  assertReservable(`${field}.address`, services, input.address, holderOf(tx, network, vnic, input.address));
  const address = `${input.address}/${subnet4(services.subnet).prefix}`;
  tx.vnics.update(vnic.id, { assignedAddress: address });
  return { line: say('preview.network.reserve', { vnic: vnic.name, vm: vm.name, address: input.address }) };
}

function vnicOn(tx: Repositories, vm: VmRow, network: NetworkRow, { vnic }: ReservationInput, field: string): VnicRow {
  const found = tx.vnics
    .ofVm(vm.id)
    .find((each) => each.networkId === network.id && (vnic === undefined || each.name === vnic));
  if (found) return found;
  const what = vnic === undefined ? 'no vNIC' : `no vNIC "${vnic}"`;
  throw new AppError('NOT_FOUND', `The VM "${vm.name}" has ${what} on the network "${network.name}"`, {
    rule: 'SERVICES',
    field: vnic === undefined ? `${field}.vm` : `${field}.vnic`,
    remedy: note('Reserve addresses for VMs that are on the network.'),
  });
}

function linesOf({ tx }: Scope, { name: network, services: was }: NetworkRow, row: NetworkRow): PreviewLine[] {
  const { services } = row;
  if (services === null && was === null) return [say('preview.nothing', {})];
  const subnet = services === null ? null : servedSubnets(services).join(' and ');
  const domain = services?.domain ?? null;
  const lines: PreviewLine[] = [say('preview.network.services', { network, on: services !== null, subnet, domain })];
  const gateway = services?.gatewayVmId ?? null;
  if (services !== null && gateway !== (was?.gatewayVmId ?? null))
    lines.push(
      say('preview.network.gateway', { network, vm: gateway === null ? null : (tx.vms.get(gateway)?.name ?? gateway) }),
    );
  return lines;
}

/** VMs that would have the same subnet on two vNICs: their guests could reach only one of the networks. */
function sharedSubnets(tx: Repositories, { id, name, services }: NetworkRow): PreviewLine[] {
  if (services === null) return [];
  if (!servesIpv4(services)) return [];
  const { first, last } = subnet4(services.subnet);
  const vmIds = new Set(tx.vnics.ofNetwork(id).map(({ vmId }) => vmId));
  return [...vmIds].flatMap((vmId) => {
    const others = tx.vnics.ofVm(vmId).flatMap(({ networkId }) => networkId ?? []);
    const overlapping = [...new Set(others)].flatMap((networkId) => {
      const other = networkId === id ? undefined : tx.networks.get(networkId);
      const subnet = other?.services?.subnet ?? other?.guestSubnet ?? null;
      if (!other || subnet === null) return [];
      const range = subnet4(subnet);
      return range.first <= last && first <= range.last ? [other] : [];
    });
    const vm = tx.vms.get(vmId)?.name ?? vmId;
    return overlapping.map((other) => say('preview.network.same_subnet', { network: name, vm, other: other.name }));
  });
}
