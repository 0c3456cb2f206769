import type { ForwardRow, Repositories } from '../../engine/ports/store';
import { type Context, Query, RowTable, selection } from '../row-table';
import { forwards } from '../tables';
import { byId } from './by-id';

export function forwardRepository(context: Context): Repositories['forwards'] {
  const table = new RowTable(context, forwards, {
    subject: 'forward',
    key: ['id'],
    touches: ({ id }) => [{ kind: 'forward', id }],
  });
  const ofVm = table.select('WHERE vm_id = ? ORDER BY rowid');
  const byHostPort = table.select('WHERE protocol = ? AND host_port = ?');
  const ofHost = new Query<ForwardRow>(
    context.sqlite,
    selection(forwards),
    'FROM vms CROSS JOIN forwards ON forwards.vm_id = vms.id WHERE vms.host_id = ? ORDER BY forwards.rowid',
  );
  return {
    ...byId(table),
    ofVm: (vmId) => ofVm.all(vmId),
    ofHost: (hostId) => ofHost.all(hostId),
    byHostPort: (protocol, hostPort) => byHostPort.get(protocol, hostPort),
  };
}
