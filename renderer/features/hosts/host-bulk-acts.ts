import type { Host } from '../../../contract';
import type { BulkAct } from '../../actions/bulk/bulk-bar';
import { text as shared } from '../../actions/text';
import { whyNotHost } from '../../actions/why';
import { client } from '../../api/client';
import { text } from './text';

const act = (id: 'activate' | 'sync' | 'maintenance' | 'remove'): BulkAct<Host> => ({
  id,
  label: text.bulk[id],
  title: (n) => text.bulkTitle(text.bulk[id], n),
  why: (host) => whyNotHost(host.state, id),
  call: (host) => client.hosts[id]({ host: host.id }),
});

/** What can be done with many hosts at once. */
export const HOST_BULK_ACTS: readonly BulkAct<Host>[] = [
  act('activate'),
  act('sync'),
  { ...act('maintenance'), ask: shared.maintenanceMeans },
  { ...act('remove'), danger: true, ask: shared.removeHostMeans },
];
