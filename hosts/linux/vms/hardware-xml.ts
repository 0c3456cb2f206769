import type { XmlElement } from 'libxml2-wasm';
import { DEFAULT_HARDWARE, type DiskBus, type Hardware, otherHardware } from '../../../contract';
import type { BootOrder } from './boot-order-xml';
import { ensureScsi } from './disk-xml';
import { add, child, element, elements, setText } from './xml';

/**
 * What Atoll last wrote of a VM's hardware, as attributes in its metadata; what equals a default is omitted. Only settings that have
 * changed since are written, so that what somebody set with virsh stays.
 */
export type HardwareNote = Readonly<Record<string, string>> & { readonly boot?: string };

export interface HardwarePlace {
  /** The VM's folder on its host: its firmware's variables lie in it, so that they follow its disks. */
  readonly folder: string;
  /** Its interfaces. */
  readonly nics: readonly XmlElement[];
}

/**
 * The note on hardware and boot order. A single device that nobody chose needs no order: it has always been the first.
 */
export function noteOf(hardware: Hardware, { devices, isAsked }: BootOrder): HardwareNote {
  const other = Object.entries(otherHardware(hardware)).flatMap(([key, value]) =>
    typeof value === 'string' ? [[key, value] as const] : [],
  );
  return { ...Object.fromEntries(other), ...(devices.length > 1 || isAsked ? { boot: devices.join(' ') } : {}) };
}

/** Writes the settings of a VM that differ from the note. */
export function setHardware(domain: XmlElement, hardware: Hardware, was: HardwareNote, place: HardwarePlace): void {
  const differs = (key: keyof Hardware): boolean =>
    String(hardware[key]) !== (was[key] ?? String(DEFAULT_HARDWARE[key]));
  const devices = child(domain, 'devices');
  if (differs('machine')) setMachine(domain, hardware.machine);
  if (differs('firmware')) setFirmware(domain, hardware.firmware, place.folder);
  if (differs('video')) {
    const model = element(devices, 'video/model');
    for (const { name } of model?.attrs ?? []) if (name !== 'type') model?.attr(name)?.remove();
    model?.setAttr('type', hardware.video);
  }
  if (differs('sound')) setSound(devices, hardware.sound);
  if (differs('tpm')) setTpm(devices, hardware.tpm);
  if (differs('nicModel')) for (const nic of place.nics) child(nic, 'model').setAttr('type', hardware.nicModel);
  if (differs('diskBus')) setBootDiskBus(devices, hardware.diskBus);
  if (differs('clock')) child(domain, 'clock').setAttr('offset', hardware.clock);
}

/** What libvirt calls the newest machine of a kind. */
export const MACHINES: Readonly<Record<Hardware['machine'], string>> = { q35: 'q35', i440fx: 'pc' };

/** Without its buses and the places of devices on them, which another machine does not have: libvirt chooses them again. */
function setMachine(domain: XmlElement, machine: Hardware['machine']): void {
  child(child(domain, 'os'), 'type').setAttr('machine', MACHINES[machine]);
  const devices = child(domain, 'devices');
  // The buses of the other machine, and the watchdog in its chip set.
  const own = 'controller[@type="pci"] | controller[@type="ide"] | watchdog[@model="itco"]';
  for (const each of elements(devices, own)) each.remove();
  for (const place of elements(devices, '*/address[@type="pci"]')) place.remove();
  if (machine === 'q35') add(devices, 'controller', { type: 'pci', index: '0', model: 'pcie-root' });
}

/** The file with the variables of a firmware. Each firmware has its own: they hold its keys. */
export const nvramPath = (folder: string, firmware: Hardware['firmware']): string => `${folder}/nvram-${firmware}.fd`;

/** libvirt chooses the firmware of the host by these features, and fills in its path. */
function setFirmware(domain: XmlElement, firmware: Hardware['firmware'], folder: string): void {
  const os = child(domain, 'os');
  os.attr('firmware')?.remove();
  for (const known of elements(os, 'firmware | loader | nvram')) known.remove();
  if (firmware === 'bios') return;
  const secure = firmware === 'uefi-secure' ? 'yes' : 'no';
  os.setAttr('firmware', 'efi');
  const features = add(os, 'firmware');
  if (secure === 'yes') add(features, 'feature', { enabled: 'yes', name: 'secure-boot' });
  add(features, 'feature', { enabled: secure, name: 'enrolled-keys' });
  setText(child(os, 'nvram'), nvramPath(folder, firmware));
}

function setSound(devices: XmlElement, sound: Hardware['sound']): void {
  for (const known of elements(devices, 'sound')) known.remove();
  if (sound !== 'none') add(devices, 'sound', { model: sound });
}

/** One that somebody has put in is as good. */
function setTpm(devices: XmlElement, tpm: Hardware['tpm']): void {
  const known = elements(devices, 'tpm');
  if (tpm === 'none') for (const each of known) each.remove();
  else if (known.length === 0)
    add(add(devices, 'tpm', { model: 'tpm-crb' }), 'backend', { type: 'emulator', version: tpm });
}

/** The disk gets a free name of its new bus, and libvirt chooses its address. Without a boot disk there is nothing to do. */
function setBootDiskBus(devices: XmlElement, bus: DiskBus): void {
  const disk = element(devices, 'disk[alias/@name="ua-atoll-disk"]');
  if (disk === null) return;
  for (const known of elements(disk, 'address | target')) known.remove();
  add(disk, 'target', { dev: freeTarget(devices, bus === 'virtio' ? 'vd' : 'sd'), bus });
  if (bus === 'scsi') ensureScsi(devices);
}

const aliasIn = (device: XmlElement): string => element(device, 'alias')?.attr('name')?.value ?? '';
/** CD drives of Atoll's in a domain, by their names. The only one of an older definition is cd1. */
export function drivesIn(domain: XmlElement): Map<string, XmlElement> {
  const drives = elements(domain, 'devices/disk[@device="cdrom"]').flatMap((disk) => {
    const [, name] = /^ua-atoll-(cd[1-4]|iso)$/.exec(aliasIn(disk)) ?? [];
    return name === undefined ? [] : [[name === 'iso' ? 'cd1' : name, disk] as const];
  });
  return new Map(drives);
}

export interface CdDrive {
  readonly name: string;
  /** A file of the host; null: empty. */
  readonly path: string | null;
}

/** Writes CD drives and their media; Atoll's others are removed. */
export function setDrives(domain: XmlElement, cdroms: readonly CdDrive[]): void {
  const devices = child(domain, 'devices');
  const known = drivesIn(domain);
  for (const [name, drive] of known) if (!cdroms.some((each) => each.name === name)) drive.remove();
  for (const { name, path } of cdroms) {
    const drive = known.get(name) ?? addDrive(devices);
    child(drive, 'alias').setAttr('name', `ua-atoll-${name}`);
    setMedium(drive, path);
  }
}

function addDrive(devices: XmlElement): XmlElement {
  const drive = add(devices, 'disk', { type: 'file', device: 'cdrom' });
  add(drive, 'driver', { name: 'qemu', type: 'raw' });
  add(drive, 'target', { dev: freeTarget(devices, 'sd'), bus: 'sata' });
  add(drive, 'readonly');
  return drive;
}

/** The first free name of a disk: sda, sdb ... */
export function freeTarget(devices: XmlElement, prefix: string): string {
  const taken = new Set(elements(devices, 'disk/target').map((target) => target.attr('dev')?.value));
  const letters = 'abcdefghijklmnopqrstuvwxyz';
  return `${prefix}${[...letters].find((letter) => !taken.has(prefix + letter)) ?? 'a'}`;
}

/** Puts a CD image into a drive; null leaves it empty. A CD image is raw whatever its first bytes say. */
export function setMedium(drive: XmlElement, path: string | null, fdgroup?: string): void {
  for (const known of elements(drive, 'source | backingStore')) known.remove();
  drive.setAttr('type', 'file');
  child(drive, 'driver').setAttr('type', 'raw');
  if (path === null) return;
  add(drive, 'source', { file: path, ...(fdgroup === undefined ? {} : { fdgroup }) });
  add(drive, 'backingStore');
}
