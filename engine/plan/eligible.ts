import type { HostRow, NetworkRow } from '../ports/store';

/** Whether a host is one of those that the label of a network leaves it to; without a label all are (rule S9). */
export const isEligible = (host: Pick<HostRow, 'labels'>, network: Pick<NetworkRow, 'label'>): boolean =>
  network.label === null || host.labels.includes(network.label);
