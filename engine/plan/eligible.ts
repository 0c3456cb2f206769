import type { HostRow, NetworkRow } from '../ports/store';

/** Whether the label of a network allows it on a host; without a label all hosts are allowed (rule S9). */
export const isEligible = (host: Pick<HostRow, 'labels'>, network: Pick<NetworkRow, 'label'>): boolean =>
  network.label === null || host.labels.includes(network.label);
