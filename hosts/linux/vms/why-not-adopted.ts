import { AppError, DiskFormat } from '../../../contract';
import type { VmSpec } from '../../../engine/ports/host-driver';
import { type DiskFileQuestion, checkDiskFiles } from '../../disk-file';
import type { Shell } from '../../shell';
import { fileDisks } from './boot-disks-xml';
import { drivesIn } from './hardware-xml';
import { partsOf } from './parts';
import { elements, text, withXml } from './xml';

/**
 * Why a VM that another store defined can't be adopted: the header of a disk, or a part of its definition, would be refused for a
 * VM from another host. The definition stays unchanged, so no part of it can be left out. Null: it can.
 */
export async function whyNotAdopted(
  shell: Shell,
  vmId: string,
  xml: string,
  signal: AbortSignal,
): Promise<string | null> {
  const disks = fileDisks(xml);
  const odd = disks.find(({ format }) => !DiskFormat.safeParse(format).success);
  if (odd) return `its disk ${odd.path} has the format ${odd.format}`;
  const based = basedDisks(xml);
  const questions = disks.map(({ path, format }): DiskFileQuestion => ({
    ...{ path, format: DiskFormat.parse(format), isOverlay: based.has(path), field: 'from' },
  }));
  try {
    await checkDiskFiles(shell, questions, signal);
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    return error.message;
  }
  const parts = partsOf(xml, { spec: specOf(vmId, xml), files: filesOf(xml) });
  if (parts.length === 0) return null;
  const named = parts.slice(0, 4).map(({ what }) => what);
  return `its definition has ${named.join(', ')}${parts.length > named.length ? ' ...' : ''}`;
}

/** The paths of disks whose definition names the only backing file, and that the backing file has none. */
const basedDisks = (xml: string): Set<string> =>
  new Set(
    withXml(xml, ({ root }) =>
      elements(root, 'devices/disk[backingStore[@type="file"][source/@file]/backingStore[not(*)]]').flatMap(
        (disk) => text(disk, 'source/@file') ?? [],
      ),
    ),
  );

/**
 * As far as the allow-list is concerned: each NIC, marked or not, because all stay; and a boot kind whose disks, serial console and
 * display are those that Atoll writes.
 */
function specOf(id: string, xml: string): VmSpec {
  const macs = withXml(xml, ({ root }) =>
    elements(root, 'devices/interface').flatMap((node) => text(node, 'mac/@address') ?? []),
  );
  const vnics = macs.map((mac) => ({ id: mac, mac, bridge: null, linked: true, mtu: 1500 }));
  const cdroms = withXml(xml, ({ root }) => [...drivesIn(root).keys()].map((name) => ({ name, path: null })));
  const boot = {
    kind: 'image',
    base: '',
    format: 'qcow2',
    copy: 'thin',
    diskBytes: null,
    seed: null,
    addresses: [],
  } as const;
  return { id, name: '', memoryMiB: 0, cpus: 0, boot, cdroms, vnics };
}

const filesOf = (xml: string): Set<string> =>
  new Set(
    withXml(xml, ({ root }) =>
      elements(root, 'devices/disk[@type="file"]').flatMap((disk) => text(disk, 'source/@file') ?? []),
    ),
  );
