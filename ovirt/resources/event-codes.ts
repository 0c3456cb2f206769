import type { Event, EventType } from '../../contract';

/** The numbers of oVirt's audit log for what both have; other types differ by their text. */
const CODES: Partial<Record<EventType, number>> = {
  'data_center.added': 950,
  'data_center.updated': 952,
  'data_center.removed': 954,
  'cluster.added': 809,
  'cluster.updated': 811,
  'cluster.removed': 813,
  'host.added': 42,
  'host.updated': 43,
  'host.removed': 44,
  'host.networks_set_up': 1104,
  'network.added': 942,
  'network.removed': 944,
  'network.attached': 946,
  'network.detached': 948,
  'network.updated': 1114,
  'network.out_of_sync': 1110,
  'network.deployed': 1146,
  'vm.added': 34,
  'vm.updated': 35,
  'vm.removed': 113,
  'vm.start_failed': 54,
  'vnic.added': 932,
  'vnic.removed': 930,
  'vnic.plugged': 1200,
  'vnic.unplugged': 1202,
  'disk.added': 97,
  'disk.resized': 88,
  'disk.removed': 2014,
  'snapshot.added': 68,
  'snapshot.reverted': 100,
  'snapshot.removed': 356,
  'session.opened': 30,
  'session.ended': 31,
};

/** Beyond the numbers of oVirt's own. */
const OTHER = 100_000;

export const codeOf = ({ type }: Pick<Event, 'type'>): number => CODES[type] ?? OTHER;
