const counted = (count: number, one: string): string => `${count.toLocaleString('en')} ${one}${count === 1 ? '' : 's'}`;

/** "3 hosts, 4 networks, 23 VMs". */
export const sizeWords = (size: { hosts: number; networks: number; vms: number }): string =>
  [counted(size.hosts, 'host'), counted(size.networks, 'network'), counted(size.vms, 'VM')].join(', ');
