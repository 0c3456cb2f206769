import { AppError, DEFAULT_MTU, note } from '../../contract';
import { isOutside, OUTSIDE_GATEWAY } from '../plan/model/outside-network';
import type { BootSpec, GuestAddress, VmSpec, VnicSpec } from '../ports/host-driver';
import type { Images } from '../ports/hosts';
import type { NetworkRow, Repositories, VmRow, VnicRow } from '../ports/store';

/** A vNIC in the form of a driver. `network` null: a device without a network. */
export function vnicSpec(
  vnic: Pick<VnicRow, 'id' | 'mac' | 'linked'>,
  network: Pick<NetworkRow, 'bridge' | 'mtu'> | null,
): VnicSpec {
  const { id, mac, linked } = vnic;
  return { id, mac, linked, bridge: network?.bridge ?? null, mtu: network?.mtu ?? DEFAULT_MTU };
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
    vnics: plugged.map((vnic) => vnicSpec(vnic, networkOf(db, vnic))),
  };
}

function bootSpec(db: Repositories, images: Pick<Images, 'path'>, vm: VmRow, vnics: readonly VnicRow[]): BootSpec {
  const { boot } = vm;
  switch (boot.kind) {
    case 'tiny': {
      const addresses = vnics.flatMap((vnic): GuestAddress[] => {
        const { mac, assignedAddress: address } = vnic;
        if (address === null) return [];
        const network = networkOf(db, vnic);
        return [{ mac, address, ...(network && isOutside(network) ? { gateway: OUTSIDE_GATEWAY } : {}) }];
      });
      return { kind: 'tiny', addresses };
    }
    case 'image': {
      const image = db.images.get(boot.imageId);
      if (!image)
        throw new AppError('NOT_FOUND', `The base image of the VM "${vm.name}" no longer exists`, {
          remedy: note('Remove the VM and create it again from another image.'),
        });
      const seed = boot.seed && { ...boot.seed, hostname: hostnameOf(vm.name), mac: vnics[0]?.mac ?? null };
      return { kind: 'image', base: images.path(image.id), format: image.format, seed };
    }
    case 'disk':
    case 'iso':
    case 'kernel':
      return boot;
    case 'imported':
      return { kind: 'imported', others: boot.nics.map(({ mac }) => mac) };
  }
}

/** A VM's name as a host name (RFC 1123): letters, digits and hyphens, at most 63. */
export function hostnameOf(name: string): string {
  const plain = name
    .normalize('NFKD')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-');
  return plain.slice(0, 63).replace(/^-+|-+$/g, '') || 'vm';
}
