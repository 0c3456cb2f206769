import { AppError, FORWARD_ADDRESS, type Protocol, type Seed, isInSubnet, isIpv4, note, run } from '../../contract';
import { listed } from '../core/listed';
import type { HostRow, NetworkRow, VmRow, VnicRow } from '../ports/store';
import { OUTSIDE_SUBNET } from '../plan/model/outside-network';

type Named = { readonly name: string };

/** Bad: an uplink of a simulated host, whose VMs are not real, or of a shared host. */
export function ruleS12OutsideIsOfLabs(host: Pick<HostRow, 'name' | 'kind'>): void {
  if (host.kind === 'lab') return;
  const why = host.kind === 'simulated' ? 'simulated, and not connected to any real network' : 'not a lab';
  throw new AppError('NOT_SUPPORTED', `The host "${host.name}" is ${why}`, {
    rule: 'S12',
    field: 'host',
    remedy: run('hosts.add', { how: { kind: 'lab' } }, 'Only labs on this computer can have an uplink.'),
  });
}

/** Bad: a second uplink of the host "laptop". */
export function ruleS12EnabledOnce(host: Named, enabled: boolean): void {
  if (!enabled) return;
  throw new AppError('CONFLICT', `The host "${host.name}" already has its uplink`, { rule: 'S12', field: 'host' });
}

/** Bad: disabling an uplink that the host does not have. */
export function ruleS12IsEnabled(host: Named, enabled: boolean): void {
  if (enabled) return;
  throw new AppError('CONFLICT', `The host "${host.name}" has no uplink`, {
    rule: 'S12',
    field: 'host',
    remedy: note('There is nothing to disable.'),
  });
}

/** Bad: disabling the uplink of "laptop" while its VM "gw", running or not, has a vNIC on it. `users`: VMs of that host. */
export function ruleO3OutsideIsUnused(host: Named, users: readonly Named[]): void {
  if (users.length === 0) return;
  throw new AppError('RULE_BROKEN', `The uplink of the host "${host.name}" is used by ${listed(users)}`, {
    rule: 'O3',
    field: 'host',
    remedy: note('Move their vNICs to another network or remove these VMs, then disable it.'),
  });
}

/** Bad: a forward to "db", which is on isolated networks only: by definition they are not reachable. `vnics`: the VM's. */
export function ruleS12ForwardNeedsOutside(
  vm: Named,
  network: NetworkRow | undefined,
  vnics: readonly VnicRow[],
): NetworkRow {
  if (network && vnics.some((vnic) => vnic.networkId === network.id)) return network;
  throw new AppError('RULE_BROKEN', `The VM "${vm.name}" has no vNIC on the network outside`, {
    rule: 'S12',
    field: 'vm',
    remedy: network
      ? run('vnics.add', { vm: vm.name, network: network.name })
      : run('outside.enable', {}, 'Its host needs an uplink first.'),
  });
}

/** Bad: a forward to a VM that configures itself: Atoll does not know its address. `vnics`: those on outside. */
export function ruleS12GuestAddressIsKnown(vm: Pick<VmRow, 'name' | 'boot'>, vnics: readonly VnicRow[]): void {
  const { boot } = vm;
  if (boot.kind === 'tiny' || (boot.kind === 'image' && boot.seed && getsAddress(boot.seed, vnics))) return;
  throw new AppError('NOT_SUPPORTED', `Atoll does not know the address of the VM "${vm.name}" on the network outside`, {
    rule: 'S12',
    field: 'vm',
    remedy: note(
      `Forwards work for tiny guests, and for images with first-boot data, unless these give their vNIC on outside an address that is not in ${OUTSIDE_SUBNET}.`,
    ),
  });
}

/** Whether Atoll assigns the address of each vNIC, or the seed names one that the uplink leads to. */
function getsAddress(seed: Seed, vnics: readonly VnicRow[]): boolean {
  if (seed.networkConfig !== null) return false;
  return vnics.every(({ name }) => {
    const named = seed.addresses.filter(({ vnic, address }) => vnic === name && isIpv4(address));
    return named[0] === undefined || isInSubnet(named[0].address, OUTSIDE_SUBNET);
  });
}

/** Bad: two forwards of the port 8080. `holder`: the VM that has it. */
export function ruleS12PortIsUnique(protocol: Protocol, hostPort: number, holder: Named | undefined): void {
  if (!holder) return;
  const port = `${protocol} ${FORWARD_ADDRESS}:${hostPort}`;
  throw new AppError('CONFLICT', `${port} is already forwarded to the VM "${holder.name}"`, {
    rule: 'S12',
    field: 'hostPort',
    remedy: note('Choose another port, or 0 for any free one.'),
  });
}
