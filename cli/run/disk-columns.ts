import type { Disk } from '../../contract';
import { diskSize } from '../../contract/disk-size';

const traits = ({ readOnly, discard }: Disk): string =>
  [...(readOnly ? ['read-only'] : []), ...(discard ? ['discard'] : [])].join(', ');

/** The columns of disks. */
export const DISK_COLUMNS = [
  { title: 'disk', of: (row: Disk) => row.name },
  { title: 'size', of: (row: Disk) => diskSize(row.sizeBytes) },
  { title: 'bus', of: (row: Disk) => row.bus },
  { title: 'format', of: (row: Disk) => row.format },
  { title: 'options', of: traits },
  { title: 'path', of: (row: Disk) => row.path ?? '(created when the VM first starts)' },
];
