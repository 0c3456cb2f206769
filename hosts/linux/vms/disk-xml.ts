import type { XmlElement } from 'libxml2-wasm';
import type { DiskSpec } from '../../../engine/ports/host-driver';
import { add, child, element, elements, setText, text } from './xml';

/** A disk of a VM besides its boot source, with the path of its file. */
export interface DataDisk extends DiskSpec {
  readonly path: string;
}

const PREFIX = 'ua-atoll-disk-';

/** The alias of a disk of the boot source, of a CD drive by its name, or of another device of Atoll's. */
export const aliasOf = (role: string): string => `ua-atoll-${role}`;

/** By its alias a disk of Atoll's is found again in a definition. */
export const diskAlias = (id: string): string => `${PREFIX}${id}`;

/** The file of a disk in its VM's folder. Its extension is its format, which is therefore never read from its content. */
export const diskFileName = ({ id, format }: Pick<DiskSpec, 'id' | 'format'>): string => `disk-${id}.${format}`;

/** The disk with this id in a definition. */
export const findDisk = (domain: XmlElement, id: string): XmlElement | null =>
  element(domain, `devices/disk[alias/@name="${diskAlias(id)}"]`);

/** The ids of Atoll's disks in a definition, besides the one of the boot source. */
export const diskIds = (domain: XmlElement): string[] =>
  elements(domain, 'devices/disk/alias').flatMap((alias) => {
    const name = alias.attr('name')?.value ?? '';
    return name.startsWith(PREFIX) ? [name.slice(PREFIX.length)] : [];
  });

/** Adds and updates these disks, and removes others of Atoll's; what else a definition says of them stays. */
export function setDataDisks(domain: XmlElement, disks: readonly DataDisk[]): void {
  const wanted = new Set(disks.map(({ id }) => id));
  for (const id of diskIds(domain)) if (!wanted.has(id)) findDisk(domain, id)?.remove();
  const devices = child(domain, 'devices');
  for (const disk of disks) setDataDisk(domain, devices, disk);
  if (disks.some(({ bus }) => bus === 'scsi')) ensureScsi(devices);
}

/** A controller for disks on SCSI. */
export function ensureScsi(devices: XmlElement): void {
  if (element(devices, 'controller[@type="scsi"]') === null)
    add(devices, 'controller', { type: 'scsi', index: '0', model: 'virtio-scsi' });
}

/** Adds or updates one disk. */
export function setDataDisk(domain: XmlElement, devices: XmlElement, disk: DataDisk): XmlElement {
  const known = findDisk(domain, disk.id);
  if (known !== null && text(known, 'target/@bus') === disk.bus) return update(known, disk);
  known?.remove();
  const made = add(devices, 'disk', { type: 'file', device: 'disk' });
  add(made, 'driver', { name: 'qemu' });
  add(made, 'source');
  add(made, 'target', { dev: freeTarget(domain, disk.bus === 'virtio' ? 'vd' : 'sd'), bus: disk.bus });
  // What a guest can find the disk by: /dev/disk/by-id.
  setText(add(made, 'serial'), disk.id.replaceAll('-', '').slice(0, 20));
  add(made, 'alias', { name: diskAlias(disk.id) });
  return update(made, disk);
}

function update(made: XmlElement, { path, format, readOnly, discard }: DataDisk): XmlElement {
  const driver = child(made, 'driver');
  driver.setAttr('type', format);
  if (discard) driver.setAttr('discard', 'unmap');
  else if (driver.attr('discard')?.value === 'unmap') driver.attr('discard')?.remove();
  const source = child(made, 'source');
  source.setAttr('file', path);
  element(source, 'dataStore')?.remove();
  // The disk stands alone, whatever its header says.
  for (const chain of elements(made, 'backingStore')) chain.remove();
  add(made, 'backingStore');
  const isReadOnly = element(made, 'readonly');
  if (readOnly && isReadOnly === null) add(made, 'readonly');
  if (!readOnly) isReadOnly?.remove();
  return made;
}

/** Two letters after the prefix, or one: the first that no disk of the definition has. */
function freeTarget(domain: XmlElement, prefix: string): string {
  const taken = new Set(elements(domain, 'devices/disk/target').map((target) => target.attr('dev')?.value));
  const letters = [...'abcdefghijklmnopqrstuvwxyz'];
  const names = ['', ...letters].flatMap((first) => letters.map((letter) => `${prefix}${first}${letter}`));
  return names.find((name) => !taken.has(name)) ?? `${prefix}zz`;
}
