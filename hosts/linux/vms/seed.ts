import type { BootSpec } from '../../../engine/ports/host-driver';

export type SeedSpec = NonNullable<Extract<BootSpec, { kind: 'image' }>['seed']>;

/** The files of a cloud-init NoCloud seed. YAML is a superset of JSON, which needs no quoting rules of ours. */
export interface SeedFiles {
  readonly 'meta-data': string;
  readonly 'user-data': string;
  readonly 'network-config': string;
}

/**
 * First-boot data for a cloud image: a user with a key, a host name, an address. A sealed network has no DHCP, so DHCP is disabled:
 * otherwise the guest waits for it at boot.
 */
export function seedFiles(vmId: string, hostname: string, seed: SeedSpec): SeedFiles {
  const user = {
    name: seed.user,
    ssh_authorized_keys: [seed.sshKey],
    sudo: 'ALL=(ALL) NOPASSWD:ALL',
    shell: '/bin/bash',
    lock_passwd: true,
  };
  const nic = {
    match: { macaddress: seed.mac },
    dhcp4: false,
    dhcp6: false,
    addresses: seed.address === null ? [] : [seed.address],
  };
  return {
    'meta-data': json({ 'instance-id': vmId, 'local-hostname': hostname }),
    'user-data': `#cloud-config\n${json({ hostname, users: [user], ssh_pwauth: false, package_update: false })}`,
    'network-config': json({ version: 2, ethernets: seed.mac === null ? {} : { nic0: nic } }),
  };
}

const json = (value: unknown): string => `${JSON.stringify(value, null, 1)}\n`;
