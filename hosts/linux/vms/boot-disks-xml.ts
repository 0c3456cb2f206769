import type { XmlElement } from 'libxml2-wasm';
import type { DiskFormat } from '../../../contract';
import { aliasOf } from './disk-xml';
import { freeTarget } from './hardware-xml';
import { add, child, element, elements, text, withXml } from './xml';

/** A disk of Atoll's in a domain, or its CD with first-boot data. `role` becomes its alias, which identifies it. */
export interface DiskFile {
  readonly role: 'disk' | 'seed';
  readonly path: string;
  readonly format: DiskFormat;
  /** The only backing file of an overlay. Without it the disk stands alone, whatever its header says. */
  readonly backing?: { readonly path: string; readonly format: DiskFormat };
}

/** The files that a domain writes to as disks, with their formats in the definition: raw if omitted, as in libvirt. */
export function fileDisks(
  xml: string,
): Array<{ readonly path: string; readonly format: string; readonly standsAlone: boolean }> {
  return withXml(xml, ({ root }) =>
    elements(root, 'devices/disk[@type="file"][not(@device) or @device="disk"][source/@file]').map((disk) => ({
      path: text(disk, 'source/@file') ?? '',
      format: text(disk, 'driver/@type') ?? 'raw',
      // An empty element ends the chain; without one libvirt follows the disk's header.
      standsAlone: element(disk, 'backingStore[not(*)]') !== null,
    })),
  );
}

/** Adds or updates a disk of the boot source, the `index`th. */
export function setDisk(devices: XmlElement, file: DiskFile, index: number): void {
  const known = element(devices, `disk[alias/@name="${aliasOf(file.role)}"]`);
  const disk = known ?? addDisk(devices, file, index);
  child(disk, 'driver').setAttr('type', file.format);
  const source = child(disk, 'source');
  source.setAttr('file', file.path);
  element(source, 'dataStore')?.remove();
  setChain(disk, file);
}

function addDisk(devices: XmlElement, file: DiskFile, index: number): XmlElement {
  const isCd = file.role !== 'disk';
  const disk = add(devices, 'disk', { type: 'file', device: isCd ? 'cdrom' : 'disk' });
  add(disk, 'driver', { name: 'qemu' });
  add(disk, 'source');
  const prefix = isCd ? 'sd' : 'vd';
  const usual = `${prefix}${String.fromCharCode('a'.charCodeAt(0) + index)}`;
  const dev = element(devices, `disk/target[@dev="${usual}"]`) ? freeTarget(devices, prefix) : usual;
  add(disk, 'target', { dev, bus: isCd ? 'sata' : 'virtio' });
  if (isCd) add(disk, 'readonly');
  add(disk, 'alias', { name: aliasOf(file.role) });
  return disk;
}

/**
 * Sets the backing chain of a disk explicitly. If a definition omits it, libvirt and QEMU trust the file's own header, and open
 * whatever it names (libvirt.org/formatdomain.html, backingStore).
 */
function setChain(disk: XmlElement, { backing }: DiskFile): void {
  for (const known of elements(disk, 'backingStore')) known.remove();
  if (!backing) return void add(disk, 'backingStore');
  const base = add(disk, 'backingStore', { type: 'file' });
  add(base, 'format', { type: backing.format });
  add(base, 'source', { file: backing.path });
  add(base, 'backingStore');
}
