import { text } from './text';

/** "3 hosts, 4 networks, 23 VMs". */
export const sizeWords = (size: { hosts: number; networks: number; vms: number }): string =>
  [text.hosts(size.hosts), text.networks(size.networks), text.vms(size.vms)].join(', ');
