import type { Repositories } from '../../engine/ports/store';
import { type Context, RowTable } from '../row-table';
import { acceptedParts } from '../tables';

export function acceptedPartRepository(context: Context): Repositories['acceptedParts'] {
  const table = new RowTable(context, acceptedParts, {
    subject: 'accepted part of a VM',
    key: ['vmId', 'part'],
    touches: () => [],
  });
  const ofVm = table.select('WHERE vm_id = ? ORDER BY part');
  return {
    ofVm: (vmId) => ofVm.all(vmId).map(({ part }) => part),
    accept: (row) => {
      if (!table.get(row.vmId, row.part)) table.insert(row);
    },
  };
}
