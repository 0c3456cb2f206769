import { AppError, note } from '../../../contract';
import type { CopiedDisk, CopyDriver, DiskContent, VmPart, VmSpec } from '../../../engine/ports/host-driver';
import type { LinuxDisks } from './data-disks';
import { diskAlias, diskFileName } from './disk-xml';
import { domainName } from './domain-name';
import { aliasOf } from './disk-xml';
import { allowedXml, partsOf } from './parts';
import type { PackContext } from './pack';
import { COPY_DISK, COPY_NVRAM, COPY_TPM } from './snapshots';
import { readAll } from './stream';
import { dumpXml } from './virsh';
import { child, element, elements, setText, withXml } from './xml';

export interface CopiesContext extends Pick<PackContext, 'shell' | 'diskDir'> {
  readonly disks: LinuxDisks;
  /** Defines a VM that this host does not have from the definition of another one. */
  defineFrom(xml: string, spec: VmSpec, signal: AbortSignal): Promise<void>;
  /** Throws CONFLICT for a domain of another store. */
  requireOurs(xml: string, vmId: string): void;
}

/** Disks are copied as fast as the host's disk allows. */
const LONG_MS = 1_800_000;

/** $1: the folders of VMs, $2: the VM, $3: the copy, $4...: format, file and copy of each disk, by turns. */
const COPY = `${COPY_DISK}${COPY_NVRAM}${COPY_TPM}
umask 077
copy_tpm "$2" "$3" || exit
from=$1/$2 to=$1/$3; shift 3
copy_nvram "$from" "$to" || exit
while [ $# -ge 3 ]; do copy_disk "$1" "$2" "$to/$3" || exit; shift 3; done
`;

/** Copies the VMs of a Linux host. */
export class LinuxCopies implements CopyDriver {
  constructor(private readonly context: CopiesContext) {}

  async copy(from: VmSpec, to: VmSpec, disks: readonly CopiedDisk[], signal: AbortSignal): Promise<void> {
    const { shell } = this.context;
    // Checks the headers of those that exist.
    const present = await this.context.disks.usage(from, signal);
    const files = present.flatMap(({ id, path, format }) => {
      const copied = disks.find((disk) => (disk.from?.id ?? null) === id);
      if (copied !== undefined) return [format, path, diskFileName(copied.to)];
      return id === null && to.boot.kind === 'image' ? [format, path, 'disk.qcow2'] : [];
    });
    await shell.script(COPY, [this.context.diskDir, from.id, to.id, ...files], { signal, timeoutMs: LONG_MS });
  }

  async define(from: VmSpec, to: VmSpec, disks: readonly CopiedDisk[], signal: AbortSignal): Promise<VmPart[]> {
    const { shell } = this.context;
    const xml = await dumpXml(shell, from.id, 'inactive', signal);
    if (xml === null) return [];
    this.context.requireOurs(xml, from.id);
    const parts = partsOf(xml, { spec: from, files: new Set() });
    const defined = await dumpXml(shell, to.id, 'inactive', signal);
    if (defined !== null) this.context.requireOurs(defined, to.id);
    else await this.context.defineFrom(copiedXml(xml, from, to, disks), to, signal);
    return parts;
  }

  async open(vm: VmSpec, diskId: string | null, signal: AbortSignal): Promise<DiskContent> {
    const { shell } = this.context;
    const found = (await this.context.disks.usage(vm, signal)).find(({ id }) => id === diskId);
    if (found === undefined)
      throw new AppError('NOT_FOUND', `The disk of the VM "${vm.name}" does not exist yet on ${shell.name}`, {
        field: 'vm',
        remedy: note('It is created when the VM first starts.'),
      });
    const { path, format } = found;
    const { stdout } = await shell.run(['stat', '-c', '%f %s', '--', path], { signal });
    // The mode of a regular file begins with 8 (inode(7)). A link could lead to any file of the host.
    const [, size] = /^8[0-9a-f]{3} (\d{1,15})$/.exec(stdout.trim()) ?? [];
    if (size === undefined)
      throw new AppError('BAD_INPUT', `The disk ${path} on ${shell.name} is not a regular file`, {
        field: 'vm',
        remedy: note('Put the disk itself there, in place of a link to it.'),
      });
    const bytes = Number(size);
    const isOverlay = diskId === null && vm.boot.kind === 'image' && vm.boot.copy === 'thin';
    return { path, format, isOverlay, bytes, read: (inner) => readAll(shell, path, bytes, inner) };
  }
}

/** A definition with the identity of another VM: ids, MAC addresses and paths; what two VMs can't share is left out. */
export function copiedXml(xml: string, from: VmSpec, to: VmSpec, disks: readonly CopiedDisk[]): string {
  const allowed = allowedXml(xml, { spec: from, files: new Set() }, { carry: [], leave: [] });
  const renamed = from.vnics.reduce(
    (text, { mac }, i) => text.replaceAll(mac, to.vnics[i]?.mac ?? mac),
    allowed.replaceAll(from.id, to.id),
  );
  return withXml(renamed, (document) => {
    const { root } = document;
    setText(child(root, 'name'), domainName(to.id, to.name));
    for (const identity of elements(root, 'genid | sysinfo | os/smbios')) identity.remove();
    for (const disk of disks) {
      const was = disk.from === null ? aliasOf('disk') : diskAlias(disk.from.id);
      element(root, `devices/disk/alias[@name="${was}"]`)?.setAttr('name', diskAlias(disk.to.id));
    }
    return document.toString({ format: false, noDeclaration: true });
  });
}
