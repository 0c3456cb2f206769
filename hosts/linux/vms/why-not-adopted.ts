import { AppError, DiskFormat } from '../../../contract';
import type { VmSpec } from '../../../engine/ports/host-driver';
import { type DiskFileQuestion, checkDiskFiles } from '../../disk-file';
import type { Shell } from '../../shell';
import { aliasOf, fileDisks } from './domain-xml';
import { partsOf } from './parts';
import { elements, text, withXml } from './xml';

/**
 * Why a VM that another store defined can't be taken over: the header of a disk, or a part of its definition, would not pass where a VM
 * comes from another host. The definition stays as it is, so nothing of it can be left out. Null: it can.
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

/** Paths of disks for which the definition names the one file that each lies on, and that this one lies on nothing. */
const basedDisks = (xml: string): Set<string> =>
  new Set(
    withXml(xml, ({ root }) =>
      elements(root, 'devices/disk[backingStore[@type="file"][source/@file]/backingStore[not(*)]]').flatMap(
        (disk) => text(disk, 'source/@file') ?? [],
      ),
    ),
  );

/**
 * As far as the list is concerned: each NIC, whether its mark names it or not, for all stay where they are; and a sort of boot whose
 * disks, serial line and screen are those that Atoll writes.
 */
function specOf(id: string, xml: string): VmSpec {
  const macs = withXml(xml, ({ root }) =>
    elements(root, 'devices/interface').flatMap((node) => text(node, 'mac/@address') ?? []),
  );
  const vnics = macs.map((mac) => ({ id: mac, mac, bridge: null, linked: true, mtu: 1500 }));
  const isIso = withXml(xml, ({ root }) =>
    elements(root, 'devices/disk/alias').some((alias) => alias.attr('name')?.value === aliasOf('iso')),
  );
  const boot = isIso
    ? ({ kind: 'iso', path: '' } as const)
    : ({ kind: 'image', base: '', format: 'qcow2', seed: null } as const);
  return { id, name: '', memoryMiB: 0, cpus: 0, boot, vnics };
}

const filesOf = (xml: string): Set<string> =>
  new Set(
    withXml(xml, ({ root }) =>
      elements(root, 'devices/disk[@type="file"]').flatMap((disk) => text(disk, 'source/@file') ?? []),
    ),
  );
