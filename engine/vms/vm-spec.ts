import { AppError, type Boot, DEFAULT_MTU, type Seed, isInSubnet, note } from '../../contract';
import { isOutside, OUTSIDE_GATEWAY } from '../plan/model/outside-network';
import type { BootSpec, GuestAddress, VmSpec, VnicSpec } from '../ports/host-driver';
import type { Images } from '../ports/hosts';
import type { NetworkRow, Repositories, VmRow, VnicRow } from '../ports/store';
import { hasDhcp } from '../plan/model/services-reserve';
import { bootDevices } from './boot-order';
import { diskSpec } from './disk-rows';
import { type SeedInput, type SeedNic, seedFiles } from './seed-files';
import { seedAddresses } from '../plan/model/seed-addresses';

/** A vNIC in the form of a driver. `network` null: a device without a network. */
export function vnicSpec(
  { hardware }: Pick<VmRow, 'hardware'>,
  vnic: Pick<VnicRow, 'id' | 'mac' | 'linked'>,
  network: Pick<NetworkRow, 'bridge' | 'mtu'> | null,
): VnicSpec {
  const { id, mac, linked } = vnic;
  return {
    id,
    mac,
    linked,
    bridge: network?.bridge ?? null,
    mtu: network?.mtu ?? DEFAULT_MTU,
    model: hardware.nicModel,
  };
}

/** The network of a vNIC, for `vnicSpec`. */
export function networkOf(db: Pick<Repositories, 'networks'>, vnic: Pick<VnicRow, 'networkId'>): NetworkRow | null {
  return vnic.networkId === null ? null : (db.networks.get(vnic.networkId) ?? null);
}

/** A VM in the form that a driver defines: its plugged vNICs, and its boot source resolved to files. */
export function vmSpec(db: Repositories, images: Pick<Images, 'path'>, vm: VmRow, vnics: readonly VnicRow[]): VmSpec {
  const plugged = vnics.filter((vnic) => vnic.plugged);
  return {
    id: vm.id,
    name: vm.name,
    memoryMiB: vm.memoryMiB,
    cpus: vm.cpus,
    boot: bootSpec(db, images, vm, plugged),
    disks: db.disks.ofVm(vm.id).map(diskSpec),
    cdroms: vm.cdroms,
    hardware: vm.hardware,
    ...bootOrderOf(db, vm, plugged),
    vnics: plugged.map((vnic) => vnicSpec(vm, vnic, networkOf(db, vnic))),
  };
}

/** A device that is gone or unplugged is skipped. */
function bootOrderOf(db: Repositories, vm: VmRow, plugged: readonly VnicRow[]): Pick<VmSpec, 'bootOrder'> {
  const { bootOrder } = vm.hardware;
  if (bootOrder.length === 0) return {};
  const present = bootDevices(db, vm);
  const found = bootOrder.flatMap((device) => present.get(device) ?? []);
  const there = found.filter((each) => each.kind !== 'vnic' || plugged.some(({ mac }) => mac === each.mac));
  return there.length === 0 ? {} : { bootOrder: there };
}

function bootSpec(db: Repositories, images: Pick<Images, 'path'>, vm: VmRow, vnics: readonly VnicRow[]): BootSpec {
  const { boot } = vm;
  switch (boot.kind) {
    case 'tiny':
      return { kind: 'tiny', addresses: guestAddresses(db, vnics) };
    case 'image': {
      const seed = boot.seed && seedFiles(seedInput(db, vm, boot.seed, vnics));
      const addresses = guestAddresses(db, vnics, (vnic) => seedAddresses(vm, vnic).length > 0);
      return { kind: 'image', ...baseOf(db, images, vm, boot), seed, addresses };
    }
    case 'disk':
    case 'devices':
    case 'kernel':
      return boot;
    case 'imported':
      return { kind: 'imported', others: boot.nics.map(({ mac }) => mac) };
  }
}

/** The base image of a VM's disk, as long as the disk needs it. */
function baseOf(
  db: Repositories,
  images: Pick<Images, 'path'>,
  { name }: VmRow,
  { imageId, diskBytes, copy }: Extract<Boot, { kind: 'image' }>,
): Pick<Extract<BootSpec, { kind: 'image' }>, 'base' | 'format' | 'diskBytes' | 'copy'> {
  if (imageId === null) return { base: null, format: 'qcow2', diskBytes, copy };
  const image = db.images.get(imageId);
  if (!image)
    throw new AppError('NOT_FOUND', `The base image of the VM "${name}" no longer exists`, {
      remedy: note('Remove the VM and create it again from another image.'),
    });
  return { base: images.path(image.id), format: image.format, diskBytes, copy };
}

/** The addresses that Atoll assigned to vNICs. */
function guestAddresses(
  db: Repositories,
  vnics: readonly VnicRow[],
  isTyped: (vnic: VnicRow) => boolean = () => false,
): GuestAddress[] {
  return vnics.flatMap((vnic): GuestAddress[] => {
    const { mac, assignedAddress: address } = vnic;
    if (address === null) return [];
    const network = networkOf(db, vnic);
    // The guest gets it by DHCP, unless its seed says otherwise.
    if (hasDhcp(network) && !isTyped(vnic)) return [];
    return [{ mac, address, ...(network && isOutside(network) ? { gateway: OUTSIDE_GATEWAY } : {}) }];
  });
}

/** The first-boot data of a VM with its plugged vNICs, as `seedFiles` needs them. */
export function seedInput(db: Repositories, vm: VmRow, seed: Seed, vnics: readonly VnicRow[]): SeedInput {
  const nics = vnics.filter((vnic) => vnic.plugged).map((vnic) => seedNic(db, vm, vnic));
  return { vmId: vm.id, hostname: seed.hostname ?? hostnameOf(vm.name), seed, nics };
}

function seedNic(db: Repositories, vm: VmRow, vnic: VnicRow): SeedNic {
  const { mac, assignedAddress } = vnic;
  const named = seedAddresses(vm, vnic);
  const network = networkOf(db, vnic);
  const assigned = assignedAddress === null || hasDhcp(network) ? [] : [assignedAddress];
  const addresses = named.length > 0 ? named : assigned;
  const leadsOut =
    network !== null && isOutside(network) && addresses.some((each) => isInSubnet(OUTSIDE_GATEWAY, each));
  const dhcp = network !== null && (!network.isIsolated || hasDhcp(network)) && addresses.length === 0;
  return { mac, addresses, gateway: leadsOut ? OUTSIDE_GATEWAY : null, dhcp };
}

/** A VM's name as a host name (RFC 1123): letters, digits and hyphens, at most 63. */
export function hostnameOf(name: string): string {
  const plain = name
    .normalize('NFKD')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-');
  return plain.slice(0, 63).replace(/^-+|-+$/g, '') || 'vm';
}
